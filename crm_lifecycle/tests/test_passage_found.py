from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .pipeline_common import PipelineCommon

moment = fields.Datetime.to_datetime


@tagged("post_install", "-at_install")
class TestPassageFound(PipelineCommon):
    """The stays of before the installation are found in what Odoo tracked."""

    def old(self, *moves, created="2026-01-01", **vals):
        """A lead of before: created in a day, moved on days, without any stay.

        :param moves: (day, from, to)
        """
        lead = self.lead(**vals)
        self.env.flush_all()
        self.env["crm.stage.passage"].search([("lead_id", "=", lead.id)]).unlink()
        for date, before, after in moves:
            self.track(lead, date, before, after)
        last = moves[-1][0] if moves else created
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s, date_last_stage_update = %s WHERE id = %s",
            (moment(created), moment(last), lead.id),
        )
        self.env.invalidate_all()
        return lead

    def track(self, lead, date, before, after):
        message = self.env["mail.message"].create(
            {"model": "crm.lead", "res_id": lead.id, "date": date, "message_type": "notification"}
        )
        self.env["mail.tracking.value"].create(
            {
                "field_id": self.env["ir.model.fields"]._get("crm.lead", "stage_id").id,
                "mail_message_id": message.id,
                "old_value_integer": before.id,
                "old_value_char": before.name,
                "new_value_integer": after.id,
                "new_value_char": after.name,
            }
        )

    def find(self):
        self.env["crm.stage.passage"]._fill_batch()

    def found(self, lead):
        self.find()
        return [
            (
                one.stage_name,
                str(one.date_in.date()),
                str(one.date_out.date()) if one.date_out else None,
            )
            for one in self.passages(lead)
        ]

    def test_each_tracked_move_ends_a_stay_and_begins_the_next(self):
        lead = self.old(
            ("2026-01-03", self.first, self.call),
            ("2026-01-07", self.call, self.offer),
            stage_id=self.offer.id,
        )
        self.assertEqual(
            self.found(lead),
            [
                ("First", "2026-01-01", "2026-01-03"),
                ("Call", "2026-01-03", "2026-01-07"),
                ("Offer", "2026-01-07", None),
            ],
        )
        first, second, third = self.passages(lead)
        self.assertEqual(first.calendar_minutes, 2 * 24 * 60)
        self.assertEqual((second.previous_stage_id, second.next_stage_id), (self.first, self.offer))
        self.assertEqual({first.entry, second.entry, third.entry}, {"found"})
        self.assertEqual([first.exit, third.exit], ["forward", False])
        self.assertEqual([first.state, third.state], ["passed", "open"])
        self.assertEqual((first.company_id, first.user_id), (self.company, self.seller))
        self.assertEqual((first.lifecycle_phase, first.stage_sequence), ("acquisition", 10))

    def test_going_back_is_told(self):
        lead = self.old(
            ("2026-01-03", self.first, self.offer), ("2026-01-07", self.offer, self.first)
        )
        self.find()
        self.assertEqual(self.passages(lead).mapped("exit"), ["forward", "backward", False])

    def test_without_tracking_there_is_one_stay_since_the_last_change_of_stage(self):
        lead = self.old(created="2026-01-05", stage_id=self.call.id)
        self.assertEqual(self.found(lead), [("Call", "2026-01-05", None)])

    def test_a_move_that_was_not_tracked_is_the_last(self):
        lead = self.old(("2026-01-03", self.first, self.call), stage_id=self.offer.id)
        self.env.cr.execute(
            "UPDATE crm_lead SET date_last_stage_update = '2026-02-01' WHERE id = %s", (lead.id,)
        )
        self.assertEqual(self.found(lead)[-1], ("Offer", "2026-02-01", None))
        self.assertEqual(len(self.passages(lead)), 3)

    def test_a_lost_lead_s_last_stay_ended_when_it_was_lost(self):
        lead = self.old(("2026-01-03", self.first, self.call), stage_id=self.call.id)
        self.env.cr.execute(
            "UPDATE crm_lead SET active = FALSE, probability = 0, won_status = 'lost', "
            "date_closed = '2026-01-09' WHERE id = %s",
            (lead.id,),
        )
        self.env.invalidate_all()
        self.assertEqual(self.found(lead)[-1], ("Call", "2026-01-03", "2026-01-09"))
        self.assertEqual(self.passages(lead)[-1].exit, "lost")

    def test_an_archived_lead_s_last_stay_ended_but_is_not_lost(self):
        lead = self.old(active=False, probability=30)
        self.find()
        self.assertEqual(self.passages(lead).exit, "archived")
        self.assertEqual(self.passages(lead).state, "passed")

    def test_a_stage_that_was_deleted_since_is_still_named(self):
        gone = self.stage("Gone", 15, "acquisition")
        lead = self.old(
            ("2026-01-03", self.first, gone),
            ("2026-01-05", gone, self.call),
            stage_id=self.call.id,
        )
        gone.unlink()
        self.assertEqual([stay[0] for stay in self.found(lead)], ["First", "Gone", "Call"])
        self.assertFalse(self.passages(lead)[1].stage_id)

    def test_looking_again_finds_nothing_more(self):
        lead = self.old(("2026-01-03", self.first, self.call), stage_id=self.call.id)
        found = self.found(lead)
        self.assertEqual(self.found(lead), found)
        self.assertFalse(self.env["crm.stage.passage"]._has_unfilled())

    def test_a_lead_with_its_own_history_is_left_alone(self):
        lead = self.lead()
        lead.stage_id = self.call
        before = self.passages(lead)
        self.find()
        self.assertEqual(self.passages(lead), before)

    def test_a_lead_that_moved_before_its_turn_gets_what_came_before(self):
        lead = self.old(("2026-01-03", self.first, self.call), stage_id=self.call.id)
        lead.stage_id = self.offer
        self.env.flush_all()
        stays = self.found(lead)
        self.assertEqual([stay[0] for stay in stays], ["First", "Call", "Offer"])
        self.assertEqual(self.passages(lead).mapped("entry"), ["found", "found", "moved"])
        self.assertEqual(self.passages(lead)[1].date_out, self.passages(lead)[2].date_in)
        self.assertEqual(self.found(lead), stays)

    def test_a_batch_goes_on_after_the_last_lead(self):
        leads = [self.old() for _number in range(3)]
        passages = self.env["crm.stage.passage"]
        self.find_others(leads)
        last = passages._fill_batch(0, limit=2)
        self.assertEqual(last, leads[1].id)
        self.assertEqual(passages._fill_batch(last, limit=2), leads[2].id)
        self.assertIsNone(passages._fill_batch(leads[2].id, limit=2))

    def find_others(self, leads):
        """Fill what the demo has, and make our leads unknown again."""
        self.find()
        ids = [lead.id for lead in leads]
        self.env["crm.stage.passage"].search([("lead_id", "in", ids)]).unlink()

    def test_the_job_works_until_nothing_is_left(self):
        leads = [self.old() for _number in range(5)]
        passages = self.env["crm.stage.passage"]
        commit = patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 60)
        with commit, patch.object(type(passages), "_fill_attempt", self.two_a_time):
            passages._cron_found()
        self.assertFalse(passages._has_unfilled())
        for lead in leads:
            self.assertEqual(len(self.passages(lead)), 1)

    @staticmethod
    def two_a_time(passages, last, _attempt):
        return passages._fill_batch(last, limit=2)

    def test_installing_fills_few_leads_at_once_and_leaves_many_to_the_job(self):
        lead = self.old()
        passages = self.env["crm.stage.passage"]
        with patch("odoo.addons.crm_lifecycle.models.pipeline.stage_passage_found.AT_ONCE", 1):
            passages._fill_small()
        self.assertFalse(self.passages(lead))
        passages._fill_small()
        self.assertTrue(self.passages(lead))

    def test_the_button_of_the_lead_opens_its_stays(self):
        lead = self.lead()
        action = self.as_user(lead).action_open_passages()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.passages(lead))
