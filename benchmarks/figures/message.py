"""Posting a message to a customer, beside Odoo without the addon."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.measure import Cost, alternate, cost, minimum
from benchmarks.report import Result

POSTINGS = 40
NAME = "Posting a message to a customer"


def customer(bench: Bench) -> int:
    """A customer in the middle; the databases have the same rows."""
    with bench.env(bench.bare) as env:
        env.cr.execute(
            """SELECT commercial_partner_id FROM account_move
                WHERE move_type = 'out_invoice' AND state = 'posted'
                GROUP BY 1 ORDER BY COUNT(*) DESC, 1 OFFSET %s LIMIT 1""",
            [bench.size.customers // 4],
        )
        return env.cr.fetchone()[0]


def post(bench: Bench, db: str, partner_id: int) -> Cost:
    """What posting costs up to the moment of the commit, which is then not made."""
    with bench.env(db) as env:
        partner = env["res.partner"].browse(partner_id)
        _post(partner)  # have in memory what any process that has posted before has in memory
        env.cr.flush()

        def work():
            _post(partner)
            env.cr.flush()  # with what the transaction left for its end

        return cost(env.cr, work)


def _post(partner) -> None:
    partner.message_post(
        body="Hello",
        subject="Hello",
        message_type="comment",
        subtype_xmlid="mail.mt_comment",
        partner_ids=partner.ids,
    )


@figure("message")
def message(bench: Bench) -> list[Result]:
    partner_id = customer(bench)
    works = [lambda db=db: post(bench, db, partner_id) for db in (bench.db, bench.bare)]
    alternate(works, 3)  # the first ones fill caches
    ours, theirs = (minimum(costs) for costs in alternate(works, POSTINGS))
    return [
        bench.result(NAME, "without the addon (CPU)", ours.cpu, theirs.cpu, "<= 1.1", "-"),
        Result(
            f"{NAME}: more queries",
            "without the addon",
            ours.queries - theirs.queries,
            "<= 1",
            str(ours.queries),
            str(theirs.queries),
            bench.size.name,
        ),
    ]
