from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import NotNullViolation

from .screen_common import PHONE, ScreenCommon


@tagged("post_install", "-at_install")
class TestLeadRelease(ScreenCommon):
    """Where the company says so, a flagged lead gets no quotation before a manager's release."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known.lifecycle_blocked = True
        cls.company.lifecycle_screen_release_required = True
        cls.flagged = cls.lead("Flagged", partner_id=cls.known.id)
        cls.env.flush_all()

    def decide(self, user, decision="released", note="Pays in advance", lead=None):
        lead = lead or self.flagged
        action = self.as_user(lead, user)._ask_screening(decision)
        wizard = (
            self.env["crm.lead.screening"]
            .with_user(user)
            .with_context(**action["context"])
            .create({"note": note})
        )
        return wizard.action_confirm()

    def quote(self, user=None, **vals):
        return (
            self.env["sale.order"]
            .with_user(user or self.seller)
            .create({"partner_id": self.known.id, "opportunity_id": self.flagged.id, **vals})
        )

    # ------------------------------------------------------------------ held
    def test_every_door_to_a_quotation_is_held(self):
        orders = self.env["sale.order"].with_user(self.seller)
        lead = self.as_user(self.flagged)
        free, other = orders.create([{"partner_id": self.known.id}] * 2)
        context = {"default_opportunity_id": lead.id}
        doors = {
            "create": self.quote,
            "write": lambda: free.write({"opportunity_id": lead.id}),
            "default": lambda: orders.with_context(**context).create({"partner_id": self.known.id}),
            "line of the lead": lambda: lead.write(
                {"order_ids": [Command.create({"partner_id": self.known.id})]}
            ),
            "link of the lead": lambda: lead.write({"order_ids": [Command.link(other.id)]}),
            "button": lead.action_sale_quotations_new,
            "after the dialog": lead.action_new_quotation,
        }
        for door, go in doors.items():
            with self.subTest(door), self.assertRaisesRegex(UserError, "is flagged"):
                go()

    def test_the_message_says_whom_to_ask(self):
        with self.assertRaises(UserError) as caught:
            self.quote()
        self.assertIn(self.leader.name, str(caught.exception))
        self.assertIn(self.manager.name, str(caught.exception))
        self.assertNotIn(self.colleague.name + ",", str(caught.exception))

    def test_managers_are_held_too_until_it_is_released(self):
        with self.assertRaisesRegex(UserError, "is flagged"):
            self.quote(self.manager)

    def test_no_context_opens_the_door(self):
        for key in ("tracking_disable", "import_file", "install_mode", "skip_screening"):
            orders = self.env["sale.order"].with_user(self.seller).with_context(**{key: True})
            with self.subTest(key), self.assertRaisesRegex(UserError, "is flagged"):
                orders.create({"partner_id": self.known.id, "opportunity_id": self.flagged.id})

    def test_the_quotation_that_a_stage_prepares_is_held(self):
        line = [
            Command.create({"product_id": self.env["product.product"].create({"name": "W"}).id})
        ]
        self.env["crm.stage.document"].create(
            {
                "name": "Offer",
                "stage_id": self.call.id,
                "kind": "quotation",
                "line_ids": line,
            }
        )
        self.as_user(self.flagged).stage_id = self.call
        self.env["crm.stage.document.job"]._prepare_batch()
        document = self.flagged.stage_document_ids
        self.assertEqual(document.state, "failed")
        self.assertIn("is flagged", document.reason)
        self.assertFalse(self.flagged.order_ids)

    def test_what_the_server_does_itself_passes(self):
        self.assertTrue(
            self.env["sale.order"].create(
                {"partner_id": self.known.id, "opportunity_id": self.flagged.id}
            )
        )

    def test_without_the_setting_nothing_is_held(self):
        self.company.lifecycle_screen_release_required = False
        self.assertTrue(self.quote())

    def test_a_clear_lead_and_an_order_without_a_lead_pass(self):
        clear = self.lead("Clear", partner_id=self.customer("Fine", user_id=self.seller.id).id)
        self.assertTrue(self.quote(opportunity_id=clear.id))
        self.assertTrue(self.quote(opportunity_id=False))

    def test_it_asks_how_the_customer_stands_now(self):
        """Not how they stood when the night's job went over the lead."""
        self.known.lifecycle_blocked = False
        self.assertEqual(self.flagged.screening_state, "flagged")
        self.assertTrue(self.quote())

    # ------------------------------------------------------------------ the release
    def test_a_manager_releases_with_a_note(self):
        for user in (self.leader, self.manager):
            with self.subTest(user.login):
                self.decide(user)
                self.assertEqual(self.flagged.screening_state, "released")
                message = self.flagged.message_ids[0]
                self.assertEqual(message.author_id, user.partner_id)
                self.assertIn("Pays in advance", message.body)
        self.assertTrue(self.quote())

    def test_a_refused_lead_gets_no_quotation_and_may_be_released_later(self):
        self.decide(self.manager, "refused", "Not with them")
        self.assertEqual(self.flagged.screening_state, "refused")
        with self.assertRaises(UserError):
            self.quote()
        self.decide(self.manager)
        self.assertTrue(self.quote())

    def test_a_note_is_needed(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(NotNullViolation):
            self.decide(self.manager, note=False)

    def test_a_release_holds_for_the_reasons_it_was_given_on(self):
        self.decide(self.manager)
        self.company.lifecycle_screen_overdue_days = 10
        self.worth(self.known, overdue_amount=50, days_late=11)
        self.screen_again()
        self.assertEqual(self.flagged.screening_state, "flagged")
        with self.assertRaises(UserError):
            self.quote()
        self.worth(self.known, overdue_amount=0)
        self.screen_again()
        self.assertEqual(self.flagged.screening_state, "released")

    # ------------------------------------------------------------------ who may
    def test_a_seller_may_not_release(self):
        lead = self.as_user(self.flagged)
        for door in (lead.action_screening_release, lead.action_screening_refuse):
            with self.assertRaisesRegex(AccessError, "Only managers"):
                door()
        wizard = (
            self.env["crm.lead.screening"]
            .with_user(self.seller)
            .create({"lead_id": lead.id, "decision": "released", "note": "Me"})
        )
        with self.assertRaisesRegex(AccessError, "Only managers"):
            wizard.action_confirm()
        self.assertEqual(self.flagged.screening_state, "flagged")

    def test_a_manager_without_the_lead_may_not_release(self):
        distant = self.persona("screen_distant", role="manager")
        wizard = (
            self.env["crm.lead.screening"]
            .with_user(distant)
            .create({"lead_id": self.flagged.id, "decision": "released", "note": "Me"})
        )
        with self.assertRaises(AccessError):
            wizard.action_confirm()

    def test_a_seller_cannot_write_himself_free(self):
        lead, fields = self.as_user(self.flagged), ("screening_state", "screening_decision")
        for name in (*fields, "screening_codes", "screening_decision_codes"):
            with self.subTest(name), self.assertRaises(AccessError):
                lead.write({name: "released"})

    def test_no_default_releases_a_new_lead(self):
        """Every user may keep defaults of their own, for any field."""
        defaults = self.env["ir.default"].with_user(self.seller).sudo()
        for name, value in (
            ("screening_decision", "released"),
            ("screening_decision_codes", "blocked"),
            ("screening_codes", ""),
            ("screening_state", "clear"),
        ):
            defaults.set("crm.lead", name, value, user_id=self.seller.id)
        values = {"name": "Mine", "type": "opportunity", "phone": PHONE}
        lead = self.env["crm.lead"].with_user(self.seller).create(values)
        self.env.flush_all()
        self.assertEqual(lead.screening_state, "flagged")
        with self.assertRaises(UserError):
            self.quote(opportunity_id=lead.id)

    def test_an_order_for_a_lead_that_one_does_not_see_tells_nothing_of_it(self):
        secret = self.lead("Canary lead", partner_id=self.known.id, user_id=self.colleague.id)
        self.env.flush_all()
        with self.assertRaises(UserError) as caught:
            self.quote(opportunity_id=secret.id)
        self.assertNotIn("Canary lead", str(caught.exception))
