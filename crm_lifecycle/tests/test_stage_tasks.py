from datetime import date

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .responsible_common import TUESDAY, ResponsibleCommon


@tagged("post_install", "-at_install")
class TestStageTasks(ResponsibleCommon):
    """A stage brings its tasks to whoever is responsible, and takes them back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call.activity_plan_id = cls.plan(
            {"summary": "Prepare the call", "delay_count": 0},
            {"summary": "Write it up", "delay_count": 2, "delay_unit": "days"},
        )

    def moved(self, count=1, moment=TUESDAY):
        self.now = moment
        leads = self.env["crm.lead"].union(*(self.lead(f"L{n}") for n in range(count)))
        self.as_user(leads).write({"stage_id": self.call.id})
        return leads

    # ------------------------------------------------------------------ entering
    def test_entering_brings_the_tasks_of_the_plan(self):
        lead = self.moved()
        tasks = self.tasks(lead)
        self.assertEqual(tasks.mapped("summary"), ["Prepare the call", "Write it up"])
        self.assertEqual(tasks.user_id, self.seller)
        self.assertEqual(tasks.mapped("date_deadline"), [date(2026, 3, 10), date(2026, 3, 12)])
        self.assertEqual(tasks.passage_id, self.passages(lead)[-1])

    def test_they_are_those_of_whom_the_stage_names(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        self.assertEqual(self.tasks(self.moved()).user_id, self.colleague)

    def test_a_task_of_a_certain_user_is_theirs(self):
        self.call.activity_plan_id.template_ids[0].write(
            {"responsible_type": "other", "responsible_id": self.leader.id}
        )
        self.assertEqual(
            [task.user_id for task in self.tasks(self.moved())], [self.leader, self.seller]
        )

    def test_a_task_to_be_asked_for_goes_to_the_responsible(self):
        self.call.activity_plan_id.template_ids.responsible_type = "on_demand"
        self.assertEqual(self.tasks(self.moved()).user_id, self.seller)

    def test_a_new_lead_and_a_restored_one_get_them_too(self):
        lead = self.lead(stage_id=self.call.id)
        self.assertEqual(len(self.tasks(lead)), 2)
        lead.action_archive()
        lead.action_unarchive()
        self.assertEqual(len(self.tasks(lead, active=True)), 2)

    def test_a_mass_move_makes_them_all_with_one_statement(self):
        leads = self.moved(8)
        self.assertEqual([len(self.tasks(lead)) for lead in leads], [2] * 8)

    def test_a_plan_of_another_company_brings_none(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.call.activity_plan_id.company_id = other
        self.assertFalse(self.tasks(self.moved()))

    def test_an_archived_plan_brings_none(self):
        self.call.activity_plan_id.active = False
        self.assertFalse(self.tasks(self.moved()))

    # ------------------------------------------------------------------ due times
    def test_a_task_due_within_minutes_says_the_time(self):
        self.call.activity_plan_id = self.plan({"summary": "Call", "due_minutes": 90})
        task = self.tasks(self.moved())
        self.assertEqual(task.due_at, fields.Datetime.to_datetime("2026-03-10 11:30:00"))
        self.assertEqual(task.date_deadline, date(2026, 3, 10))
        self.assertIn("11:30", task.summary)

    def test_minutes_stop_outside_working_hours(self):
        self.call.activity_plan_id = self.plan({"summary": "Call", "due_minutes": 15})
        friday = fields.Datetime.to_datetime("2026-03-13 17:55:00")
        task = self.tasks(self.moved(moment=friday))
        self.assertEqual(task.due_at, fields.Datetime.to_datetime("2026-03-16 09:10:00"))
        self.assertEqual(task.date_deadline, date(2026, 3, 16))

    def test_the_day_is_that_of_whom_the_task_is(self):
        self.seller.tz = "Asia/Tokyo"
        lead = self.moved(moment=fields.Datetime.to_datetime("2026-03-10 20:00:00"))
        self.assertEqual(self.tasks(lead)[0].date_deadline, date(2026, 3, 11))

    # ------------------------------------------------------------------ leaving
    def test_leaving_closes_open_tasks_with_a_trace(self):
        lead = self.moved()
        done, left = self.tasks(lead)
        done.action_feedback()
        self.as_user(lead).stage_id = self.offer
        self.assertFalse(lead.activity_ids)
        self.assertEqual((done.not_needed, left.not_needed), (False, True))
        self.assertFalse(left.active)
        self.assertTrue(left.feedback)
        note = lead.message_ids[:3].mapped("body")
        self.assertTrue(any("No longer needed" in body and "Write it up" in body for body in note))

    def test_what_people_planned_themselves_stays(self):
        lead = self.moved()
        own = lead.activity_schedule("mail.mail_activity_data_todo", user_id=self.seller.id)
        lead.stage_id = self.offer
        self.assertEqual(lead.activity_ids, own)

    def test_a_task_no_longer_needed_is_no_contact_and_brings_no_next(self):
        todo = self.env["mail.activity.type"].create(
            {
                "name": "Chained",
                "chaining_type": "trigger",
                "triggered_next_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            }
        )
        self.call.activity_plan_id.template_ids.activity_type_id = todo
        lead = self.moved()
        lead.stage_id = self.offer
        self.assertFalse(lead.activity_ids)
        done = self.env.ref("mail.mt_activities")
        self.assertNotIn(done, lead.message_ids.subtype_id)

    def test_lost_archived_and_won_close_them_too(self):
        ways = ("action_set_lost", "action_archive", "action_set_won")
        for way in ways:
            lead = self.moved()
            tasks = self.tasks(lead)
            getattr(self.as_user(lead), way)()
            self.assertEqual(tasks.exists().mapped("not_needed"), [True, True], way)

    def test_coming_back_brings_new_ones(self):
        lead = self.moved()
        lead.stage_id = self.first
        lead.stage_id = self.call
        self.assertEqual(len(self.tasks(lead, active=True)), 2)
        self.assertEqual(len(self.tasks(lead, active=False)), 2)

    def test_leaving_in_a_mass_closes_all(self):
        leads = self.moved(5)
        leads.write({"stage_id": self.offer.id})
        self.assertFalse(leads.activity_ids)

    # ------------------------------------------------------------------ rights and checks
    def test_a_colleague_reads_neither_the_lead_nor_its_tasks(self):
        lead = self.moved()
        tasks = self.env["mail.activity"].with_user(self.colleague)
        self.assertFalse(tasks.search([("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)]))

    def test_the_manager_may_choose_a_plan_and_a_seller_may_not(self):
        plan = self.plan({"summary": "Other"})
        self.offer.with_user(self.leader).activity_plan_id = plan
        self.assertFalse(self.offer.with_user(self.seller).has_access("write"))

    def test_a_plan_for_something_else_is_refused(self):
        plan = self.env["mail.activity.plan"].create({"name": "P", "res_model": "res.partner"})
        with self.assertRaisesRegex(ValidationError, "not for leads"):
            self.offer.activity_plan_id = plan

    def test_only_leads_have_a_responsible_of_their_stage(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        with self.assertRaisesRegex(ValidationError, "Only leads"):
            self.env["mail.activity.plan"].create(
                {
                    "name": "P",
                    "res_model": "res.partner",
                    "template_ids": [
                        Command.create(
                            {
                                "activity_type_id": todo.id,
                                "responsible_type": "stage_responsible",
                            }
                        )
                    ],
                }
            )

    def test_the_wizard_of_odoo_knows_the_responsible_too(self):
        self.call.activity_plan_id = False
        lead = self.lead()
        lead.stage_responsible_id = self.colleague
        wizard = self.env["mail.activity.schedule"].create(
            {
                "res_model": "crm.lead",
                "res_ids": str(lead.ids),
                "plan_id": self.plan({"summary": "By hand"}).id,
                "plan_date": TUESDAY.date(),
            }
        )
        wizard.action_schedule_plan()
        self.assertEqual(lead.activity_ids.user_id, self.colleague)

    def test_it_says_so_when_nobody_is_on_the_lead(self):
        template = self.plan({"summary": "By hand"}).template_ids
        lead = self.lead(user_id=False)
        found = template._determine_responsible(self.env["res.users"], lead)
        self.assertIn("Name its salesperson", found["error"])
