from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .clock_common import ClockCommon

MONDAY = "2026-03-02 10:00:00"


@tagged("post_install", "-at_install")
class TestStageClock(ClockCommon):
    """What a lead shows of its clock is true when it is read; waiting stops it."""

    # ------------------------------------------------------------------ states
    def test_a_lead_in_time_turns_to_warning_and_then_to_failed(self):
        lead = self.lead_at(MONDAY)
        states = {
            "2026-03-02 10:00:00": "running",
            "2026-03-02 10:09:59": "running",
            "2026-03-02 10:10:00": "warning",
            "2026-03-02 10:15:00": "warning",
            "2026-03-02 10:15:01": "failed",
            "2026-03-09 10:00:00": "failed",
        }
        for moment, state in states.items():
            with self.subTest(moment), self.at(moment):
                self.assertEqual(lead.clock_state, state)
                for other in ("running", "warning", "failed", "outside", "paused", "none"):
                    domain = [("id", "=", lead.id), ("clock_state", "=", other)]
                    found = self.env["crm.lead"].search(domain)
                    self.assertEqual(bool(found), other == state, other)

    def test_outside_working_hours_the_clock_stands_still_and_says_so(self):
        lead = self.lead_at("2026-03-06 17:55:00")
        with self.at("2026-03-07 12:00:00"):
            self.assertEqual(lead.clock_state, "outside")
            self.assertEqual(lead.clock_left_minutes, 10)
            self.assertEqual(lead.clock_text, "Outside working hours, 10 min left")
            self.assertFalse(lead.clock_is_counting)
            found = self.env["crm.lead"].search([("clock_state", "=", "outside")])
            self.assertIn(lead, found)
            found = self.env["crm.lead"].search([("clock_state", "!=", "outside")])
            self.assertNotIn(lead, found)
        self.assertEqual(self.state_at("2026-03-09 09:04:00", lead), "running")

    def test_how_late_it_is_counts_in_working_time(self):
        lead = self.lead_at("2026-03-06 17:30:00")
        with self.at("2026-03-09 10:00:00"):
            self.assertEqual(lead.clock_left_minutes, -75)
            self.assertEqual(lead.clock_text, "Late by 1 h 15 min")

    def test_a_lead_in_a_stage_without_deadline_has_no_clock(self):
        lead = self.lead()
        self.assertEqual((lead.clock_state, lead.clock_text), ("none", False))
        self.assertFalse(lead.stage_deadline)
        self.assertIn(lead, self.env["crm.lead"].search([("clock_state", "=", "none")]))

    def test_a_won_stage_has_no_clock(self):
        self.won.deadline_minutes = 10
        self.assertEqual(self.lead(stage_id=self.won.id).clock_state, "none")

    def test_a_new_lead_in_a_form_has_no_clock_yet(self):
        with Form(self.env["crm.lead"]) as form:
            form.name = "New"
            self.assertEqual(form.clock_state, "none")

    # ------------------------------------------------------------------ leaving
    def test_leaving_in_time_is_met(self):
        lead = self.lead_at(MONDAY)
        stay = self.clock(lead)
        with self.at("2026-03-02 10:14:00"):
            self.as_user(lead).stage_id = self.offer
        self.assertEqual((stay.state, stay.delay_minutes), ("met", 0))
        self.assertEqual(stay.working_minutes, 14)
        self.assertFalse(lead.stage_deadline)

    def test_leaving_late_is_failed_whether_the_job_came_or_not(self):
        for checked in (False, True):
            lead = self.lead_at(MONDAY)
            stay = self.clock(lead)
            if checked:
                self.check("2026-03-02 10:16:00")
                self.assertEqual(stay.state, "failed")
            with self.at("2026-03-02 10:25:00"):
                lead.stage_id = self.offer
            self.assertEqual((stay.state, stay.delay_minutes), ("failed", 10))

    def test_a_stage_that_is_jumped_over_has_no_deadline(self):
        with self.at(MONDAY):
            lead = self.lead()
            lead.stage_id = self.offer
        skipped = self.passages(lead).filtered(lambda one: one.state == "skipped")
        self.assertEqual(skipped.stage_id, self.call)
        self.assertFalse(skipped.deadline or skipped.deadline_minutes)

    def test_working_minutes_are_kept_without_a_deadline_too(self):
        lead = self.lead_at("2026-03-06 17:00:00", self.first)
        with self.at("2026-03-09 10:00:00"):
            lead.stage_id = self.offer
        self.assertEqual(self.passages(lead)[0].working_minutes, 120)

    def test_a_lost_lead_has_no_deadline_and_a_restored_one_a_new_one(self):
        lead = self.lead_at(MONDAY)
        with self.at("2026-03-02 10:05:00"):
            lead.action_set_lost()
            self.assertFalse(lead.stage_deadline)
            self.assertEqual(lead.clock_state, "none")
        with self.at("2026-03-03 10:00:00") as now:
            lead.action_restore()
            self.assertEqual(self.clock(lead).clock_since, now)
            self.assertEqual(lead.stage_deadline, self.clock(lead).deadline)

    def test_another_salesperson_does_not_restart_the_clock(self):
        lead = self.lead_at(MONDAY)
        with self.at("2026-03-02 10:10:00"):
            lead.user_id = self.colleague
        self.assertEqual(str(lead.stage_deadline), "2026-03-02 10:15:00")

    def test_another_deadline_of_the_stage_is_for_those_who_come_later(self):
        lead = self.lead_at(MONDAY)
        self.call.deadline_minutes = 60
        self.assertEqual(self.clock(lead).deadline_minutes, 15)

    # ------------------------------------------------------------------ waiting
    def test_waiting_keeps_what_is_left(self):
        lead = self.lead_at(MONDAY)
        with self.at("2026-03-02 10:06:00"):
            self.as_user(lead).action_pause_clock("Measures")
            self.assertEqual(lead.clock_state, "paused")
            self.assertFalse(lead.stage_deadline)
        with self.at("2026-03-04 12:00:00"):
            self.assertEqual(lead.clock_text, "Waiting for the customer, 9 min left")
            self.assertIn(lead, self.env["crm.lead"].search([("clock_state", "=", "paused")]))
            self.as_user(lead).action_resume_clock()
        self.assertEqual(str(lead.stage_deadline), "2026-03-04 12:09:00")
        stay = self.clock(lead)
        # Monday 7 h 54 min, Tuesday 9 h, Wednesday 3 h.
        self.assertEqual(stay.paused_minutes, 19 * 60 + 54)
        self.assertEqual(stay.pause_reason, "Measures")

    def wait(self, lead, user=None, **vals):
        leads = self.as_user(lead, user)
        dialog = leads.env["crm.lead.wait"].with_context(default_lead_ids=lead.ids).create(vals)
        return dialog.action_wait()

    def test_the_dialog_keeps_what_it_waits_for(self):
        lead = self.lead_at(MONDAY)
        with self.at("2026-03-02 10:06:00"):
            self.wait(lead, reason="The <b>measures</b>")
            self.assertEqual(lead.clock_state, "paused")
            self.assertEqual(lead.clock_wait_reason, "The <b>measures</b>")
            self.assertIn("The &lt;b&gt;measures", lead.message_ids[0].body)
            self.as_user(lead).action_resume_clock()
            lead.invalidate_recordset()
            self.assertFalse(lead.clock_wait_reason)

    def test_the_dialog_asks_for_no_reason(self):
        lead = self.lead_at(MONDAY)
        with self.at("2026-03-02 10:06:00"):
            self.wait(lead)
            self.assertEqual((lead.clock_state, lead.clock_wait_reason), ("paused", False))

    def test_the_dialog_stops_no_clock_of_others(self):
        lead = self.lead_at(MONDAY)
        with self.at(MONDAY):
            with self.assertRaises(AccessError):
                self.wait(lead, self.colleague)
            self.assertEqual(lead.clock_state, "running")

    def test_somebody_else_s_dialog_is_not_pressed(self):
        lead = self.lead_at(MONDAY)
        dialog = self.as_user(lead).env["crm.lead.wait"].create({"lead_ids": lead.ids})
        with self.at(MONDAY), self.assertRaises(AccessError):
            dialog.with_user(self.leader).action_wait()

    def test_leaving_while_waiting_is_met(self):
        lead = self.lead_at(MONDAY)
        with self.at("2026-03-02 10:06:00"):
            lead.action_pause_clock()
        with self.at("2026-03-05 10:06:00"):
            lead.stage_id = self.offer
        self.assertEqual(self.passages(lead)[-2].state, "met")

    def test_what_is_late_cannot_wait_any_more(self):
        lead = self.lead_at(MONDAY)
        with self.at("2026-03-02 10:16:00"), self.assertRaisesRegex(UserError, "cannot wait"):
            lead.action_pause_clock()

    def test_what_cannot_wait(self):
        with self.assertRaisesRegex(UserError, "cannot wait"):
            self.lead().action_pause_clock()
        lead = self.lead_at(MONDAY)
        with self.at(MONDAY):
            with self.assertRaisesRegex(UserError, "not waiting"):
                lead.action_resume_clock()
            lead.action_pause_clock()
            with self.assertRaisesRegex(UserError, "cannot wait"):
                lead.action_pause_clock()
            lead.action_resume_clock()
            self.call.may_wait = False
            with self.assertRaisesRegex(UserError, "cannot wait"):
                lead.action_pause_clock()

    def test_a_colleague_may_not_stop_the_clock(self):
        lead = self.as_user(self.lead_at(MONDAY), self.colleague)
        for act in (lead.action_pause_clock, lead.action_resume_clock):
            with self.at(MONDAY), self.assertRaises(AccessError):
                act()

    def test_nobody_sets_the_deadline_of_a_lead(self):
        lead = self.as_user(self.lead_at(MONDAY))
        lead.write({"stage_deadline": "2030-01-01 00:00:00"})
        self.assertEqual(str(lead.stage_deadline), "2026-03-02 10:15:00")
        values = {"name": "New", "stage_deadline": "2030-01-01 00:00:00"}
        new = self.env["crm.lead"].with_user(self.seller).create(values)
        self.assertFalse(new.stage_deadline)

    # ------------------------------------------------------------------ changed working time
    def test_a_new_holiday_moves_the_deadline_when_the_job_comes(self):
        lead = self.lead_at("2026-03-02 17:55:00")
        self.holiday("2026-03-03 00:00:00", "2026-03-04 00:00:00", self.office)
        self.assertEqual(str(lead.stage_deadline), "2026-03-03 09:10:00")
        self.assertEqual(self.note_changes(), 1)
        self.assertTrue(self.clock(lead).is_outdated)
        self.check("2030-03-02 17:56:00")
        self.assertEqual(str(lead.stage_deadline), "2026-03-04 09:10:00")

    def test_hours_team_and_company_reach_the_running_clocks(self):
        late = self.calendar("Late office", shifts=((12, 18),))
        changes = {
            "hours": lambda: self.office.attendance_ids.write({"hour_from": 12}),
            "team": lambda: self.team.write({"lifecycle_calendar_id": late.id}),
            "company": lambda: self.company.write({"resource_calendar_id": late.id}),
        }
        for name, change in changes.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                lead = self.lead_at("2026-03-02 17:55:00")
                change()
                self.assertTrue(self.note_changes())
                with self.at("2030-03-02 17:56:00") as now:
                    self.clock(lead)._check(now, {})
                self.assertEqual(str(lead.stage_deadline), "2026-03-03 12:10:00")
                savepoint.rollback()
                self.env.registry.clear_cache()

    def test_leave_of_the_responsible_stops_the_clock_where_the_stage_says_so(self):
        resource = self.env["resource.resource"].create(
            {"name": "Seller", "user_id": self.seller.id, "company_id": self.company.id}
        )
        lead = self.lead_at(MONDAY)
        self.call.stops_on_leave = True
        waiting = self.lead_at(MONDAY)
        self.holiday("2026-03-02 10:05:00", "2026-03-03 10:05:00", resource_id=resource.id)
        self.assertTrue(self.note_changes())
        self.assertFalse(self.clock(lead).is_outdated)
        with self.at("2026-03-02 10:08:00") as now:
            self.clock(waiting)._check(now, self.clock(waiting)._away())
            self.assertEqual(waiting.clock_state, "outside")
            found = self.env["crm.lead"].search([("clock_state", "=", "outside")])
            self.assertEqual(found & (lead | waiting), waiting)
        self.assertEqual(str(waiting.stage_deadline), "2026-03-03 10:15:00")

    def test_a_deleted_calendar_gives_way_to_the_company_s(self):
        self.team.lifecycle_calendar_id = own = self.calendar("Early", shifts=((6, 10),))
        lead = self.lead_at("2026-03-02 09:55:00")
        self.assertEqual(str(lead.stage_deadline), "2026-03-03 06:10:00")
        own.attendance_ids.unlink()
        own.unlink()
        self.assertTrue(self.note_changes())
        self.check("2030-03-02 09:56:00")
        self.assertEqual(str(lead.stage_deadline), "2026-03-02 10:10:00")

    def test_a_change_that_concerns_no_clock_leaves_no_row(self):
        self.holiday("2026-03-03 00:00:00", "2026-03-04 00:00:00", self.office)
        self.assertEqual(self.note_changes(), 0)

    def test_what_was_late_stays_late_whatever_becomes_of_the_calendar(self):
        lead = self.lead_at(MONDAY)
        self.check("2026-03-02 10:16:00")
        self.holiday("2026-03-01 00:00:00", "2026-03-04 00:00:00", self.office)
        self.note_changes()
        self.assertEqual(self.state_at("2026-03-02 10:17:00", lead), "failed")

    # ------------------------------------------------------------------ settings
    def test_a_deadline_is_not_negative_and_the_warning_comes_before_it(self):
        for values in (
            {"deadline_minutes": -1},
            {"deadline_minutes": 10, "warning_minutes": 10},
            {"deadline_minutes": 10, "warning_minutes": -1},
            {"deadline_minutes": 10_000_000},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.offer.write(values)
                self.env.flush_all()

    def test_a_stage_says_its_deadline_in_hours(self):
        self.offer.deadline_minutes = 150
        self.assertEqual(self.offer.deadline_text, "2 h 30 min of working time")

    # ------------------------------------------------------------------ cost
    def test_reading_eighty_clocks_costs_two_queries(self):
        with self.at(MONDAY):
            leads = self.env["crm.lead"].create(
                [
                    {"name": f"Lead {n}", "team_id": self.team.id, "stage_id": self.call.id}
                    for n in range(80)
                ]
            )
            self.assertEqual(set(leads.mapped("clock_state")), {"running"})
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(2):
                leads.mapped("clock_state")
                leads.mapped("clock_text")

    def test_entering_a_stage_without_deadline_asks_for_no_calendar(self):
        lead = self.lead()
        refused = AssertionError("looked up")
        with patch.object(type(lead), "_calendar_id_of", side_effect=refused):
            self.lead(stage_id=self.offer.id)
        with patch.object(type(lead), "_keep_stage_deadline", return_value=None) as kept:
            lead.stage_id = self.offer
        kept.assert_called_once_with(False)
