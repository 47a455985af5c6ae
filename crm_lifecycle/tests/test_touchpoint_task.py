from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models.retention.touchpoint_level import CrmTouchpointLevel
from .level_common import LevelCommon


@tagged("post_install", "-at_install")
class TestTouchpointTask(LevelCommon):
    """A contact whose day has come has one task, which follows it."""

    def tasks(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "in", self.partners.ids)]
        )

    def test_today_s_contacts_have_a_task(self):
        self.step.talk = "Ask about the new line"
        self.plan(0, *self.partners)
        self.due(self.rows)
        self.give_days()
        self.assertEqual(self.tend(), 2)
        tasks = self.tasks()
        self.assertEqual(len(tasks), 2)
        self.assertEqual(tasks.user_id, self.anna)
        self.assertEqual(set(tasks.mapped("date_deadline")), {self.today})
        self.assertIn("new line", tasks[0].note)
        scheduled = self.rows.filtered(lambda row: row.state == "scheduled")
        self.assertEqual(scheduled.activity_id, tasks)

    def test_a_second_run_makes_none(self):
        self.give_days()
        self.tend()
        self.assertEqual(self.tend(), 0)
        self.assertEqual(len(self.tasks()), 2)

    def test_the_task_moves_with_the_contact(self):
        self.give_days()
        self.tend()
        row = self.rows.filtered(lambda row: row.state == "scheduled")[0]
        row.with_user(self.anna).action_put_off(self.day(3), "Asked for Thursday")
        self.assertEqual(row.activity_id.date_deadline, self.day(3))
        self.assertEqual(len(self.tasks()), 2)

    def test_the_task_goes_to_another_responsible(self):
        self.give_days()
        self.tend()
        row = self.rows.filtered(lambda row: row.state == "scheduled")[0]
        row.user_id = self.ben
        self.tend()
        self.assertEqual(row.activity_id.user_id, self.ben)

    def test_the_task_of_a_contact_that_waits_is_closed(self):
        self.give_days()
        self.tend()
        row = self.rows.filtered(lambda row: row.state == "scheduled")[0]
        task = row.activity_id
        row.partner_id.lifecycle_do_not_contact = True
        self.give_days()
        self.tend()
        self.assertEqual((row.state, row.activity_id.id, task.active), ("planned", False, False))
        self.assertTrue(task.not_needed)

    def test_a_deleted_task_is_made_again(self):
        self.give_days()
        self.tend()
        self.tasks()[0].unlink()
        self.tend()
        self.assertEqual(len(self.tasks()), 2)

    def test_a_contact_closes_the_task(self):
        self.give_days()
        self.tend()
        row = self.rows.filtered(lambda row: row.state == "scheduled")[0]
        task = row.activity_id
        row.since_date = self.day(-5)
        self.contact(row.partner_id)
        self.plan(0, row.partner_id)
        self.assertEqual((row.state, task.active), ("done", False))

    def job(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.cron_crm_touchpoint_level").method_direct_trigger()
        self.rows.invalidate_recordset()

    def test_the_job_does_it_all_and_once(self):
        self.job()
        self.assertEqual(self.rows.mapped("state").count("scheduled"), 2)
        before = self.tasks()
        self.job()
        self.assertEqual(self.tasks(), before)

    def test_a_job_cut_off_before_the_tasks_goes_on(self):
        self.give_days()
        stop = patch.object(
            CrmTouchpointLevel, "_companies", lambda level: level.env["res.company"]
        )
        with stop:
            self.job()
        self.assertFalse(self.tasks())
        self.job()
        self.assertEqual(len(self.tasks()), 2)

    def test_the_next_day_carries_over_what_was_not_done(self):
        self.give_days()
        self.tend()
        first = self.rows.filtered(lambda row: row.state == "scheduled")
        self.give_days(1)
        self.tend(1)
        self.assertEqual(self.rows.filtered(lambda row: row.planned_date == self.day(1)), first)
        self.assertEqual(set(first.activity_id.mapped("date_deadline")), {self.day(1)})
        self.assertEqual(len(self.tasks()), 2)
        self.assertEqual(max(self.rows.mapped("planned_date")), self.day(1) + timedelta(days=2))
