"""Posting an invoice of ten lines, beside Odoo without the addon."""

from __future__ import annotations

from odoo import Command

from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.measure import Cost, alternate, cost, minimum
from benchmarks.report import Result

POSTINGS = 40
LINES = 10


def draft(bench: Bench, db: str, customer: str) -> int:
    """A draft invoice for the biggest customer, or for one in the middle. Committed."""
    with bench.env(db) as env:
        env.cr.execute(
            """SELECT commercial_partner_id FROM account_move
                WHERE move_type = 'out_invoice' AND state = 'posted'
                GROUP BY 1 ORDER BY COUNT(*) DESC, 1 OFFSET %s LIMIT 1""",
            [0 if customer == "biggest" else bench.size.customers // 4],
        )
        partner_id = env.cr.fetchone()[0]
        product = env["product.product"].search([("name", "=", "Bench Goods")], limit=1)
        line = {"product_id": product.id, "price_unit": 10.0, "quantity": 2.0}
        move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner_id,
                "invoice_date": bench.as_of,
                "invoice_line_ids": [Command.create(line) for _line in range(LINES)],
            }
        )
        env.cr.commit()
        return move.id


def discard(bench: Bench, db: str, move_id: int) -> None:
    with bench.env(db) as env:
        env["account.move"].browse(move_id).unlink()
        env.cr.commit()


def post(bench: Bench, db: str, move_id: int) -> Cost:
    """What posting costs up to the moment of the commit, which is then not made."""
    with bench.env(db) as env:
        move = env["account.move"].browse(move_id)
        _warm(env)

        def work():
            move.action_post()
            env.cr.flush()  # with what the transaction left for its end

        return cost(env.cr, work)


def _warm(env) -> None:
    """Have in memory what any process that has posted before has in memory."""
    env["account.move"].check_access("write")
    env.user.has_group("base.group_user")


@figure("posting")
def posting(bench: Bench) -> list[Result]:
    results = []
    for customer in ("middling", "biggest"):
        drafts = {db: draft(bench, db, customer) for db in (bench.db, bench.bare)}
        works = [lambda db=db, move=move: post(bench, db, move) for db, move in drafts.items()]
        alternate(works, 3)  # the first ones fill caches
        ours, theirs = (minimum(costs) for costs in alternate(works, POSTINGS))
        for db, move_id in drafts.items():
            discard(bench, db, move_id)
        name = f"Posting an invoice of ten lines, {customer} customer"
        results += [
            bench.result(name, "without the addon (CPU)", ours.cpu, theirs.cpu, "<= 1.03", "-"),
            Result(
                f"{name}: more queries",
                "without the addon",
                ours.queries - theirs.queries,
                "<= 2",
                str(ours.queries),
                str(theirs.queries),
                bench.size.name,
            ),
        ]
    return results
