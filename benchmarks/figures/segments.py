"""The refresh of segments: everybody enters, and a night on which nothing changed.

Five rules, of which two exclude each other, beside the same tags written through the ORM.
"""

from __future__ import annotations

from benchmarks import databases
from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.measure import Cost, alternate, cost, median
from benchmarks.report import Result

RULES = {
    "Bench Tier A": "[('value_tier', '=', 'a')]",
    "Bench Worth": "[('customer_value', '>', 1000), ('lifecycle_phase', '!=', False)]",
    "Bench Mail": "[('email', '!=', False), ('is_company', '=', True)]",
    "Bench Even": "[('id', '!=', 0), ('name', 'like', '%2')]",
    "Bench All": "[('name', '=like', 'Customer %')]",
}
EXCLUSIVE = ("Bench Even", "Bench All")
WRITTEN = 2_000  # customers whose tags are written by the ORM; the rest is in proportion


def prepare(bench: Bench) -> None:
    """The segments of this figure and no others, once."""
    with bench.env() as env:
        tags = env["res.partner.category"]
        if tags.search_count([("name", "in", list(RULES))]):
            return
        tags.search([("is_segment", "=", True)]).write({"active": False})
        group = env["crm.segment.group"].create({"name": "Bench"})
        for order, (name, rule) in enumerate(RULES.items()):
            place = {"segment_group_id": group.id} if name in EXCLUSIVE else {}
            vals = {"segment_domain": rule, "segment_sequence": order, **place}
            tags.create({"name": name, "is_segment": True, **vals})
        env.cr.commit()


def empty(bench: Bench) -> None:
    """Nobody has a tag, and nobody ever had one."""
    with bench.env() as env:
        env.cr.execute("TRUNCATE crm_segment_membership")
        env.cr.execute("TRUNCATE res_partner_res_partner_category_rel")
        env.cr.commit()
    databases.vacuum(bench.db)


def refreshed(bench: Bench, *, anew: bool = False) -> Cost:
    """What a whole refresh costs, batches and commits included; of no tags when ``anew``."""
    if anew:
        empty(bench)
    with bench.env() as env:
        env["crm.segment.run"]._ask_for_refresh()
        env.cr.commit()
    return bench.measure(lambda env: env["crm.segment.run"]._cron_refresh())


def written_by_the_orm(bench: Bench) -> Cost:
    """One tag added to some customers, one by one as a loop would; undone."""
    with bench.env() as env:
        tag = env["res.partner.category"].create({"name": "Bench by ORM"})
        customers = env["res.partner"].search([("name", "=like", "Customer %")], limit=WRITTEN)

        def write() -> None:
            for customer in customers:
                customer.write({"category_id": [(4, tag.id)]})
            env.flush_all()

        return cost(env.cr, write)


@figure("segments")
def segments(bench: Bench) -> list[Result]:
    """A first and a quiet refresh, beside writing as many tags through the ORM."""
    prepare(bench)
    refreshed(bench, anew=True)
    first, written = alternate(
        [lambda: refreshed(bench, anew=True), lambda: written_by_the_orm(bench)], bench.times
    )
    tags = _tags(bench)
    databases.vacuum(bench.db)
    [quiet] = alternate([lambda: refreshed(bench)], bench.times)
    by_orm = median(written).cpu * tags / min(WRITTEN, bench.size.customers)
    name = "Refresh of five segments"
    return [
        bench.result(
            f"{name}, first", "a write for each tag", median(first).cpu, by_orm, "<= 0.1", "<= 12"
        ),
        bench.result(
            f"{name}, nothing changed",
            "the first",
            median(quiet).cpu,
            median(first).cpu,
            "<= 0.5" if bench.size.customers >= 10_000 else "",
            "<= 12",
        ),
    ]


def _tags(bench: Bench) -> int:
    with bench.env() as env:
        env.cr.execute("SELECT COUNT(*) FROM res_partner_res_partner_category_rel")
        return env.cr.fetchone()[0]
