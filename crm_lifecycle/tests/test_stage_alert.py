from unittest.mock import patch

from odoo import Command
from odoo.addons.crm_lifecycle.models.pipeline import stage_passage_alert
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .clock_common import ClockCommon

MONDAY = "2026-03-02 10:00:00"
JOB = "odoo.addons.crm_lifecycle.models.pipeline.stage_passage_alert"


@tagged("post_install", "-at_install")
class TestStageAlert(ClockCommon):
    """The job finds what is due, and takes each step of the ladder once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warn = cls.escalation("responsible", 5, "before")
        cls.tell = cls.escalation("manager", 10)
        cls.hand = cls.escalation("hand_over", 60, user_id=cls.colleague.id)

    def alerts(self, lead):
        alerts = self.env["crm.stage.alert"].search([("lead_id", "=", lead.id)])
        return alerts.sorted(lambda one: (one.at, one.id))

    def steps(self, lead):
        return [(one.action, str(one.at)[11:16], one.user_id) for one in self.alerts(lead)]

    # ------------------------------------------------------------------ the ladder
    def test_steps_are_taken_in_their_order_each_at_its_time(self):
        lead = self.lead_at(MONDAY)
        for moment, count, state in (
            ("2026-03-02 10:09:00", 0, "open"),
            ("2026-03-02 10:10:00", 1, "open"),
            ("2026-03-02 10:15:00", 1, "failed"),
            ("2026-03-02 10:24:00", 1, "failed"),
            ("2026-03-02 10:25:00", 2, "failed"),
            ("2026-03-02 11:15:00", 3, "failed"),
        ):
            self.check(moment)
            with self.subTest(moment):
                self.assertEqual(len(self.alerts(lead)), count)
                self.assertEqual(self.clock(lead).state, state)
        self.assertEqual(
            self.steps(lead),
            [
                ("responsible", "10:10", self.seller),
                ("manager", "10:25", self.leader),
                ("hand_over", "11:15", self.colleague),
            ],
        )
        self.assertFalse(self.clock(lead).next_check_at)

    def test_a_job_that_comes_late_takes_all_steps_at_once(self):
        lead = self.lead_at(MONDAY)
        self.check("2026-03-03 10:00:00")
        taken = [action for action, _at, _user in self.steps(lead)]
        self.assertEqual(taken, ["responsible", "manager", "hand_over"])
        self.assertEqual(self.clock(lead).state, "failed")

    def test_running_twice_does_nothing_twice(self):
        lead = self.lead_at(MONDAY)
        self.assertEqual(self.check("2026-03-02 10:30:00"), 1)
        self.assertEqual(self.check("2026-03-02 10:30:00"), 0)
        self.clock(lead).next_check_at = MONDAY
        self.check("2026-03-02 10:30:00")
        self.assertEqual(len(self.alerts(lead)), 2)
        self.assertEqual(len(lead.activity_ids), 2)

    def test_only_what_is_due_is_looked_at(self):
        self.lead_at(MONDAY)
        self.lead_at("2026-03-02 12:00:00")
        self.assertEqual(self.check("2026-03-02 10:09:00"), 0)
        self.assertEqual(self.check("2026-03-02 10:10:00"), 1)

    def test_minutes_of_the_ladder_are_working_minutes(self):
        lead = self.lead_at("2026-03-06 17:40:00")
        self.check("2026-03-08 10:00:00")
        self.assertEqual(len(self.alerts(lead)), 1)
        self.check("2026-03-09 09:05:00")
        self.assertEqual(self.steps(lead)[-1][:2], ("manager", "09:05"))

    def test_the_responsible_gets_an_activity(self):
        lead = self.lead_at(MONDAY)
        self.check("2026-03-02 10:10:00")
        self.assertEqual(lead.activity_ids.user_id, self.seller)
        self.assertEqual(lead.activity_ids.summary, "The deadline of Call is near.")

    def test_a_warning_that_comes_too_late_says_so(self):
        lead = self.lead_at(MONDAY)
        self.check("2026-03-02 10:16:00")
        self.assertEqual(lead.activity_ids.summary, "The deadline of Call was missed.")

    def test_handing_over_changes_who_is_on_it_and_not_the_clock(self):
        lead = self.lead_at(MONDAY)
        stay = self.clock(lead)
        self.check("2026-03-02 11:15:00")
        self.assertEqual(lead._clock_responsible(), self.colleague)
        self.assertEqual(self.clock(lead), stay)

    def test_a_named_user_is_told_in_place_of_the_team_leader(self):
        named = self.persona("pipeline_named", "sales_team.group_sale_salesman_all_leads")
        self.tell.user_id = named
        lead = self.lead_at(MONDAY)
        self.check("2026-03-02 10:30:00")
        self.assertEqual(self.alerts(lead)[-1].user_id, named)

    def test_steps_of_one_stage_are_for_that_stage(self):
        self.env["crm.stage.escalation"].search([]).stage_id = self.offer
        lead = self.lead_at(MONDAY)
        self.check("2026-03-02 12:00:00")
        self.assertFalse(self.alerts(lead))
        self.assertEqual(self.clock(lead).state, "failed")

    # ------------------------------------------------------------------ meanwhile
    def test_a_lead_that_was_closed_or_moved_meanwhile_is_left_alone(self):
        leads = [self.lead_at(MONDAY) for _each in range(4)]
        lost, won, archived, moved = leads
        with self.at("2026-03-02 10:05:00"):
            lost.action_set_lost()
            won.action_set_won()
            archived.action_archive()
            moved.stage_id = self.offer
        self.assertEqual(self.check("2026-03-02 12:00:00"), 0)
        for lead in leads:
            self.assertFalse(self.alerts(lead))

    def test_a_lead_that_waits_is_left_alone(self):
        lead = self.lead_at(MONDAY)
        with self.at("2026-03-02 10:05:00"):
            lead.action_pause_clock()
        self.assertEqual(self.check("2026-03-03 12:00:00"), 0)
        with self.at("2026-03-03 12:00:00"):
            lead.action_resume_clock()
        self.check("2026-03-03 12:05:00")
        self.assertEqual(self.steps(lead), [("responsible", "12:05", self.seller)])

    def test_a_deleted_lead_is_left_alone(self):
        lead = self.lead_at(MONDAY)
        stay = self.clock(lead)
        stay.lead_id = False
        self.check("2026-03-02 12:00:00")
        self.assertFalse(stay.alert_ids or stay.next_check_at)

    def test_a_new_step_reaches_running_clocks_and_not_failed_ones(self):
        failed, running = self.lead_at(MONDAY), self.lead_at("2026-03-02 12:00:00")
        self.check("2026-03-02 11:30:00")
        before = len(self.alerts(failed))
        self.escalation("manager", 0)
        with self.at("2026-03-02 12:00:00"):
            self.note_changes()
        self.check("2026-03-02 12:15:00")
        self.assertEqual(len(self.alerts(failed)), before)
        self.assertEqual(self.steps(running)[-1][:2], ("manager", "12:15"))

    # ------------------------------------------------------------------ trouble
    def test_who_may_not_see_the_lead_is_not_told_and_it_is_noted(self):
        self.tell.user_id = self.colleague
        lead = self.lead_at(MONDAY)
        self.check("2026-03-02 10:30:00")
        self.assertEqual(self.alerts(lead)[-1].outcome, "no_access")
        self.assertNotIn(self.colleague, lead.activity_ids.user_id)

    def test_where_there_is_nobody_to_tell_it_is_noted(self):
        self.team.user_id = False
        lead = self.lead_at(MONDAY)
        self.check("2026-03-02 10:30:00")
        self.assertEqual(self.alerts(lead)[-1].outcome, "nobody")

    def test_e_mails_wait_in_the_queue_with_the_mark_and_wake_it(self):
        (self.seller | self.leader).notification_type = "email"
        (self.seller | self.leader).email = "somebody@example.com"
        self.lead_at(MONDAY)
        mails, triggers = self.env["mail.mail"], self.env["ir.cron.trigger"]
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        before = (mails.search([]), triggers.search([("cron_id", "=", queue.id)]))
        self.check("2026-03-02 10:30:00")
        made = mails.search([]) - before[0]
        self.assertEqual(made.mapped("state"), ["outgoing", "outgoing"])
        self.assertTrue(triggers.search([("cron_id", "=", queue.id)]) - before[1])

    def test_one_clock_s_trouble_does_not_stop_the_others(self):
        bad, good = self.lead_at(MONDAY, name="Bad"), self.lead_at(MONDAY, name="Good")
        passages = type(self.env["crm.stage.passage"])
        original = passages._check

        def check(passage, now, away):
            if passage.lead_id == bad:
                raise ValueError("trouble")
            return original(passage, now, away)

        with patch.object(passages, "_check", check), mute_logger(JOB):
            self.check("2026-03-02 10:20:00")
        self.assertEqual(self.clock(good).state, "failed")
        self.assertEqual(str(self.clock(bad).next_check_at), "2026-03-02 11:20:00")
        self.check("2026-03-02 11:20:00")
        self.assertEqual(self.clock(bad).state, "failed")

    def test_a_lost_race_takes_nothing_half(self):
        lead = self.lead_at(MONDAY)
        steps = type(self.env["crm.stage.escalation"])
        lost = SerializationFailure("lost")
        with patch.object(steps, "_tell", side_effect=lost), self.assertRaises(type(lost)):
            self.check("2026-03-02 10:10:00")
        self.assertFalse(self.alerts(lead))
        self.check("2026-03-02 10:10:00")
        self.assertEqual(len(self.alerts(lead)), 1)

    def test_the_job_works_all_batches_off(self):
        leads = [self.lead_at(MONDAY) for _each in range(5)]
        self.env["crm.clock.change"]._write_pending()
        job = self.env.ref("crm_lifecycle.cron_stage_clock")
        with self.enter_registry_test_mode(), patch.object(stage_passage_alert, "BATCH", 2):
            job.method_direct_trigger()
        self.env.invalidate_all()
        for lead in leads:
            self.assertEqual(self.clock(lead).state, "failed")
            self.assertEqual(len(self.alerts(lead)), 3)

    # ------------------------------------------------------------------ rights
    def test_who_sees_and_who_makes_the_ladder(self):
        lead = self.lead_at(MONDAY)
        self.check("2026-03-02 10:30:00")
        alerts = self.env["crm.stage.alert"]
        domain = [("lead_id", "=", lead.id)]
        self.assertEqual(len(alerts.with_user(self.seller).search(domain)), 2)
        self.assertFalse(alerts.with_user(self.colleague).search(domain))
        with self.assertRaises(AccessError):
            self.warn.with_user(self.seller).minutes = 0
        with self.assertRaises(AccessError):
            self.alerts(lead).with_user(self.seller).unlink()
        manager = self.persona("pipeline_manager", role="manager")
        self.warn.with_user(manager).minutes = 4
        self.assertEqual(self.warn.with_user(self.seller).minutes, 4)

    def test_a_lead_is_handed_to_somebody_of_the_company(self):
        with self.assertRaisesRegex(ValidationError, "handed over to"):
            self.hand.user_id = False
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = self.persona("pipeline_stranger", company_id=other.id, company_ids=other.ids)
        with self.assertRaisesRegex(ValidationError, "does not work in"):
            self.hand.user_id = stranger

    def test_a_lead_is_handed_to_somebody_who_may_read_leads(self):
        clerk = self.persona("pipeline_clerk", "base.group_user", role=None)
        with self.assertRaisesRegex(ValidationError, "may not read leads"):
            self.hand.user_id = clerk

    def test_who_may_read_leads_no_more_is_handed_none_and_it_is_noted(self):
        sales = self.env.ref("sales_team.group_sale_salesman")
        lead = self.lead_at(MONDAY)
        self.colleague.group_ids -= sales
        self.check("2026-03-02 11:15:00")
        self.assertEqual(self.alerts(lead)[-1].outcome, "no_access")
        self.assertEqual(lead._clock_responsible(), self.seller)

    def test_the_open_tasks_of_the_stage_are_handed_over_with_it(self):
        todo = {"activity_type_id": self.env.ref("mail.mail_activity_data_todo").id}
        plan = {"name": "Tasks", "res_model": "crm.lead", "company_id": False}
        plan["template_ids"] = [Command.create({**todo, "summary": "Ask"})]
        self.call.activity_plan_id = self.env["mail.activity.plan"].create(plan)
        lead = self.lead_at(MONDAY)
        task = lead.activity_ids
        self.assertEqual(task.user_id, self.seller)
        other = lead.activity_schedule(summary="Mine", user_id=self.seller.id)
        self.check("2026-03-02 11:15:00")
        self.assertEqual((task.user_id, other.user_id), (self.colleague, self.seller))

    def test_steps_name_themselves(self):
        self.assertEqual(self.warn.name, "5 min before: Warn the Responsible")
        self.assertEqual(self.tell.name, "10 min after: Tell the Manager")
