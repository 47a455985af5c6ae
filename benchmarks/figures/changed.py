"""A hundred and a thousand changed customers, beside a full refresh."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.figures.refresh import refreshed
from benchmarks.measure import Cost, alternate, cost, median
from benchmarks.report import Result


def change(env, count: int) -> list[int]:
    """Change one invoice of each of so many customers, behind the ORM's back."""
    env.cr.execute(
        """WITH chosen AS (
               SELECT partner_id FROM crm_customer_value WHERE invoice_count > 0
                ORDER BY hashint4(partner_id) LIMIT %s)
           UPDATE account_move move SET amount_untaxed_signed = amount_untaxed_signed + 1
             FROM chosen
            WHERE move.id = (SELECT MAX(id) FROM account_move last
                              WHERE last.commercial_partner_id = chosen.partner_id)
        RETURNING chosen.partner_id""",
        [count],
    )
    return [row[0] for row in env.cr.fetchall()]


def refresh_some(bench: Bench, count: int) -> Cost:
    """What refreshing them costs, rank included; everything is undone."""
    with bench.env() as env:
        customers = change(env, count)
        refresh = env["crm.customer.value.refresh"]
        return cost(env.cr, lambda: refresh._refresh_customers(customers))


@figure("changed")
def changed(bench: Bench) -> list[Result]:
    refreshed(bench)
    full, hundred, thousand = (
        median(costs).cpu
        for costs in alternate(
            [
                lambda: refreshed(bench),
                lambda: refresh_some(bench, 100),
                lambda: refresh_some(bench, 1_000),
            ],
            bench.times,
        )
    )
    aim = "<= 0.015" if bench.size.customers >= 100_000 else ""
    return [
        bench.result(f"{count} changed customers", "a full refresh", ours, full, aim, "<= 1.5")
        for count, ours in ((100, hundred), (1_000, thousand))
    ]
