"""The nightly refresh: beside bare SQL, beside what users have, and when nothing changed."""

from __future__ import annotations

from benchmarks import bare, databases
from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.measure import Cost, alternate, cost, median
from benchmarks.report import Result

SEARCHED = 2_000  # customers for whom one search each is measured; the rest is in proportion


def full_refresh(env) -> None:
    """A whole night's work, batches and commits included, as the job does it."""
    env["crm.customer.value.run"]._cron_refresh()


def empty(bench: Bench) -> None:
    """Forget all figures, but for the months: those are closed once a month."""
    with bench.env() as env:
        env.cr.execute(
            "TRUNCATE crm_customer_value, crm_lifecycle_transition, crm_customer_value_queue"
        )
        env.cr.execute("DELETE FROM crm_customer_value_ranking")
        env.cr.commit()


def refreshed(bench: Bench, *, anew: bool = False) -> Cost:
    """What a night costs; from an empty table when ``anew``."""
    if anew:
        empty(bench)
    return bench.measure(full_refresh)


def by_hand(bench: Bench, *, anew: bool = False) -> Cost:
    """The same in bare SQL."""
    with bench.env() as env:
        bare.prepare(env.cr, filled=not anew)
        return cost(env.cr, lambda: bare.run(env.cr, bench.as_of))


@figure("refresh")
def refresh(bench: Bench) -> list[Result]:
    """The first fill and a night on which nothing changed, beside bare SQL."""
    refreshed(bench)  # closes the months, and warms the caches
    name = "Nightly refresh of everything"
    first, first_bare = alternate(
        [lambda: refreshed(bench, anew=True), lambda: by_hand(bench, anew=True)], bench.times
    )
    unlike = _unlike(bench)
    databases.vacuum(bench.db)
    quiet, quiet_bare = alternate([lambda: refreshed(bench), lambda: by_hand(bench)], bench.times)
    filled, night = median(first).cpu, median(quiet).cpu
    results = [
        bench.result(
            f"{name}, first fill",
            "bare SQL (CPU)",
            filled,
            median(first_bare).cpu,
            "<= 1.5",
            "<= 12",
        ),
        bench.result(
            f"{name}, nothing changed",
            "bare SQL (CPU)",
            night,
            median(quiet_bare).cpu,
            "<= 1.5",
            "<= 12",
        ),
        Result(f"{name}: rows unlike those of bare SQL", "", unlike, "== 0", size=bench.size.name),
    ]
    with bench.env() as env:
        bare.drop(env.cr)
    return results


def _unlike(bench: Bench) -> int:
    with bench.env() as env:
        return bare.differences(env.cr)


@figure("users")
def what_users_have(bench: Bench) -> list[Result]:
    """Everything about everybody, beside one number about everybody as Odoo gives it."""
    works = [
        lambda: refreshed(bench),
        lambda: bench.measure(_total_invoiced),
        lambda: bench.measure(_search_each),
        lambda: bench.measure(_report_group),
        lambda: bench.measure(_move_group),
    ]
    ours, total, search, report, moves = (
        median(costs).cpu for costs in alternate(works, bench.times)
    )
    search *= bench.size.customers / min(SEARCHED, bench.size.customers)
    total *= bench.size.customers / min(SEARCHED, bench.size.customers)
    name = "Nightly refresh of everything"
    return [
        bench.result(name, "total_invoiced of each customer", ours, total, "<= 0.0333"),
        bench.result(name, "one search of invoices a customer", ours, search, "<= 0.0333"),
        bench.result(name, "one _read_group of account.invoice.report", ours, report, "<= 1"),
        bench.result(name, "one _read_group of account.move", ours, moves, "<= 1"),
    ]


def _some_customers(env):
    """Customers evenly out of all, the large ones among them as often as they are."""
    env.cr.execute(
        """SELECT array_agg(id) FROM (
               SELECT id FROM res_partner WHERE name LIKE 'Customer %%'
                ORDER BY hashint4(id) LIMIT %s) chosen""",
        [SEARCHED],
    )
    return env["res.partner"].browse(env.cr.fetchone()[0])


def _total_invoiced(env) -> None:
    """As the partner form has it, a customer at a time."""
    for partner in _some_customers(env):
        partner.total_invoiced  # noqa: B018


def _search_each(env) -> None:
    """What a naive job does: the invoices of each customer, added up."""
    for partner in _some_customers(env):
        moves = env["account.move"].search(
            [
                ("commercial_partner_id", "=", partner.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
            ]
        )
        sum(moves.mapped("amount_untaxed_signed"))


def _report_group(env) -> None:
    env["account.invoice.report"]._read_group(
        [("state", "=", "posted"), ("move_type", "in", ("out_invoice", "out_refund"))],
        ["commercial_partner_id"],
        ["price_subtotal:sum"],
    )


def _move_group(env) -> None:
    env["account.move"]._read_group(
        [
            ("state", "=", "posted"),
            ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
        ],
        ["commercial_partner_id"],
        ["amount_untaxed_signed:sum"],
    )


@figure("unchanged")
def nothing_changed(bench: Bench) -> list[Result]:
    """A night on which nothing changed writes nothing, and comparing costs little."""
    refreshed(bench)
    with bench.env() as env:
        run = env["crm.customer.value.run"]
        run._cron_refresh()
        last = run.search([], limit=1)
        written = last.updated_count + last.inserted_count
    staged, whole = alternate(
        [lambda: bench.measure(_stage), lambda: bench.measure(_write)], bench.times
    )
    computing = median(staged).backend
    writing = median(whole).backend - computing
    name = "Nothing changed"
    return [
        Result(f"{name}: rows updated", "", written, "== 0", size=bench.size.name),
        bench.result(f"{name}: comparing and writing", "computing", writing, computing, "<= 0.1"),
    ]


def _scope(env):
    from odoo.addons.crm_lifecycle.models.value.scope import Scope

    return Scope(env["crm.customer.value.run"]._current().as_of)


def _stage(env) -> None:
    """The figures of everybody, computed only."""
    source, scope = env["crm.customer.value.source"], _scope(env)
    env.cr.execute("SET LOCAL work_mem = '256MB'")
    env.cr.execute(_explain("WITH param AS (%s) %s", source._param(scope), source._figures(scope)))


def _write(env) -> None:
    """The figures of everybody, computed, compared and written."""
    env.cr.execute("SET LOCAL work_mem = '256MB'")
    env.cr.execute(_explain("%s", env["crm.customer.value.refresh"]._write_statement(_scope(env))))


def _explain(text: str, *parts):
    """Run a statement to its end without sending its rows."""
    from odoo.tools import SQL

    return SQL(f"EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) {text}", *parts)
