from unittest.mock import patch

from odoo.tests import tagged

from ..report.pipeline_report import PERIODS
from .report_common import ReportCommon

DROP, PAIR = "crm.stage.dispensable", "crm.stage.order.pair"


@tagged("post_install", "-at_install")
class TestStageFindings(ReportCommon):
    """Stages nobody needs, and stages in the wrong order, agree with counting by hand."""

    def stage_row(self, stage, period="all", user=None):
        return self.rows(DROP, [("stage_id", "=", stage.id), ("period", "=", period)], user)

    def left(self, stage, period, user=None):
        return [
            stay
            for stay in self.stays(user)
            if stay.stage == stage and self.within(stay.date_out, period)
        ]

    def through(self, stay, minutes=10):
        return stay.state == "skipped" or (stay.exit == "forward" and stay.minutes < minutes)

    # ------------------------------------------------------------------ to be dropped
    def test_passing_straight_through_agrees_with_the_oracle(self):
        for stage in self.first | self.call | self.offer:
            for period, _label in PERIODS:
                with self.subTest(stage=stage.name, period=period):
                    stays, row = self.left(stage, period), self.stage_row(stage, period)
                    through = sum(map(self.through, stays))
                    self.assertEqual((row.stay_count, row.through_count), (len(stays), through))
                    skipped = sum(stay.state == "skipped" for stay in stays)
                    self.assertEqual(row.skipped_count, skipped)
                    if stays:
                        self.assertAlmostEqual(row.through_share, through / len(stays))

    def test_a_salesperson_has_the_stages_of_the_own_leads(self):
        row = self.stage_row(self.call, user=self.seller)
        self.assertEqual(row.stay_count, len(self.left(self.call, "all", self.seller)))

    def test_every_row_opens_the_stays_that_went_through(self):
        rows = self.rows(DROP)
        self.assertGreater(len(rows), 10)
        for row in rows:
            self.assertOpens(row.action_open_stays(), row.through_count)

    def test_a_candidate_is_a_stage_that_nine_of_ten_pass(self):
        self.assertFalse(self.stage_row(self.call).is_candidate)
        stays = self.env["crm.stage.passage"].search([("stage_id", "=", self.call.id)])
        stays.filtered("date_out").write({"exit": "forward", "calendar_minutes": 1})
        self.assertTrue(self.stage_row(self.call).is_candidate)

    def test_a_stage_of_few_is_no_candidate(self):
        stays = self.env["crm.stage.passage"].search([("stage_id", "=", self.call.id)])
        ended = stays.filtered("date_out")
        ended.write({"exit": "forward", "calendar_minutes": 1})
        ended[4:].unlink()
        row = self.stage_row(self.call)
        self.assertEqual((row.stay_count, row.is_thin, row.is_candidate), (4, True, False))

    def test_the_minutes_are_one_method_to_override(self):
        with patch.object(type(self.env[DROP]), "_through_minutes", lambda self: 700):
            through = sum(self.through(stay, 700) for stay in self.left(self.first, "all"))
            self.assertEqual(self.stage_row(self.first).through_count, through)

    # ------------------------------------------------------------------ the other way round
    def pairs(self, one, other, period, user=None):
        """(reversed, both) by hand."""
        found = []
        for story in self.told(user):
            visits = {}
            for stay in story.stays:
                if stay.state != "skipped":
                    visits.setdefault(stay.stage, stay.date_in)
            in_both = {one, other} <= set(visits)
            if in_both and self.within(max(visits[one], visits[other]), period):
                found.append(visits[other] < visits[one])
        return sum(found), len(found)

    def pair_row(self, one, other, period, user=None):
        domain = [("stage_id", "=", one.id), ("other_stage_id", "=", other.id)]
        return self.rows(PAIR, [*domain, ("period", "=", period)], user)

    def test_the_order_of_stages_agrees_with_the_oracle(self):
        turned = 0
        for one, other in ((self.first, self.call), (self.call, self.offer)):
            for period, _label in PERIODS:
                with self.subTest(one=one.name, period=period):
                    row = self.pair_row(one, other, period)
                    by_hand = self.pairs(one, other, period)
                    self.assertEqual((row.reversed_count, row.lead_count), by_hand)
                    self.assertEqual(row.is_thin, 0 < row.lead_count < 5)
                    turned += row.reversed_count
        self.assertGreater(turned, 5)

    def test_a_salesperson_has_the_order_of_the_own_leads(self):
        row = self.pair_row(self.first, self.call, "all", self.seller)
        by_hand = self.pairs(self.first, self.call, "all", self.seller)
        self.assertEqual((row.reversed_count, row.lead_count), by_hand)

    def test_every_pair_opens_the_leads_that_went_otherwise(self):
        for row in self.rows(PAIR):
            self.assertOpens(row.action_open_leads(), row.reversed_count)
