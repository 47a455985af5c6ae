from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from .capture_common import CaptureCommon


@tagged("post_install", "-at_install")
class TestCaptureActivity(CaptureCommon):
    """A done activity on a customer's document is a contact, if its type says which channel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call = cls.env.ref("mail.mail_activity_data_call")
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")

    def activity(self, document=None, kind=None, **vals):
        document = self.order if document is None else document
        return self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(document._name),
                "res_id": document.id,
                "activity_type_id": (kind or self.call).id,
                "user_id": self.a.id,
                "summary": "Ask for the date",
                **vals,
            }
        )

    def done(self, activity, feedback="They want it on Monday", user=None):
        activity.with_user(user or self.a).action_feedback(feedback=feedback)

    # ------------------------------------------------------------------ what is one
    def test_a_done_call_is_a_contact(self):
        activity = self.activity()
        with freeze_time("2026-03-04 05:06:07"):
            self.done(activity)
            talk = self.captured(activity)
        self.assertEqual((talk.partner_id, talk.contact_id), (self.acme, self.dana))
        self.assertEqual((talk.direction, talk.user_id), ("out", self.a))
        self.assertEqual(talk.summary, "Ask for the date")
        self.assertEqual(talk.said, "They want it on Monday")
        self.assertEqual((talk.res_model, talk.res_id), ("sale.order", self.order.id))
        self.assertEqual(talk.channel_id, self.env.ref("crm_lifecycle.channel_call"))
        self.assertEqual(talk.minutes, talk.channel_id.default_minutes)
        self.assertEqual((talk.source, str(talk.date)), ("activity", "2026-03-04 05:06:07"))
        self.assertFalse(talk.message_ids)

    def test_the_types_of_odoo_have_their_channels_and_others_none(self):
        types = {
            "mail.mail_activity_data_call": "channel_call",
            "mail.mail_activity_data_email": "channel_email",
            "mail.mail_activity_data_meeting": "channel_meeting",
        }
        for name, channel in types.items():
            expected = self.env.ref(f"crm_lifecycle.{channel}")
            self.assertEqual(self.env.ref(name).interaction_channel_id, expected)
        self.assertFalse(self.todo.interaction_channel_id)

    def test_the_type_decides(self):
        self.done(self.activity(kind=self.todo))
        self.assertNothing("A to-do is no contact.")
        self.todo.interaction_channel_id = self.env.ref("crm_lifecycle.channel_letter")
        activity = self.activity(kind=self.todo)
        self.done(activity)
        self.assertEqual(self.captured(activity).channel_id.kind, "letter")
        self.todo.interaction_channel_id.active = False
        self.done(self.activity(kind=self.todo))
        self.assertNothing("The company uses this channel no more.")

    def test_every_document_with_a_customer_counts(self):
        for document in (self.noa, self.lead, self.order, self.move, self.picking):
            with self.subTest(document._name):
                activity = self.activity(document)
                self.done(activity, user=self.env.ref("base.user_root"))
                talk = self.captured(activity)
                self.assertEqual(talk.contact_id, self.captures._contact_of(document))

    def test_documents_of_nobody_of_ours_and_of_vendors_do_not(self):
        nobody = self.env["crm.lead"].create({"name": "Nobody's", "partner_id": False})
        root = self.env.ref("base.user_root")
        for document in (nobody, self.worker, self.a.partner_id, self.office, self.bill):
            self.done(self.activity(document), user=root)
        self.assertNothing()

    def test_one_by_one_or_many_at_once(self):
        activities = self.activity() | self.activity(self.noa) | self.activity(kind=self.todo)
        activities.with_user(self.a).action_feedback(feedback="All done")
        self.assertEqual(self.capture().mapped("source_res_id"), activities[:2].ids)

    def test_done_and_the_next_one_scheduled(self):
        activity = self.activity()
        activity.with_user(self.a).action_feedback_schedule_next(feedback="Call again")
        self.assertEqual(self.captured(activity).said, "Call again")

    def test_a_cancelled_activity_is_none(self):
        self.activity().with_user(self.a).action_cancel()
        self.activity().unlink()
        self.assertNothing()

    def test_the_line_in_the_chatter_is_no_e_mail(self):
        self.order.message_subscribe(self.dana.ids)
        activity = self.activity()
        self.done(activity)
        self.assertEqual(self.capture().mapped("source"), ["activity"])

    # ------------------------------------------------------------------ what stands in it
    def test_feedback_written_by_a_program_becomes_text(self):
        for feedback, said in (
            ("<p>One<br>two</p>", "One\ntwo"),
            ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
            ("", False),
            (False, False),
        ):
            activity = self.activity()
            self.done(activity, feedback)
            with self.subTest(feedback):
                self.assertEqual(self.captured(activity).said, said)

    def test_whoever_it_was_assigned_to_had_the_contact(self):
        activity = self.activity()
        self.done(activity, user=self.env.ref("base.user_root"))
        self.assertEqual(self.captured(activity).user_id, self.a)

    def test_an_activity_of_nobody_was_whose_who_did_it(self):
        activity = self.activity(user_id=False)
        self.done(activity, user=self.a)
        self.assertEqual(self.captured(activity).user_id, self.a)

    def test_without_words_of_its_own_it_is_called_after_its_type(self):
        activity = self.activity(summary=False)
        self.done(activity)
        self.assertEqual(self.captured(activity).summary, self.call.name)

    def test_the_company_is_the_document_s_then_the_person_s(self):
        other = self.other_company()
        self.a.company_ids = [Command.link(other.id)]
        self.a.company_id = other
        first, second = self.activity(), self.activity(self.noa)
        self.done(first)
        self.assertEqual(self.captured(first).company_id, self.company)
        self.done(second)
        self.assertEqual(self.captured(second).company_id, other)

    # ------------------------------------------------------------------ once
    def test_however_often_it_is_done_it_is_one(self):
        activity = self.activity()
        self.done(activity)
        talk = self.captured(activity)
        activity.action_unarchive()
        self.done(activity, "Once more")
        self.assertNothing()
        self.assertEqual(talk.said, "They want it on Monday")

    def test_one_that_was_reopened_before_the_job_came_is_none_yet(self):
        activity = self.activity()
        self.done(activity)
        activity.action_unarchive()
        self.assertNothing()
        self.done(activity)
        self.captured(activity)

    # ------------------------------------------------------------------ the setting
    def test_the_channel_of_a_type_is_a_manager_s_to_see(self):
        types = self.env["mail.activity.type"]
        field = types._fields["interaction_channel_id"]
        self.assertEqual(field.groups, "crm_lifecycle.group_lifecycle_manager")
        for user in (self.a, self.employee):
            with self.assertRaises(AccessError):
                self.ask(user, "mail.activity.type").search([("interaction_channel_id", "!=", 0)])
            self.assertNotIn("interaction_channel_id", self.ask(user, types._name).fields_get())

    def test_the_form_of_a_type_has_it(self):
        self.manager.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        with Form(self.call.with_user(self.manager)) as form:
            form.interaction_channel_id = self.env.ref("crm_lifecycle.channel_visit")
        self.assertEqual(self.call.interaction_channel_id.kind, "visit")
