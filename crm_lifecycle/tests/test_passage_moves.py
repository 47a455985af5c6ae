from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install")
class TestPassageMoves(PipelineCommon):
    """Every move of a lead leaves its stay behind, whichever way it came about."""

    def states(self, lead):
        return [(one.stage_id.name, one.state, one.exit) for one in self.passages(lead)]

    def test_a_new_lead_stays_in_its_first_stage(self):
        lead = self.lead()
        passage = self.passages(lead)
        self.assertEqual(self.states(lead), [("First", "open", False)])
        self.assertEqual((passage.entry, passage.user_id), ("created", self.seller))
        self.assertEqual((passage.company_id, passage.team_id), (self.company, self.team))

    def test_moving_on_ends_one_stay_and_begins_another(self):
        lead = self.lead()
        self.as_user(lead).stage_id = self.call
        self.assertEqual(
            self.states(lead), [("First", "passed", "forward"), ("Call", "open", False)]
        )
        first, second = self.passages(lead)
        self.assertEqual((first.next_stage_id, second.previous_stage_id), (self.call, self.first))
        self.assertEqual((first.out_user_id, second.in_user_id), (self.seller, self.seller))

    def test_a_stage_that_is_jumped_over_is_written_down_as_skipped(self):
        lead = self.lead()
        lead.stage_id = self.offer
        self.assertEqual(
            self.states(lead),
            [
                ("First", "passed", "forward"),
                ("Call", "skipped", "forward"),
                ("Offer", "open", False),
            ],
        )

    def test_going_back_skips_nothing(self):
        lead = self.lead(stage_id=self.first.id)
        lead.stage_id = self.call
        lead.stage_id = self.first
        self.assertEqual(
            self.states(lead),
            [
                ("First", "passed", "forward"),
                ("Call", "passed", "backward"),
                ("First", "open", False),
            ],
        )

    def test_won_by_the_button(self):
        lead = self.lead(stage_id=self.offer.id)
        self.as_user(lead).action_set_won()
        self.assertEqual(self.states(lead)[-1], ("Won", "open", False))
        self.assertTrue(self.passages(lead)[-1].is_won)

    def test_lost_ends_the_stay_and_restored_begins_one(self):
        lead = self.lead()
        self.as_user(lead).action_set_lost()
        self.assertEqual(self.states(lead), [("First", "passed", "lost")])
        self.as_user(lead).action_restore()
        self.assertEqual(self.states(lead)[-1], ("First", "open", False))
        self.assertEqual(self.passages(lead)[-1].entry, "restored")

    def test_archived_is_not_lost(self):
        lead = self.lead(probability=40)
        lead.action_archive()
        self.assertEqual(self.states(lead), [("First", "passed", "archived")])

    def test_changing_the_process_takes_the_lead_to_its_first_stage(self):
        lead = self.lead()
        self.as_user(lead).lifecycle_phase = "enhancement"
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertEqual(lead.stage_id, self.grow)
        self.assertEqual([name for name, _state, _exit in self.states(lead)], ["First", "Grow"])

    def test_a_stage_of_the_other_process_is_refused(self):
        lead = self.lead()
        with self.assertRaisesRegex(ValidationError, "another process"):
            self.as_user(lead).stage_id = self.grow

    def test_an_archived_stage_takes_no_leads(self):
        lead = self.lead()
        self.won.active = False
        with self.assertRaisesRegex(ValidationError, "archived"):
            self.as_user(lead).stage_id = self.won

    def test_a_stage_of_another_team_takes_no_leads(self):
        lead = self.lead()
        team = self.env["crm.team"].create({"name": "Another", "company_id": self.company.id})
        theirs = self.stage("Theirs", 35, "acquisition", team_ids=[Command.set(team.ids)])
        with self.assertRaisesRegex(ValidationError, "takes no leads"):
            self.as_user(lead).stage_id = theirs

    def test_a_stage_of_another_team_and_no_process_is_odoos(self):
        lead = self.lead()
        team = self.env["crm.team"].create({"name": "Another", "company_id": self.company.id})
        theirs = self.stage("Theirs", 35, False, team_ids=[Command.set(team.ids)])
        self.as_user(lead).stage_id = theirs
        self.assertEqual(lead.stage_id, theirs)

    def test_of_stages_with_one_number_the_older_is_the_earlier(self):
        (self.first | self.call | self.offer).sequence = 1
        lead = self.lead()
        lead.stage_id = self.offer
        self.assertIn(("Call", "skipped", "forward"), self.states(lead))
        lead.stage_id = self.call
        self.assertEqual(self.passages(lead).filtered("exit")[-1].exit, "backward")

    def test_a_clock_that_was_set_back_does_not_hide_the_open_stay(self):
        lead = self.lead()
        lead.stage_id = self.call
        self.passages(lead).filtered(lambda one: not one.date_out).date_in = "2020-01-01 10:00:00"
        lead.stage_id = self.offer
        open_ones = self.passages(lead).filtered(lambda one: not one.date_out)
        self.assertEqual(open_ones.stage_id, self.offer)

    def test_a_mass_edit_writes_every_stay(self):
        leads = self.lead("One") | self.lead("Two", stage_id=self.call.id) | self.lead("Three")
        leads.write({"stage_id": self.offer.id})
        for lead in leads:
            self.assertEqual(self.states(lead)[-1], ("Offer", "open", False))

    def test_the_stays_of_a_merged_lead_go_to_the_one_that_stays(self):
        kept, gone = self.lead("Kept", stage_id=self.offer.id), self.lead("Gone")
        (kept | gone).merge_opportunity(auto_unlink=True)
        self.env.flush_all()
        self.env.cr.precommit.run()
        head = (kept | gone).exists()
        self.assertEqual(len(head), 1)
        moved = self.passages(head).filtered("is_merged")
        self.assertIn("merged", moved.mapped("exit"))
        self.assertNotIn(False, moved.mapped("date_out"))
        self.assertEqual(set(moved.mapped("lead_number")), set(head.ids))

    def test_the_stays_of_a_deleted_lead_go_with_it(self):
        lead = self.lead()
        number = lead.id
        lead.unlink()
        self.env.flush_all()
        self.env.cr.precommit.run()
        left = self.env["crm.stage.passage"].search([("lead_number", "=", number)])
        self.assertFalse(left)

    def test_a_stage_with_history_can_be_deleted_and_is_still_named(self):
        lead = self.lead()
        lead.stage_id = self.call
        self.first.unlink()
        self.env.invalidate_all()
        self.assertEqual(self.passages(lead)[0].display_name, "First")

    def test_editing_anything_else_costs_no_query_more(self):
        lead = self.as_user(self.lead())
        lead.priority = "1"
        self.env.flush_all()
        with self.assertQueryCount(1):
            lead.priority = "2"
            lead.flush_recordset()

    def test_a_colleague_does_not_see_where_it_stood(self):
        lead = self.lead()
        passages = self.env["crm.stage.passage"].with_user(self.colleague)
        self.assertFalse(passages.search([("lead_id", "=", lead.id)]))
        own = self.env["crm.stage.passage"].with_user(self.seller)
        self.assertTrue(own.search([("lead_id", "=", lead.id)]))
