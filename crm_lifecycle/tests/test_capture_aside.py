from unittest.mock import patch

from odoo.addons.crm_lifecycle.models.interaction import interaction_capture_aside
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import convert_file, mute_logger

from .capture_common import CaptureCommon

ASIDE = interaction_capture_aside.__name__


@tagged("post_install", "-at_install")
class TestCaptureAside(CaptureCommon):
    """What cannot be logged is put aside with the reason, and everything else goes on."""

    def fail(self, name, bad):
        """Have a method of the job raise for a record."""
        cls = self.env.registry["crm.interaction.capture"]
        work = getattr(cls, name)

        def fail_for_one(captures, record, *more):
            if record == bad:
                raise ZeroDivisionError("What is wrong\x00\nwith words of a customer")
            return work(captures, record, *more)

        return patch.object(cls, name, fail_for_one)

    def put_aside(self):
        good, bad = self.post(self.order), self.post(self.order)
        with self.fail("_email_values", bad), mute_logger(ASIDE):
            talks = self.capture()
        self.assertEqual(talks.source_res_id, good.id)
        return bad, self.captures.search([])

    def test_an_e_mail_that_fails_is_put_aside_and_the_others_are_logged(self):
        bad, aside = self.put_aside()
        self.assertEqual((aside.source, aside.res_id), ("email", bad.id))
        self.assertEqual(aside.error, "ZeroDivisionError: What is wrong")

    def test_an_activity_that_fails_is_put_aside(self):
        bad, good = (
            self.order.activity_schedule("mail.mail_activity_data_call", user_id=self.a.id)
            for _number in range(2)
        )
        (bad | good).with_user(self.a).action_feedback(feedback="Done")
        with self.fail("_activity_values", bad), mute_logger(ASIDE):
            talks = self.capture()
        self.assertEqual((talks.source, talks.source_res_id), ("activity", good.id))
        self.assertEqual(self.captures.search([]).res_id, bad.id)

    def test_what_is_put_aside_is_not_taken_again_and_wakes_nobody(self):
        self.put_aside()
        self.assertEqual(self.captures._capture_batch(), 0)
        job = self.env.ref("crm_lifecycle.cron_interaction_capture")
        self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]).unlink()
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertFalse(self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]))

    def test_a_manager_has_it_tried_again(self):
        bad, aside = self.put_aside()
        self.ask(self.manager, aside._name).browse(aside.ids).action_retry()
        self.assertEqual(self.capture().source_res_id, bad.id)
        self.assertFalse(self.captures.search([]))

    def test_nobody_else_does(self):
        _bad, aside = self.put_aside()
        for user in (self.a, self.analyst, self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.ask(user, aside._name).browse(aside.ids).action_retry()
        self.assertTrue(aside.error)

    def test_after_ninety_days_it_is_forgotten(self):
        _bad, aside = self.put_aside()
        aside.create_date = "2026-01-01 10:00:00"
        self.captures._push("email", [1])
        self.captures._write_pending()
        for moment, left in (("2026-03-31 10:00:00", 2), ("2026-04-02 10:00:00", 1)):
            with freeze_time(moment):
                self.captures._gc_aside()
            self.assertEqual(len(self.captures.search([])), left)
        self.assertFalse(self.captures.search([]).error)

    def test_a_meeting_is_not_forgotten_while_it_would_be_looked_at(self):
        self.patch(self.env.registry["crm.interaction.capture"], "_meeting_days", lambda _s: 365)
        with freeze_time("2026-01-01 10:00:00"):
            self.captures._leave_meetings([1], "Deleted")
        with freeze_time("2026-06-01 10:00:00"):
            self.captures._gc_aside()
        self.assertEqual(len(self.captures.search([])), 1)

    def test_it_installs_where_an_activity_type_was_deleted(self):
        kind = self.env.ref("mail.mail_activity_data_call")
        names = self.env["ir.model.data"]
        names.search([("model", "=", kind._name), ("res_id", "=", kind.id)]).unlink()
        path = "data/interaction_capture_data.xml"
        convert_file(self.env, "crm_lifecycle", path, {}, mode="init", noupdate=True)
        self.assertFalse(self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False))
