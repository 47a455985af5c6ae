"""The pipeline's list, kanban and reports beside core's own, over the same leads.

Every lead has six stays in stages in the database with the addon. Beside each analysis of ours
stands core's pipeline report: leads and expected revenue by salesperson and stage.
"""

from __future__ import annotations

from tempfile import TemporaryDirectory

from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.figures.screens import list_spec, person, read_list
from benchmarks.generator import passages
from benchmarks.measure import Cost, alternate, cost, median
from benchmarks.report import Result

CARDS = 20
CARD = ("name", "expected_revenue", "partner_id", "priority", "user_id", "stage_id")
CORE = ("crm.lead", ["user_id", "stage_id"], ["__count", "expected_revenue:sum"])
# Analyses by what they are called: model, grouping, measures. Those not installed are left out.
REPORTS = {
    "Stays in stages": (
        "crm.stage.passage",
        ["stage_id", "user_id"],
        ["__count", "calendar_minutes:avg"],
    ),
    "Campaigns": (
        "crm.campaign.yield",
        ["campaign_id", "source_id"],
        ["lead_count:sum", "revenue:sum", "cost:sum", "yield_rate:avg"],
    ),
    "People by product category": (
        "crm.person.category",
        ["user_id", "category_id"],
        ["revenue:sum", "move_id:count_distinct", "won_share:avg"],
    ),
    "Funnel": ("crm.pipeline.funnel", ["stage_id"], ["__count"]),
    "Time in stages": ("crm.stage.time", ["stage_id"], ["__count"]),
    "Cycle": ("crm.pipeline.cycle", ["user_id"], ["__count"]),
    "People": ("crm.pipeline.person", ["user_id"], ["__count"]),
    "Stages to drop": ("crm.stage.dispensable", ["stage_id"], ["__count"]),
    "Other order": ("crm.stage.order.pair", [], ["__count"]),
}


def _boss(bench: Bench, db: str):
    """Odoo's administrator, who sees all leads."""
    with bench.env(db) as env:
        return bench.env(db, uid=person(env), context={"lang": "en_US"})


def read_report(bench: Bench, db: str, report: tuple) -> Cost:
    """A pivot's first query, as the web client asks for it."""
    model, groupby, aggregates = report
    with _boss(bench, db) as env:
        rows = env[model]
        return cost(env.cr, lambda: rows.formatted_read_group([], groupby, aggregates))


def read_kanban(bench: Bench, db: str) -> Cost:
    """The columns of the pipeline and the first cards of each."""
    spec = {name: {"fields": {"display_name": {}}} if name.endswith("_id") else {} for name in CARD}
    with _boss(bench, db) as env:
        leads = env["crm.lead"]
        return cost(
            env.cr,
            lambda: leads.web_read_group(
                [("type", "=", "opportunity")],
                ["stage_id"],
                ["expected_revenue:sum"],
                auto_unfold=True,
                unfold_read_specification=spec,
                unfold_read_default_limit=CARDS,
            ),
        )


def build_workbook(bench: Bench) -> Cost:
    """The *Sales process* workbook of the last quarter."""
    with _boss(bench, bench.db) as env, TemporaryDirectory() as folder:
        export = env["crm.sales.process.export"].create({})
        report = env["crm.sales.process.report"]
        return cost(env.cr, lambda: report._build(export, f"{folder}/process.xlsx"))


def _beside(bench: Bench, name: str, core: str, ours, theirs) -> list[Result]:
    """Time and number of queries of two pieces of work, measured in turns."""
    alternate([ours, theirs], 1)
    mine, plain = (median(costs) for costs in alternate([ours, theirs], bench.times))
    return [
        bench.result(name, f"{core} (CPU)", mine.cpu, plain.cpu),
        Result(
            f"{name}: more queries",
            core,
            mine.queries - plain.queries,
            "",
            str(mine.queries),
            str(plain.queries),
            bench.size.name,
        ),
    ]


@figure("pipeline")
def pipeline(bench: Bench) -> list[Result]:
    """Opening the list and the kanban with the addon and without; reports beside core's."""
    passages.fill(bench.db)
    spec = list_spec(bench, bench.bare, "crm.lead")
    results = _beside(
        bench,
        "Pipeline list",
        "without the addon",
        lambda: read_list(bench, bench.db, "crm.lead", spec),
        lambda: read_list(bench, bench.bare, "crm.lead", spec),
    )
    results += _beside(
        bench,
        "Pipeline kanban",
        "without the addon",
        lambda: read_kanban(bench, bench.db),
        lambda: read_kanban(bench, bench.bare),
    )
    with bench.env() as env:
        reports = {name: report for name, report in REPORTS.items() if report[0] in env}
    for name, report in reports.items():
        results += _beside(
            bench,
            f"Report: {name}",
            "core's pipeline report",
            lambda report=report: read_report(bench, bench.db, report),
            lambda: read_report(bench, bench.bare, CORE),
        )
    return results + _beside(
        bench,
        "Workbook: Sales process",
        "core's pipeline report",
        lambda: build_workbook(bench),
        lambda: read_report(bench, bench.bare, CORE),
    )
