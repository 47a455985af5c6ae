from unittest.mock import patch

from odoo.tests import tagged

from .screen_common import PHONE, THEIRS, ScreenCommon


@tagged("post_install", "-at_install")
class TestLeadScreeningNote(ScreenCommon):
    """The chatter says when a lead is flagged and when no more; worth that changes is noticed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_screen_worth = True

    def notes(self, lead):
        """The notes on the screening, the newest last."""
        messages = lead.message_ids.sorted("id").mapped("body")
        return [body for body in messages if "lagged" in body]

    def refresh(self, *customers):
        self.env["crm.lead"]._screen_customers([customer.id for customer in customers])
        self.env.flush_all()

    # ------------------------------------------------------------------ notes
    def test_a_lead_that_arrives_flagged_says_so_once(self):
        self.worth(self.known, tier="d")
        lead = self.arrive(phone=PHONE)
        lead.name = "Another name"
        lead.phone = PHONE
        [note] = self.notes(lead)
        self.assertIn("Flagged before effort is spent", note)
        self.assertEqual(lead.message_ids.sorted("id")[-1:].author_id.name, "OdooBot")

    def test_a_clear_lead_says_nothing(self):
        self.worth(self.known, tier="a")
        self.assertFalse(self.notes(self.arrive(phone=PHONE)))

    def test_it_says_when_the_reasons_are_gone(self):
        self.worth(self.known, tier="d")
        lead = self.arrive(phone=PHONE)
        lead.phone = False
        self.assertEqual(lead.screening_state, "clear")
        self.assertIn("Not flagged any more", self.notes(lead)[-1])

    def test_the_note_tells_nothing_of_the_customer(self):
        self.worth(self.theirs, tier="d", overdue_amount=777)
        [note] = self.notes(self.arrive(phone=THEIRS))
        for canary in ("Canary", "777", "worth"):
            self.assertNotIn(canary, note)

    def test_a_release_is_a_note_with_the_managers_words(self):
        self.worth(self.known, tier="d")
        lead = self.arrive(phone=PHONE)
        lead.with_user(self.manager)._decide_screening("released", "They pay in advance")
        self.assertEqual(lead.screening_state, "released")
        self.assertIn("They pay in advance", lead.message_ids.sorted("id")[-1:].body)

    def test_where_nobody_screens_no_write_looks_anything_up(self):
        self.company.lifecycle_screen_worth = False
        lead = self.arrive()
        with patch.object(type(lead), "_note_screening") as noted:
            lead.write({"phone": PHONE, "user_id": self.colleague.id})
            self.arrive(phone=PHONE)
        noted.assert_not_called()

    # ------------------------------------------------------------------ worth that changes
    def test_a_customer_who_falls_to_d_has_the_open_leads_flagged(self):
        self.worth(self.known, tier="b")
        leads = {
            "phone": self.arrive(phone=PHONE),
            "contact": self.arrive(partner_id=self.person.id),
            "e-mail": self.arrive(email_from="office@known-glass.test"),
            "domain": self.arrive(email_from="new@known-glass.test"),
            "tax number": self.arrive(vat="IL 51 2345678"),
        }
        other = self.arrive(email_from="nobody@elsewhere.test")
        self.worth(self.known, tier="d")
        self.refresh(self.known)
        for way, lead in leads.items():
            with self.subTest(way):
                self.assertEqual(lead.screening_state, "flagged")
                self.assertEqual(len(self.notes(lead)), 1)
        self.assertEqual(other.screening_state, "clear")

    def test_who_pays_is_flagged_no_more(self):
        self.company.lifecycle_screen_overdue_amount = 100
        self.worth(self.known, tier="a", overdue_amount=500)
        lead = self.arrive(phone=PHONE)
        self.assertEqual(lead.screening_state, "flagged")
        self.worth(self.known, overdue_amount=0)
        self.refresh(self.known)
        self.assertEqual(lead.screening_state, "clear")

    def test_where_nothing_changes_nothing_is_written(self):
        self.worth(self.known, tier="d")
        lead = self.arrive(phone=PHONE)
        before = len(lead.message_ids)
        with patch.object(type(lead), "write") as written:
            self.refresh(self.known)
        written.assert_not_called()
        self.assertEqual(len(lead.message_ids), before)

    def test_many_customers_cost_no_more_queries_than_one(self):
        for number in range(5):
            self.worth(self.customer(f"Customer {number}", phone=f"+972 52 000 000{number}"))
            self.arrive(phone=f"+972 52 000 000{number}")
        customers = self.env["res.partner"].search([("name", "=like", "Customer _")])
        self.refresh(self.known)
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            self.refresh(*customers)

    def test_a_lead_that_is_closed_stays_as_it_is(self):
        self.worth(self.known, tier="a")
        lead = self.arrive(phone=PHONE)
        lead.action_set_lost(
            lost_reason_id=self.env["crm.lost.reason"].create({"name": "Other"}).id
        )
        self.worth(self.known, tier="d")
        self.refresh(self.known)
        self.assertEqual(lead.screening_state, "clear")

    def test_the_refresh_of_figures_screens_the_same_customers(self):
        screened = patch.object(type(self.env["crm.lead"]), "_screen_customers")
        with screened as called:
            self.env["crm.customer.value.refresh"]._refresh_customers(self.known.ids)
        called.assert_called_once_with(self.known.ids)

    def test_where_no_limit_is_set_nothing_is_looked_for(self):
        self.company.lifecycle_screen_worth = False
        for company in self.env["res.company"].sudo().search([]):
            company.write({"lifecycle_screen_worth": False, "lifecycle_screen_overdue_amount": 0})
        self.env["crm.lead"]._screening_use()
        with self.assertQueryCount(0):
            self.env["crm.lead"]._screen_customers(self.known.ids)
