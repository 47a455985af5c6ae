from odoo.tests import tagged

from ..report.pipeline_report import PERIODS
from .report_common import ReportCommon, percentile

TIME = "crm.stage.time"


@tagged("post_install", "-at_install")
class TestStageTime(ReportCommon):
    """Conversion, median and 90th percentile by stage agree with counting by hand."""

    def ended(self, stage, period, team=None, user=None):
        return [
            stay
            for stay in self.stays(user)
            if stay.stage == stage and stay.state == "passed" and team in (None, stay.team)
            if self.within(stay.date_out, period)
        ]

    def one(self, stage, period, team=None, user=None):
        domain = [("stage_id", "=", stage.id), ("period", "=", period)]
        domain.append(("team_id", "=", team.id) if team else ("all_teams", "=", True))
        return self.rows(TIME, domain, user)

    def check(self, stage, period, team=None, user=None):
        stays, row = self.ended(stage, period, team, user), self.one(stage, period, team, user)
        self.assertEqual(row.stay_count, len(stays))
        if stays:
            days = [stay.minutes / 1440 for stay in stays]
            gone_on = sum(stay.exit == "forward" for stay in stays)
            self.assertAlmostEqual(row.conversion, gone_on / len(stays))
            self.assertAlmostEqual(row.median_days, percentile(days, 0.5))
            self.assertAlmostEqual(row.p90_days, percentile(days, 0.9))
            self.assertEqual(row.is_thin, len(stays) < 5)

    def test_each_stage_and_period_agrees_with_the_oracle(self):
        for stage in self.first | self.call | self.offer:
            for period, _label in PERIODS:
                with self.subTest(stage=stage.name, period=period):
                    self.check(stage, period)

    def test_each_team_agrees_with_the_oracle(self):
        for team in self.team | self.other_team:
            for period, _label in PERIODS:
                with self.subTest(team=team.name, period=period):
                    self.check(self.call, period, team)

    def test_a_salesperson_has_the_figures_of_the_own_leads(self):
        for stage in self.first | self.call | self.offer:
            with self.subTest(stage=stage.name):
                self.check(stage, "all", user=self.seller)

    def test_the_period_before_stands_beside(self):
        row = self.one(self.first, "year")
        before = self.one(self.first, "year_before")
        self.assertTrue(row.has_before)
        self.assertEqual(row.stay_count_before, before.stay_count)
        self.assertEqual(row.conversion_before, before.conversion)
        self.assertEqual(row.median_days_before, before.median_days)
        self.assertFalse(self.one(self.first, "all").has_before)

    def test_every_row_opens_the_stays_it_counts(self):
        rows = self.rows(TIME)
        self.assertGreater(len(rows), 20)
        for row in rows:
            self.assertOpens(row.action_open_stays(), row.stay_count)

    def test_working_hours_are_of_stays_where_they_are_known(self):
        self.assertFalse(self.one(self.first, "all").has_working)
        known = self.env["crm.stage.passage"].search(
            [
                ("lead_id", "in", self.leads.ids),
                ("stage_id", "=", self.first.id),
                ("state", "=", "passed"),
            ],
            limit=3,
        )
        for passage, minutes in zip(known, (60, 120, 600), strict=True):
            passage.working_minutes = minutes
        self.assertAlmostEqual(self.one(self.first, "all").median_hours, 2)
        self.assertAlmostEqual(self.one(self.first, "all").p90_hours, percentile([1, 2, 10], 0.9))

    def test_ids_are_of_one_row_each(self):
        rows = self.rows(TIME)
        self.assertEqual(len(rows), len(set(rows.ids)))
        self.assertEqual(rows.browse(rows[3].id).stay_count, rows[3].stay_count)

    def test_stays_of_another_company_do_not_count(self):
        count = self.one(self.first, "all").stay_count
        other = self.env["res.company"].create({"name": "Another company"})
        self.env["crm.stage.passage"].search([("stage_id", "=", self.first.id)]).write(
            {"company_id": other.id}
        )
        self.assertTrue(count)
        self.assertFalse(self.one(self.first, "all"))

    def test_a_month_begins_at_midnight_where_the_viewer_is(self):
        report = self.env[TIME].with_context(tz="Asia/Jerusalem")
        start, _end = report._periods()["month"]
        self.assertEqual(str(start), "2026-04-30 21:00:00")
