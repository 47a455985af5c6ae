from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .capture_common import CaptureCommon
from .mailbox_builder import Logged, mail

REPLY = mail(
    "reply",
    "From: dana@acme.example\nSubject: Re: Order",
    "Hello",
    Logged("Acme", "Dana", "order", "Hello"),
    reply="order",
)


@tagged("post_install", "-at_install")
class TestCaptureEmail(CaptureCommon):
    """Which messages are contacts with a customer, rule by rule."""

    # ------------------------------------------------------------------ outgoing
    def test_a_message_to_the_customer_is_one(self):
        message = self.post(self.order, "<p>We <b>ship</b>.</p>", subject="Your order")
        talk = self.captured(message)
        self.assertEqual((talk.partner_id, talk.contact_id), (self.acme, self.dana))
        self.assertEqual((talk.direction, talk.user_id), ("out", self.a))
        self.assertEqual((talk.summary, talk.said), ("Your order", "We *ship*."))
        self.assertEqual((talk.res_model, talk.res_id), ("sale.order", self.order.id))
        self.assertEqual(talk.company_id, self.company)
        self.assertEqual(talk.channel_id, self.env.ref("crm_lifecycle.channel_email"))
        self.assertEqual(talk.minutes, talk.channel_id.default_minutes)
        self.assertEqual(talk.source, "email")
        self.assertEqual(talk.date, message.date)

    def test_every_document_with_a_customer_counts(self):
        for name in ("order", "lead", "invoice", "delivery", "noa"):
            with self.subTest(name):
                document = self.by_name[name]
                contact = self.captures._contact_of(document)
                talk = self.captured(self.post(document, to=contact))
                self.assertEqual(talk.contact_id, contact)
                self.assertEqual((talk.res_model, talk.res_id), (document._name, document.id))

    def test_a_vendor_s_bill_and_receipt_do_not(self):
        self.post(self.bill, to=self.vendor)
        receipt = self.picking.copy(
            {"partner_id": self.vendor.id, "picking_type_id": self.in_type().id}
        )
        self.post(receipt, to=self.vendor)
        self.assertNothing()

    def in_type(self):
        return self.picking.picking_type_id.warehouse_id.in_type_id

    def test_a_company_may_capture_on_other_documents(self):
        event = self.env["calendar.event"].create({"name": "Meeting"})
        self.post(event)
        self.assertNothing()
        models = self.captures._document_models()
        cls = self.env.registry["crm.interaction.capture"]
        self.patch(cls, "_document_models", lambda _self: models[1:])
        self.post(self.noa, to=self.noa)
        self.assertNothing("The company took contacts off the list.")

    def test_a_note_is_none_whoever_is_mentioned(self):
        self.post(self.order, subtype_xmlid="mail.mt_note")
        self.post(self.order, is_internal=True)
        self.assertNothing()

    def test_a_message_that_goes_to_none_of_them_is_none(self):
        self.post(self.order, to=self.b.partner_id)
        self.post(self.order, to=self.dana.browse())
        self.post(self.order, to=self.worker | self.office)
        self.assertNothing()

    def test_notifications_of_any_kind_are_none(self):
        for kind in ("notification", "auto_comment", "out_of_office", "email_outgoing"):
            self.post(self.order, message_type=kind)
        self.order.with_user(self.a).sudo().message_notify(
            body="Look", partner_ids=self.dana.ids, subject="Look"
        )
        self.order.with_context(tracking_disable=False).client_order_ref = "Ref"
        self.assertNothing()

    def test_what_the_system_says_in_its_own_name_is_none(self):
        self.post(self.order, user=self.env.ref("base.user_root"))
        self.assertNothing()

    def test_what_a_portal_user_comments_is_no_e_mail(self):
        portal = self.portal_of(self.dana)
        self.post(self.order, user=portal, to=self.a.partner_id)
        self.assertNothing()

    def test_a_portal_user_is_a_customer_all_the_same(self):
        self.portal_of(self.dana)
        self.captured(self.post(self.order))

    def test_three_customers_in_copy_are_one_contact(self):
        talk = self.captured(self.post(self.order, to=self.noa | self.bob | self.dana))
        self.assertEqual(talk.partner_id, self.acme)

    def test_without_a_customer_on_the_document_it_is_the_first_recipient(self):
        lead = self.env["crm.lead"].create({"name": "Nobody's", "partner_id": False})
        talk = self.captured(self.post(lead, to=self.b.partner_id | self.bob))
        self.assertEqual((talk.partner_id, talk.contact_id), (self.beta, self.bob))

    def test_an_address_that_was_typed_in_counts(self):
        message = self.post(self.order, to=self.dana.browse(), outgoing_email_to="Avi@acme.example")
        self.assertEqual(self.captured(message).partner_id, self.acme)
        self.post(self.order, to=self.dana.browse(), outgoing_email_to="zed@unknown.example")
        self.assertNothing()

    def test_a_message_that_was_cancelled_or_failed_did_not_go(self):
        for status in ("canceled", "exception", "bounce"):
            self.post(self.order).notification_ids.notification_status = status
        self.assertNothing()

    def test_a_customer_who_follows_gets_it(self):
        self.order.message_subscribe(self.dana.ids)
        self.captured(self.post(self.order, to=self.dana.browse()))

    def test_a_scheduled_message_is_one_when_it_goes(self):
        message = (
            self.order.with_user(self.a)
            .sudo()
            ._message_create(
                [
                    {
                        "model": "sale.order",
                        "res_id": self.order.id,
                        "body": "Later",
                        "author_id": self.a.partner_id.id,
                        "message_type": "comment",
                        "subtype_id": self.env.ref("mail.mt_comment").id,
                        "partner_ids": self.dana.ids,
                    }
                ]
            )
        )
        later = self.env["mail.message.schedule"].create(
            {"mail_message_id": message.id, "scheduled_datetime": "2199-01-01"}
        )
        self.assertNothing("Nobody got it yet.")
        later._send_notifications()
        self.captured(message)

    def test_the_composer_to_one_is_one_and_to_many_is_none(self):
        order = self.order.copy()
        for orders in (self.order, self.order | order):
            composer = self.env["mail.compose.message"].with_user(self.a).sudo()
            composer.create(
                {
                    "model": "sale.order",
                    "res_ids": str(orders.ids),
                    "composition_mode": "comment",
                    "subject": "Hello",
                    "body": "Hello",
                    "partner_ids": [Command.set(self.dana.ids)],
                    "subtype_id": self.env.ref("mail.mt_comment").id,
                }
            )._action_send_mail()
            with self.subTest(len(orders)):
                self.assertEqual(len(self.capture()), len(orders) == 1)

    def test_a_mass_mailing_is_none(self):
        composer = self.env["mail.compose.message"].with_user(self.a).sudo()
        composer.create(
            {
                "model": "res.partner",
                "res_ids": str(self.dana.ids),
                "composition_mode": "mass_mail",
                "subject": "News",
                "body": "News",
            }
        )._action_send_mail()
        self.assertNothing()

    # ------------------------------------------------------------------ incoming
    def test_an_answer_is_the_customer_s_with_the_document_s_salesperson(self):
        self.receive(REPLY)
        talk = self.capture()
        self.assertEqual((talk.direction, talk.user_id), ("in", self.a))
        self.assertEqual(str(talk.date), "2024-03-05 08:11:12")

    def test_a_customer_with_a_portal_login_writes_as_any_other(self):
        self.portal_of(self.dana)
        self.receive(REPLY)
        self.assertEqual(self.capture().contact_id, self.dana)

    def test_a_wrong_clock_is_not_believed(self):
        for date, believed in (
            ("1970-01-01 00:00:00", False),
            ("2199-01-01 00:00:00", False),
            ("2024-01-01 00:00:00", True),
        ):
            message = self.post(self.order, date=date)
            talk = self.captured(message)
            with self.subTest(date):
                self.assertEqual(str(talk.date) == date, believed)
                self.assertLessEqual(talk.date, self.env.cr.now() + timedelta(minutes=5))

    def test_without_a_salesperson_it_is_with_nobody(self):
        self.order.user_id = False
        self.receive(REPLY)
        self.assertFalse(self.capture().user_id)

    def test_a_colleague_s_own_purchase_is_none(self):
        """Whoever works here is no customer, on their own order either."""
        order = self.order.copy({"partner_id": self.b.partner_id.id})
        self.post(order, to=self.b.partner_id)
        self.assertNothing()

    def test_nobody_invents_an_incoming_e_mail(self):
        """Only what came through the gateway is believed."""
        self.order.with_user(self.a).sudo().message_post(
            body="Invented",
            author_id=self.dana.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertNothing()

    def test_no_context_switches_the_capture_off_or_on(self):
        keys = ("mail_notrack", "tracking_disable", "mail_create_nolog", "crm_lifecycle_capture")
        order = self.order.with_context(**dict.fromkeys(keys, True))
        self.captured(self.post(order))

    # ------------------------------------------------------------------ once
    def test_an_edited_message_stays_one(self):
        message = self.post(self.order)
        talk = self.captured(message)
        self.order._message_update_content(message, body="<p>Something else</p>")
        self.captures._push("email", message.ids)
        self.assertNothing()
        self.assertEqual(talk.said, "Hello")

    def test_a_deleted_message_is_none(self):
        self.post(self.order).unlink()
        self.assertNothing()

    def test_the_contact_says_nothing_to_anybody(self):
        talk = self.captured(self.post(self.order))
        self.assertFalse(talk.message_ids)
        self.assertFalse(talk.message_follower_ids)

    def test_without_a_channel_for_e_mail_nothing_is_captured(self):
        self.env["crm.interaction.channel"].search([("kind", "=", "email")]).active = False
        self.post(self.order)
        self.assertNothing()

    def test_one_that_cannot_be_logged_does_not_stop_the_others(self):
        bad, good = self.post(self.order), self.post(self.order)
        minutes = self.captures._email_values
        cls = self.env.registry["crm.interaction.capture"]

        def spoilt(_self, message, post):
            return {**minutes(message, post), **({"company_id": 0} if message == bad else {})}

        self.patch(cls, "_email_values", spoilt)
        with mute_logger("odoo.sql_db", cls._each_or_aside.__module__):
            talks = self.capture()
        self.assertEqual(talks.mapped("source_res_id"), good.ids)
        aside = self.captures.search([])
        self.assertEqual(aside.res_id, bad.id)
        self.assertIn("NotNullViolation", aside.error)

    # ------------------------------------------------------------------ where it belongs
    def test_the_company_is_the_document_s_then_the_author_s(self):
        other = self.other_company()
        self.a.company_ids = [Command.link(other.id)]
        self.a.company_id = other
        self.assertEqual(self.captured(self.post(self.order)).company_id, self.company)
        talk = self.captured(self.post(self.noa, to=self.noa))
        self.assertEqual(talk.company_id, other)

    def test_a_salesperson_reads_what_was_said_with_own_customers_only(self):
        own = self.captured(self.post(self.order))
        hidden = self.captured(self.post(self.move, to=self.bob))
        self.assertEqual(self.ask(self.a, "crm.interaction").search([]) & (own | hidden), own)
        self.assertEqual(self.ask(self.b, "crm.interaction").search([]) & (own | hidden), hidden)
        self.post(self.order)
        self.captures._write_pending()
        for user in (self.a, self.analyst, self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.ask(user, "crm.interaction.capture").search([])
        self.assertTrue(self.ask(self.manager, "crm.interaction.capture").search([]))

    def test_the_worth_moves_with_a_captured_contact(self):
        self.captured(self.post(self.order))
        self.work_off()
        self.assertEqual(self.value_of(self.acme).interaction_count, 1)

    # ------------------------------------------------------------------ what is kept of it
    def test_long_and_unwritable_texts_are_cut(self):
        text = "x" * 30_000
        message = self.post(self.order, text, subject="S" * 2_000)
        talk = self.captured(message)
        self.assertEqual((len(talk.said), len(talk.summary)), (10_000, 500))
        self.assertEqual(self.captures._one_line("a\x00b\ud800\nc"), "ab c")
        self.assertEqual(self.captures._email_text("<p>a\x00b\ud800</p>"), "ab")
        for empty in (False, "", "  ", "<p></p>", "<!-- -->", "<br>"):
            self.assertFalse(self.captures._email_text(empty))
