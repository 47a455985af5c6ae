from odoo.tests import tagged

from .report_common import ReportCommon

FUNNEL = "crm.pipeline.funnel"


@tagged("post_install", "-at_install")
class TestPipelineFunnel(ReportCommon):
    """The funnel counts who reached a stage, as counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = [cls.first, cls.call, cls.offer, cls.won]

    def reached(self, story):
        places = [self.order.index(stay.stage) for stay in story.stays]
        return self.order[: max(places) + 1]

    def by_hand(self, stories):
        """Stage: (leads, went on, won)."""
        found = {}
        for story in stories:
            stages = self.reached(story)
            for stage in stages:
                leads, on, won = found.get(stage, (0, 0, 0))
                later = stage != stages[-1]
                found[stage] = (leads + 1, on + later, won + (story.outcome == "won"))
        return found

    def funnel(self, domain=(), user=None):
        rows = self.env[FUNNEL].with_user(user or self.leader)
        aggregates = ["reached:sum", "next_count:sum", "won_count:sum"]
        aggregates += ["next_rate:avg", "won_rate:avg", "lead_id:count_distinct"]
        return {
            stage.with_env(self.env): figures
            for stage, *figures in rows._read_group(list(domain), ["stage_id"], aggregates)
        }

    def check(self, stories, found):
        by_hand = self.by_hand(stories)
        self.assertEqual(set(found), set(by_hand))
        for stage, (leads, on, won) in by_hand.items():
            reached, next_count, won_count, next_rate, won_rate, distinct = found[stage]
            self.assertEqual((reached, next_count, won_count), (leads, on, won), stage.name)
            self.assertEqual(distinct, leads)
            self.assertAlmostEqual(won_rate, won / leads)
            if stage != self.won:
                self.assertAlmostEqual(next_rate, on / leads)

    def test_everybody_agrees_with_the_oracle(self):
        self.check(self.stories, self.funnel())

    def test_a_cohort_is_of_those_who_arrived_in_it(self):
        for year in ("2025", "2026"):
            stories = [story for story in self.stories if str(story.arrived.year) == year]
            domain = [
                ("cohort_date", ">=", f"{year}-01-01"),
                ("cohort_date", "<=", f"{year}-12-31 23:59:59"),
            ]
            self.check(stories, self.funnel(domain))

    def test_a_salesperson_has_the_funnel_of_the_own_leads(self):
        self.check(self.told(self.seller), self.funnel(user=self.seller))

    def test_this_year_and_the_previous_are_dimensions(self):
        rows = self.env[FUNNEL].with_user(self.leader)
        found = dict(rows._read_group([], ["in_year"], ["lead_id:count_distinct"]))
        years = [story.arrived.year for story in self.stories]
        self.assertEqual(found["this"], years.count(2026))
        self.assertEqual(found["before"], years.count(2025))
        self.assertEqual(found["earlier"], years.count(2024))

    def test_archived_leads_count(self):
        archived = [story.lead.id for story in self.stories if story.outcome == "archived"]
        found = self.rows(FUNNEL, [("lead_id", "in", archived)])
        self.assertEqual(set(found.lead_id.ids), set(archived))

    def test_the_last_stage_has_no_rate_of_going_on(self):
        rate = self.funnel()[self.won][3]
        self.assertIn(rate, (None, False))
        self.assertNotIsInstance(rate, float)

    def test_the_way_of_a_merged_lead_is_not_the_lead_s_own(self):
        lead = self.lead()
        self.env["crm.stage.passage"].create(
            {
                "lead_id": lead.id,
                "lead_number": lead.id,
                "stage_id": self.offer.id,
                "lifecycle_phase": "acquisition",
                "company_id": self.company.id,
                "date_in": "2026-01-01",
                "date_out": "2026-01-02",
                "entry": "created",
                "state": "passed",
                "is_merged": True,
            }
        )
        self.assertEqual(self.rows(FUNNEL, [("lead_id", "=", lead.id)]).stage_id, self.first)

    def test_stages_of_the_other_process_or_team_are_not_reached(self):
        self.call.team_ids = self.other_team
        lead = self.lead(stage_id=self.offer.id)
        stages = self.rows(FUNNEL, [("lead_id", "=", lead.id)]).stage_id
        self.assertEqual(stages, self.first | self.offer)

    def test_a_row_opens_its_lead(self):
        row = self.rows(FUNNEL)[0]
        self.assertEqual(row.action_open_lead()["res_id"], row.lead_id.id)
