"""The pipeline's list, kanban and reports beside core's own, over the same leads.

Every lead has six stays in stages in the database with the addon. Beside each analysis of ours
stands core's pipeline report: leads and expected revenue by salesperson and stage. A report is
measured as its menu opens it, and again without any filter.
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
# What account.invoice.report reads is what the people by category are made of.
INVOICES = ("account.invoice.report", ["invoice_user_id"], ["__count", "price_subtotal:sum"])
AT_MOST = "<= 3"
AS_CORE = "<= 1.1"
YEAR = [("period", "=", "year")]
# Analyses by what they are called: model, grouping, measures, the domain that they open with, and
# the field, if any, of which they show this year then.
REPORTS = {
    "Stays in stages": (
        "crm.stage.passage",
        ["stage_id", "user_id"],
        ["__count", "calendar_minutes:avg"],
        [],
        "date_in",
    ),
    "Campaigns": (
        "crm.campaign.yield",
        ["campaign_id", "source_id"],
        ["lead_count:sum", "revenue:sum", "cost:sum", "yield_rate:avg"],
        [],
    ),
    "Funnel": (
        "crm.pipeline.funnel",
        ["stage_id"],
        ["reached:sum", "next_rate:avg", "won_rate:avg"],
        [("lifecycle_phase", "=", "acquisition")],
        "cohort_date",
    ),
    "Time in stages": (
        "crm.stage.time",
        ["stage_id"],
        ["stay_count:sum"],
        [*YEAR, ("all_teams", "=", True)],
    ),
    "Cycle": ("crm.pipeline.cycle", ["outcome"], ["__count", "days:avg"], [], "date_closed"),
    "Cycle time and losses": ("crm.cycle.time", ["outcome"], ["lead_count:sum"], YEAR),
    "People": ("crm.pipeline.person", ["user_id"], ["__count", "close_rate:avg"], [], "date"),
    "Stages to drop": ("crm.stage.dispensable", ["stage_id"], ["stay_count:sum"], YEAR),
    "Other order": ("crm.stage.order.pair", ["stage_id"], ["lead_count:sum"], YEAR),
}
CATEGORIES = (
    "crm.person.category",
    ["user_id", "category_id"],
    ["revenue:sum", "move_id:count_distinct", "won_share:avg"],
    [],
)


def opened(bench: Bench, report: tuple) -> list:
    """The domain that a report opens with."""
    _model, _groupby, _aggregates, domain, *moments = report
    year = bench.as_of.year
    for moment in moments:
        domain = [*domain, (moment, ">=", f"{year}-01-01"), (moment, "<", f"{year + 1}-01-01")]
    return domain


def _boss(bench: Bench, db: str):
    """Odoo's administrator, who sees all leads."""
    with bench.env(db) as env:
        return bench.env(db, uid=person(env), context={"lang": "en_US"})


def read_report(bench: Bench, db: str, report: tuple, domain: list | None = None) -> Cost:
    """A pivot's first query, as the web client asks for it."""
    model, groupby, aggregates, *_opened = report
    with _boss(bench, db) as env:
        rows = env[model]
        return cost(env.cr, lambda: rows.formatted_read_group(domain or [], groupby, aggregates))


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


def _beside(bench: Bench, name: str, core: str, ours, theirs, aim: str = "") -> list[Result]:
    """Time and number of queries of two pieces of work, measured in turns."""
    alternate([ours, theirs], 1)
    mine, plain = (median(costs) for costs in alternate([ours, theirs], bench.times))
    return [
        bench.result(name, f"{core} (CPU)", mine.cpu, plain.cpu, aim),
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
        AS_CORE,
    )
    results += _beside(
        bench,
        "Pipeline kanban",
        "without the addon",
        lambda: read_kanban(bench, bench.db),
        lambda: read_kanban(bench, bench.bare),
        AS_CORE,
    )
    with bench.env() as env:
        reports = {name: report for name, report in REPORTS.items() if report[0] in env}
    for name, report in reports.items():
        results += _report(bench, name, report)
    return results


@figure("categories")
def categories(bench: Bench) -> list[Result]:
    """Salespeople by product category beside core's invoice analysis: all lines of invoices."""
    return _report(bench, "People by product category", CATEGORIES, INVOICES)


@figure("process_book")
def process_book(bench: Bench) -> list[Result]:
    """The workbook, of which each sheet is an analysis."""
    passages.fill(bench.db)
    return _beside(
        bench,
        "Workbook: Sales process",
        "core's pipeline report",
        lambda: build_workbook(bench),
        lambda: read_report(bench, bench.bare, CORE),
    )


def _report(bench: Bench, name: str, report: tuple, core: tuple = CORE) -> list[Result]:
    """A report as it opens, and all that it has; one that opens with everything once."""
    beside = "core's pipeline report" if core is CORE else "core's invoice analysis"
    domain = opened(bench, report)
    results = []
    for title, asked, aim in (
        (f"Report as it opens: {name}", domain, AT_MOST),
        (f"Report of everything: {name}", [], ""),
    ):
        results += _beside(
            bench,
            title,
            beside,
            lambda asked=asked: read_report(bench, bench.db, report, asked),
            lambda: read_report(bench, bench.bare, core),
            aim,
        )
        if not domain:
            break
    return results
