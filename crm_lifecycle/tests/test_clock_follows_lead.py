from unittest.mock import patch

from odoo import fields
from odoo.addons.crm_lifecycle.models.pipeline.stage_passage_responsible import RESPONSIBLE
from odoo.exceptions import UserError
from odoo.tests import tagged

from .clock_common import ClockCommon

MONDAY = "2026-03-02 10:00:00"
UNTIL = fields.Date.to_date("2100-01-01")


@tagged("post_install", "-at_install")
class TestClockFollowsLead(ClockCommon):
    """The clock follows what happens to its lead: put off, given to others, merged."""

    def put_off(self, lead, moment):
        with self.at(moment):
            lead._put_off(UNTIL, "On holiday")

    def bring_back(self, lead, moment):
        with self.at(moment):
            lead._return()

    def commit(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    # ------------------------------------------------------------------ put off
    def test_one_that_is_put_off_and_moved_waits_in_its_new_stage_too(self):
        self.offer.deadline_minutes = 15
        lead = self.lead_at(MONDAY)
        self.put_off(lead, "2026-03-02 10:05:00")
        with self.at("2026-03-02 10:30:00"):
            self.as_user(lead).stage_id = self.offer
            self.assertEqual((lead.clock_state, lead.stage_deadline), ("paused", False))
        self.assertEqual(self.check("2026-03-03 10:00:00"), 0)
        self.bring_back(lead, "2026-03-04 10:00:00")
        self.assertEqual(str(lead.stage_deadline), "2026-03-04 10:15:00")
        self.assertEqual(self.passages(lead)[-2].state, "met")

    def test_moved_when_it_is_not_put_off_its_clock_runs(self):
        lead = self.lead_at(MONDAY, self.first)
        with self.at("2026-03-02 10:05:00"):
            lead.stage_id = self.call
            self.assertEqual(lead.clock_state, "running")

    def test_one_that_was_late_takes_no_step_before_its_return(self):
        self.escalation("manager", 10)
        lead = self.lead_at(MONDAY)
        self.check("2026-03-02 10:16:00")
        self.put_off(lead, "2026-03-02 10:17:00")
        self.check("2026-03-02 11:00:00")
        self.assertFalse(self.clock(lead).alert_ids or self.clock(lead).next_check_at)
        self.assertEqual(self.clock(lead).state, "failed")
        self.bring_back(lead, "2026-03-02 12:00:00")
        self.check("2026-03-02 12:00:00")
        self.assertEqual(self.clock(lead).alert_ids.action, "manager")

    def test_nobody_lets_the_clock_go_on_while_it_is_put_off(self):
        lead = self.lead_at(MONDAY)
        self.put_off(lead, "2026-03-02 10:05:00")
        with self.at("2026-03-02 10:06:00"), self.assertRaisesRegex(UserError, "not waiting"):
            self.as_user(lead).action_resume_clock()
        self.bring_back(lead, "2026-03-02 11:00:00")
        self.assertEqual(str(lead.stage_deadline), "2026-03-02 11:10:00")

    # ------------------------------------------------------------------ given to others
    def test_the_open_stay_knows_who_is_on_the_lead_now(self):
        lead = self.lead_at(MONDAY, self.first)
        with self.at("2026-03-02 10:05:00"):
            lead.stage_id = self.call
            lead.user_id = self.colleague
            self.commit()
        first, now = self.passages(lead)
        self.assertEqual((first.responsible_id, now.responsible_id), (self.seller, self.colleague))
        self.assertFalse(now.is_outdated)
        lead.stage_responsible_id = self.leader
        self.commit()
        self.assertEqual(now.responsible_id, self.leader)

    def test_the_leave_of_the_new_responsible_stops_the_clock(self):
        resource = self.env["resource.resource"].create(
            {"name": "Colleague", "user_id": self.colleague.id, "company_id": self.company.id}
        )
        self.holiday("2026-03-02 10:05:00", "2026-03-03 10:05:00", resource_id=resource.id)
        self.call.stops_on_leave = True
        lead = self.lead_at(MONDAY)
        with self.at("2026-03-02 10:05:00") as now:
            lead.user_id = self.colleague
            self.commit()
            self.assertTrue(self.clock(lead).is_outdated)
            self.assertEqual(self.clock(lead).next_check_at, now)
        self.check("2026-03-02 10:05:00")
        self.assertEqual(str(lead.stage_deadline), "2026-03-03 10:15:00")

    def test_assigning_leads_costs_one_statement_for_all_of_them(self):
        leads = self.env["crm.lead"].union(*[self.lead() for _each in range(20)])
        self.commit()
        for lead in leads:
            lead.user_id = self.colleague
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env["crm.stage.passage"]._follow_responsibles()
        self.assertEqual(self.env.cr.sql_log_count - before, 1)
        self.assertEqual(self.clock(leads[0]).responsible_id, self.colleague)

    def test_where_no_stage_asks_for_it_nothing_is_noted(self):
        self.call.write({"deadline_minutes": 0, "warning_minutes": 0})
        lead = self.lead()
        self.commit()
        stages = type(self.env["crm.stage"])
        with patch.object(stages, "_assigning_ids", return_value=frozenset()):
            lead.user_id = self.colleague
        self.assertNotIn(RESPONSIBLE, self.env.cr.precommit.data)

    # ------------------------------------------------------------------ merged
    def merged(self, moment, lead):
        """The last stay of a lead that is merged into another at a moment."""
        with self.at(moment):
            kept = self.lead("Kept")
            self.env.flush_all()
            self.env["crm.stage.passage"]._move_merged(lead.ids, kept.ids)
            self.env.invalidate_all()
        return self.passages(kept).filtered(lambda one: one.exit == "merged")

    def test_a_merged_stay_was_late_or_in_time(self):
        for moment, state, minutes in (
            ("2026-03-02 10:15:00", "met", 15),
            ("2026-03-02 10:20:00", "failed", 20),
        ):
            with self.subTest(moment):
                stay = self.merged(moment, self.lead_at(MONDAY))
                self.assertEqual((stay.exit, stay.state), ("merged", state))
                self.assertEqual(stay.calendar_minutes, minutes)

    def test_a_merged_stay_that_waited_was_in_time(self):
        lead = self.lead_at(MONDAY)
        with self.at("2026-03-02 10:10:00"):
            lead.action_pause_clock()
        self.assertEqual(self.merged("2026-03-02 10:20:00", lead).state, "met")

    def test_a_merged_stay_without_deadline_is_passed(self):
        lead = self.lead_at(MONDAY, self.first)
        self.assertEqual(self.merged("2026-03-02 10:20:00", lead).state, "passed")
