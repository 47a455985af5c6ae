from functools import partial

from odoo.fields import Domain
from odoo.tests import tagged

from ..report.domain_reach import compared, named, reach
from ..report.pipeline_report import PERIODS
from .report_common import ReportCommon

LISTS = ("crm.stage.time", "crm.cycle.time", "crm.stage.dispensable", "crm.stage.order.pair")
FUNNEL = "crm.pipeline.funnel"
EVERY = frozenset(name for name, _label in PERIODS)


@tagged("post_install", "-at_install")
class TestReportNarrow(ReportCommon):
    """A report counts what its domain asks for, and finds the same as if it counted everything."""

    def values(self, model, domain, names=None, **context):
        """The rows of a domain, as another request would read them."""
        report = self.env[model].with_user(self.leader).with_context(**context)
        report.invalidate_model()
        skipped = ("display_name", "create_date", "write_date", "create_uid", "write_uid")
        names = names or [name for name, field in report._fields.items() if field.store]
        names = [name for name in names if name not in skipped]
        rows = report.search_fetch(domain, names)
        return {row.id: [row[name] for name in names] for row in rows}

    def assertSame(self, model, domain):
        """Searching narrowly finds what is left of everything."""
        every = self.values(model, [])
        rows = self.env[model].with_user(self.leader).browse(every)
        kept = rows.filtered_domain(domain).ids
        found = self.values(model, domain)
        self.assertEqual(found.keys(), set(kept))
        for number, values in found.items():
            self.assertEqual(values, every[number])

    # ------------------------------------------------------------------ the same is found
    def test_each_period_finds_what_all_periods_find(self):
        for model in LISTS:
            for period, _label in PERIODS:
                with self.subTest(model, period=period):
                    self.assertSame(model, [("period", "=", period)])

    def test_any_domain_on_periods_finds_what_all_find(self):
        month, year = ("period", "=", "month"), ("period", "=", "year")
        team = ("team_id", "=", self.team.id)
        domains = [
            [("period", "in", ["quarter", "year_before"])],
            [("period", "not in", ["all", "year"])],
            ["|", month, year],
            ["!", month],
            ["!", "|", month, year],
        ]
        for model in LISTS:
            for domain in domains:
                with self.subTest(model, domain=domain):
                    self.assertSame(model, domain)
        for model in LISTS[:2]:
            with self.subTest(model):
                self.assertSame(model, ["|", month, team])
                self.assertSame(model, ["&", "!", month, team])

    def test_teams_together_or_each_find_what_both_find(self):
        for domain in ([("all_teams", "=", True)], [("all_teams", "=", False)]):
            with self.subTest(domain=domain):
                self.assertSame("crm.stage.time", domain)
                self.assertSame("crm.stage.time", [*domain, ("period", "=", "year")])

    def test_the_funnel_of_some_leads_is_what_it_is_of_all(self):
        domains = [
            [("cohort_date", ">=", "2026-01-01"), ("cohort_date", "<=", "2026-03-31 23:59:59")],
            [("cohort_date", "<", "2025-06-01"), ("lifecycle_phase", "=", "acquisition")],
            [("lifecycle_phase", "!=", "acquisition")],
            ["|", ("cohort_date", "<", "2025-06-01"), ("lifecycle_phase", "=", "enhancement")],
        ]
        for domain in domains:
            with self.subTest(domain=domain):
                self.assertSame(FUNNEL, domain)

    def test_rows_are_read_by_their_ids(self):
        for model in (*LISTS, FUNNEL):
            every = self.values(model, [])
            some = sorted(every)[::3]
            with self.subTest(model):
                self.assertEqual(self.values(model, [("id", "in", some)]).keys(), set(some))

    def test_an_id_of_nothing_finds_nothing(self):
        for model in (*LISTS, FUNNEL):
            with self.subTest(model):
                self.assertFalse(self.values(model, [("id", "in", [255, 2**40 - 1])]))
                self.assertFalse(self.values(model, [("id", "in", [])]))

    # ------------------------------------------------------------------ no more is counted
    def test_only_the_periods_asked_for_are_counted(self):
        report = self.env["crm.stage.dispensable"]
        self.assertEqual(report._counted(), EVERY)
        narrow = report._narrow(Domain("period", "=", "year"))
        self.assertEqual(narrow._counted(), {"year"})
        self.assertEqual(narrow._cuts(), [])
        self.assertTrue(report._narrow(Domain.FALSE)._counted())

    def test_the_period_before_is_counted_where_it_stands_beside(self):
        narrow = self.env["crm.stage.time"]._narrow(Domain("period", "=", "year"))
        self.assertEqual(narrow._counted(), {"year", "year_before"})

    def test_what_a_client_says_of_it_changes_nothing(self):
        context = {
            "lifecycle_periods": ["month"],
            "lifecycle_all_teams": [],
            "lifecycle_processes": [],
            "lifecycle_arrived": [("<", "1900-01-01")],
        }
        for model in (*LISTS, FUNNEL):
            with self.subTest(model):
                self.assertEqual(self.values(model, [], **context), self.values(model, []))

    # ------------------------------------------------------------------ reading a domain
    def test_no_value_that_a_row_may_have_is_left_out(self):
        told = partial(named, name="period", every=EVERY)
        month, other = Domain("period", "=", "month"), Domain("is_thin", "=", True)
        report = self.env["crm.stage.time"]
        for domain, found in (
            (Domain.TRUE, EVERY),
            (other, EVERY),
            (month, {"month"}),
            (~month, EVERY - {"month"}),
            (month & other, {"month"}),
            (month | other, EVERY),
            (~(month & other), EVERY),
            (month | Domain("period", "=", "year"), {"month", "year"}),
            (Domain("period", "like", "mon"), EVERY),
            (month & Domain("period", "=", "year"), set()),
        ):
            with self.subTest(domain=str(domain)):
                self.assertEqual(reach(domain, EVERY, told, report), found)

    def test_only_what_every_row_meets_is_compared(self):
        since = Domain("cohort_date", ">=", "2026-01-01 00:00:00")
        won = Domain("won_count", "=", 1)
        funnel = self.env[FUNNEL]
        self.assertEqual(len(compared((since & won).optimize(funnel), "cohort_date")), 1)
        self.assertEqual(len(compared(since.optimize(funnel), "cohort_date")), 1)
        self.assertFalse(compared((since | won).optimize(funnel), "cohort_date"))
