from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .pipeline_common import PipelineCommon

OPEN = ("open", False)


@tagged("post_install", "-at_install")
class TestPassageClosed(PipelineCommon):
    """Leads that are copied or come back, and stages that go: the history stays whole."""

    def states(self, lead):
        return [(one.stage_id.name, one.state, one.exit) for one in self.passages(lead)]

    def put_off(self, lead):
        lead._put_off(fields.Date.today() + timedelta(days=30), "Later")

    # ------------------------------------------------------------------ copied
    def test_a_copy_begins_a_history_of_its_own(self):
        lead = self.lead()
        lead.stage_id = self.call
        before = self.states(lead)
        copy = self.as_user(lead).copy()
        self.assertEqual(self.states(lead), before)
        own = self.passages(copy)
        self.assertEqual((own.stage_id, own.state), (copy.stage_id, "open"))
        self.assertEqual((own.entry, own.lead_number), ("created", copy.id))

    def test_a_lead_split_in_two_ends_nobody_s_stay(self):
        lead = self.lead(stage_id=self.offer.id)
        half = self.as_user(lead).copy({"name": "Half", "stage_id": self.offer.id})
        self.assertEqual(self.states(half)[-1], ("Offer", "open", False))
        self.as_user(half).action_set_won()
        self.assertEqual(self.states(lead)[-1], ("Offer", "open", False))

    def test_a_copy_is_not_put_off(self):
        lead = self.lead()
        self.put_off(lead)
        copy = lead.copy()
        self.assertFalse(copy.put_off_until or copy.put_off_count)

    # ------------------------------------------------------------------ come back
    def test_put_off_archived_and_restored_it_stands_where_it_stood(self):
        lead = self.lead(probability=30)
        self.put_off(lead)
        self.as_user(lead).action_archive()
        self.as_user(lead).action_unarchive()
        self.assertFalse(lead.put_off_until)
        self.assertEqual(
            self.states(lead), [("First", "passed", "archived"), ("First", "open", False)]
        )
        self.assertEqual(self.passages(lead)[-1].entry, "restored")

    def test_put_off_lost_and_restored_it_is_open_again(self):
        lead = self.lead(stage_id=self.call.id)
        self.put_off(lead)
        self.as_user(lead).action_set_lost()
        self.assertFalse(lead.put_off_until)
        self.as_user(lead).action_unarchive()
        self.assertEqual(lead.won_status, "pending")
        self.assertEqual(
            self.states(lead)[-2:], [("Call", "passed", "lost"), ("Call", "open", False)]
        )

    def test_restored_into_another_stage_it_stands_there_once(self):
        lead = self.lead()
        self.as_user(lead).action_set_lost()
        self.as_user(lead).write({"active": True, "stage_id": self.call.id})
        open_ones = self.passages(lead).filtered(lambda one: not one.date_out)
        self.assertEqual(open_ones.stage_id, self.call)
        self.assertEqual(len(open_ones), 1)

    def test_nothing_is_restored_twice(self):
        lead = self.lead()
        lead.action_archive()
        lead.action_unarchive()
        before = self.states(lead)
        lead.action_unarchive()
        self.assertEqual(self.states(lead), before)

    # ------------------------------------------------------------------ stages that go
    def test_deleting_a_stage_with_history_keeps_the_stays(self):
        lead = self.lead()
        lead.stage_id = self.call
        lead.stage_id = self.offer
        self.call.unlink()
        middle = self.passages(lead)[1]
        self.assertEqual((middle.stage_name, middle.display_name), ("Call", "Call"))
        self.assertFalse(middle.stage_id)
        self.assertEqual(self.passages(lead)[0].exit, "forward")
        self.assertEqual(self.passages(lead)[-1].stage_id, self.offer)
        self.as_user(lead).action_set_won()
        self.assertEqual(lead.stage_id, self.won)

    def test_a_stage_with_leads_is_not_deleted(self):
        lead = self.lead(stage_id=self.call.id)
        for change in (lambda: None, lead.action_set_lost):
            change()
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                self.call.with_user(self.leader).unlink()
            self.assertIn("Call (1)", str(caught.exception))
        self.assertEqual(self.passages(lead)[-1].stage_id, self.call)

    def test_archiving_a_stage_with_leads_says_how_many(self):
        self.lead(stage_id=self.call.id)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.call.with_user(self.leader).active = False
        self.assertIn("Call", str(caught.exception))
        self.assertIn("1", str(caught.exception))

    def test_a_stage_archived_by_the_server_lets_its_leads_go_on(self):
        lead = self.lead(stage_id=self.call.id)
        self.call.active = False
        self.move_on(lead)
        self.assertEqual(self.states(lead)[-2:], [("Call", "passed", "forward"), ("Offer", *OPEN)])

    def test_archiving_a_stage_of_lost_leads_is_free_and_they_come_back_to_it(self):
        lead = self.lead(stage_id=self.call.id)
        lead.action_set_lost()
        self.call.with_user(self.leader).active = False
        self.as_user(lead).action_unarchive()
        self.assertEqual(self.states(lead)[-1], ("Call", *OPEN))
        self.move_on(lead)
        self.assertEqual(lead.stage_id, self.offer)

    def test_odoo_s_scoring_counts_leads_lost_in_an_archived_stage(self):
        lead = self.lead(stage_id=self.call.id)
        self.call.active = False
        self.as_user(lead).action_set_lost()
        self.assertEqual(lead.won_status, "lost")
        self.env["crm.lead"]._cron_update_automated_probabilities()
        found = self.env["crm.lead.scoring.frequency"].search(
            [("variable", "=", "stage_id"), ("value", "=", str(self.call.id))]
        )
        self.assertTrue(sum(found.mapped("lost_count")) > 0)

    def move_on(self, lead):
        self.as_user(lead).stage_id = self.offer
