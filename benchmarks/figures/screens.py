"""The partner form, the partner list and *Customers*, as the web client reads them."""

from __future__ import annotations

from odoo.tests.form import Form

from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.measure import Cost, alternate, cost, median
from benchmarks.report import Result

FORMS = 15
PAGE = 80
OURS = ("value_tier", "customer_value", "lifecycle_phase", "account_manager_id")


def person(env) -> int:
    """Odoo's administrator, who sees every button of the form."""
    return env.ref("base.user_admin").id


def _as_person(bench: Bench, db: str):
    with bench.env(db) as env:
        return bench.env(db, uid=person(env), context={"lang": "en_US"})


def customers(bench: Bench, db: str) -> list[int]:
    """The same customers in both databases: the biggest, the middle, the smallest and between."""
    with bench.env(db) as env:
        env.cr.execute(
            """SELECT commercial_partner_id FROM account_move
                WHERE move_type = 'out_invoice' AND state = 'posted'
                GROUP BY 1 ORDER BY COUNT(*) DESC, 1"""
        )
        ranked = [row[0] for row in env.cr.fetchall()]
    step = (len(ranked) - 1) / (FORMS - 1)
    return [ranked[round(place * step)] for place in range(FORMS)]


def form_spec(bench: Bench, db: str, partner_id: int) -> dict:
    """What the web client asks for to show the partner form."""
    with _as_person(bench, db) as env:
        return Form(env["res.partner"].browse(partner_id))._view["fields_spec"]


def read_form(bench: Bench, db: str, partner_id: int, spec: dict) -> Cost:
    with _as_person(bench, db) as env:
        partner = env["res.partner"].browse(partner_id)
        return cost(env.cr, lambda: partner.web_read(spec))


@figure("form")
def partner_form(bench: Bench) -> list[Result]:
    """Each of some customers in turn with and without; the medians are of their sums."""
    chosen = customers(bench, bench.bare)
    works = []
    for db in (bench.db, bench.bare):
        spec = form_spec(bench, db, chosen[0])
        works.append(lambda db=db, spec=spec: _all_forms(bench, db, chosen, spec))
    alternate(works, 1)
    ours, theirs = (median(costs) for costs in alternate(works, bench.times))
    aim = "<= 0.5" if bench.size.customers >= 100_000 else "<= 1.05"
    return [
        bench.result(
            "Partner form",
            "without the addon (CPU)",
            ours.cpu / FORMS,
            theirs.cpu / FORMS,
            aim,
            "-",
        ),
        Result(
            "Partner form: more queries",
            "without the addon",
            (ours.queries - theirs.queries) / FORMS,
            "",
            str(ours.queries // FORMS),
            str(theirs.queries // FORMS),
            bench.size.name,
        ),
    ]


def _all_forms(bench: Bench, db: str, chosen: list[int], spec: dict) -> Cost:
    costs = [read_form(bench, db, partner_id, spec) for partner_id in chosen]
    return Cost(
        sum(one.cpu for one in costs),
        sum(one.wall for one in costs),
        sum(one.queries for one in costs),
        sum(one.backend for one in costs),
    )


def list_spec(bench: Bench, db: str, model: str) -> dict:
    """The columns of a model's list, hidden ones of ours left out."""
    with _as_person(bench, db) as env:
        views = env[model].get_views([(False, "list")])
        from lxml import etree

        arch = etree.fromstring(views["views"]["list"]["arch"])
        names = {node.get("name") for node in arch.iter("field")} - set(OURS)
        return {
            name: {"fields": {"display_name": {}}} if env[model]._fields[name].relational else {}
            for name in sorted(names)
        }


def read_list(bench: Bench, db: str, model: str, spec: dict, order: str = "") -> Cost:
    with _as_person(bench, db) as env:
        records = env[model]
        return cost(
            env.cr,
            lambda: records.web_search_read(
                [], spec, limit=PAGE, order=order or None, count_limit=10_001
            ),
        )


@figure("list")
def partner_list(bench: Bench) -> list[Result]:
    model = "res.partner"
    plain = list_spec(bench, bench.bare, model)
    mine = {name: {} for name in OURS} | {"account_manager_id": {"fields": {"display_name": {}}}}
    works = [
        lambda: read_list(bench, bench.db, model, plain | mine),
        lambda: read_list(bench, bench.bare, model, plain),
    ]
    alternate(works, 2)
    ours, theirs = (median(costs) for costs in alternate(works, 5 * bench.times))
    name = f"Partner list of {PAGE} rows with four of our columns"
    return [
        bench.result(name, "without the addon (CPU)", ours.cpu, theirs.cpu, "<= 1.1", "-"),
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


@figure("customers")
def customers_by_worth(bench: Bench) -> list[Result]:
    """The app's first screen, and the same rows of the plain partner list beside it."""
    model = "crm.customer.value"
    spec = list_spec(bench, bench.db, model)
    plain = list_spec(bench, bench.bare, "res.partner")
    order = "value_period desc, id"
    works = [
        lambda: read_list(bench, bench.db, model, spec, order),
        lambda: read_list(bench, bench.bare, "res.partner", plain),
    ]
    alternate(works, 2)
    ours, theirs = (median(costs) for costs in alternate(works, 5 * bench.times))
    return [
        bench.result(
            "Customers by worth", "Odoo's partner list", ours.cpu, theirs.cpu, "", "<= 1.5"
        )
    ]
