from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestInteractionComplaint(AccessCommon):
    """Complaints are opened, answered, closed with a satisfaction, and shown while open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env.ref("crm_lifecycle.channel_call")

    def complain(self, partner=None, user=None, **vals):
        talks = self.ask(user or self.a, "crm.interaction")
        return talks.create(
            {
                "partner_id": (partner or self.own).id,
                "channel_id": self.channel.id,
                "is_complaint": True,
                **vals,
            }
        )

    # ------------------------------------------------------------------ the way
    def test_a_complaint_is_opened_answered_closed_and_reopened(self):
        with freeze_time("2026-01-10 10:00:00"):
            talk = self.complain(date="2026-01-01 10:00:00")
            self.assertEqual(talk.complaint_state, "open")
            self.assertEqual(talk.complaint_age, 9)
        with freeze_time("2026-01-11 10:00:00"):
            talk.complaint_answer = "We bring another one."
            talk.action_answer_complaint()
        self.assertEqual(talk.complaint_state, "answered")
        self.assertEqual(str(talk.complaint_answered_on), "2026-01-11 10:00:00")
        with freeze_time("2026-01-12 10:00:00"):
            talk.satisfaction = "4"
            talk.action_close_complaint()
        self.assertEqual(str(talk.complaint_closed_on), "2026-01-12 10:00:00")
        self.assertEqual(str(talk.complaint_answered_on), "2026-01-11 10:00:00")
        self.assertEqual(talk.complaint_age, 11, "It grows no older once it is closed.")
        talk.action_reopen_complaint()
        self.assertEqual(talk.complaint_state, "open")
        self.assertFalse(talk.complaint_closed_on)
        self.assertFalse(talk.complaint_answered_on)

    def test_closing_needs_a_satisfaction_at_every_door(self):
        talk = self.complain()
        for door in (
            talk.action_close_complaint,
            lambda: talk.write({"complaint_state": "closed"}),
            lambda: talk.web_save({"complaint_state": "closed"}, {"complaint_state": {}}),
            lambda: self.complain(complaint_state="closed"),
            lambda: talk.sudo().write({"complaint_state": "closed"}),
        ):
            self.assertRefuses(door, (ValidationError,))
        self.assertEqual(talk.complaint_state, "open")
        with self.assertRaisesRegex(ValidationError, "how satisfied the customer is"):
            talk.action_close_complaint()

    def test_the_satisfaction_of_a_closed_complaint_stays(self):
        talk = self.complain(satisfaction="3")
        talk.action_close_complaint()
        self.assertRefuses(lambda: talk.write({"satisfaction": False}), (ValidationError,))

    def test_answered_needs_an_answer(self):
        talk = self.complain()
        for answer in (False, "", "   "):
            talk.complaint_answer = answer
            self.assertRefuses(talk.action_answer_complaint, (ValidationError,))
            self.assertRefuses(
                lambda: talk.write({"complaint_state": "answered"}), (ValidationError,)
            )
        talk.write({"complaint_state": "answered", "complaint_answer": "Sorry."})
        self.assertTrue(talk.complaint_answered_on)
        self.assertRefuses(lambda: talk.write({"complaint_answer": False}), (ValidationError,))

    def test_the_dates_are_the_server_s(self):
        talk = self.complain(complaint_closed_on="2020-01-01 00:00:00")
        self.assertFalse(talk.complaint_closed_on)
        talk.write({"complaint_answered_on": "2020-01-01 00:00:00"})
        self.assertFalse(talk.complaint_answered_on)
        talk.write(
            {
                "complaint_state": "closed",
                "satisfaction": "1",
                "complaint_closed_on": "2020-01-01 00:00:00",
            }
        )
        self.assertGreater(talk.complaint_closed_on, fields.Datetime.now() - timedelta(minutes=5))

    def test_what_is_no_complaint_has_no_state(self):
        talk = self.complain(is_complaint=False)
        self.assertFalse(talk.complaint_state)
        self.assertEqual(talk.complaint_age, 0)
        self.assertRefuses(talk.action_close_complaint, (UserError,))
        self.assertRefuses(lambda: talk.write({"complaint_state": "open"}), (ValidationError,))
        talk.is_complaint = True
        self.assertEqual(talk.complaint_state, "open")
        self.assertRefuses(lambda: talk.write({"complaint_state": False}), (ValidationError,))

    def test_a_complaint_that_was_none_forgets_its_dates(self):
        talk = self.complain(satisfaction="3")
        talk.action_close_complaint()
        talk.is_complaint = False
        self.assertFalse(talk.complaint_state)
        self.assertFalse(talk.complaint_closed_on)

    def test_many_complaints_move_at_once(self):
        talks = self.complain() | self.complain()
        talks.satisfaction = "5"
        talks.action_close_complaint()
        self.assertEqual(set(talks.mapped("complaint_state")), {"closed"})

    def test_a_stranger_moves_nothing(self):
        talk = self.complain(self.hidden, self.b, satisfaction="5", complaint_answer="Answer")
        for user in (self.a, self.employee, self.portal):
            asked = self.ask(user, "crm.interaction").browse(talk.id)
            for method in ("answer", "close", "reopen"):
                with self.subTest(method, user=user.login):
                    self.assertRefuses(getattr(asked, f"action_{method}_complaint"))
            self.assertRefuses(lambda asked=asked: asked.action_open_document())
        self.assertEqual(talk.complaint_state, "open")

    def test_every_state_has_its_column(self):
        self.complain()
        groups = (
            self.ask(self.a, "crm.interaction")
            .with_context(read_group_expand=True)
            .web_read_group([("is_complaint", "=", True)], ["complaint_state"], [])["groups"]
        )
        states = {group["complaint_state"] for group in groups}
        self.assertLessEqual({"open", "answered", "closed"}, states)

    # ------------------------------------------------------------------ where it shows
    def test_what_is_open_shows_on_the_customer_and_the_documents(self):
        child = self.env["res.partner"].create({"name": "Person", "parent_id": self.own.id})
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": child.id, "user_id": self.a.id}
        )
        order = self.env["sale.order"].create({"partner_id": self.own.id, "user_id": self.a.id})
        talk = self.complain()
        self.complain(satisfaction="4").action_close_complaint()
        self.complain(is_complaint=False)
        for record in (self.own, child, lead, order):
            seen = self.ask(self.a, record._name).browse(record.id)
            with self.subTest(record):
                self.assertEqual(seen.open_complaint_count, 1)
        self.assertEqual(self.ask(self.a, "res.partner").browse(child.id).interaction_count, 3)
        talk.write({"complaint_state": "closed", "satisfaction": "5"})
        self.env.invalidate_all()
        self.assertEqual(self.ask(self.a, "crm.lead").browse(lead.id).open_complaint_count, 0)

    def test_it_shows_on_the_invoice(self):
        self.complain()
        invoice = self.invoice(self.own, 10)
        self.assertEqual(self.ask(self.manager, "account.move").browse(0).open_complaint_count, 0)
        manager = self.persona("biller", "manager", "account.group_account_invoice")
        seen = self.ask(manager, "account.move").browse(invoice.id)
        self.assertEqual(seen.open_complaint_count, 1)

    def test_a_hidden_customer_shows_none(self):
        self.complain(self.hidden, self.b)
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.hidden.id, "user_id": self.a.id}
        )
        for record in (self.hidden, self.child, lead):
            self.assertEqual(
                self.ask(self.a, record._name).browse(record.id).open_complaint_count, 0
            )
            self.assertEqual(
                self.ask(self.manager, "res.partner").browse(self.hidden.id).open_complaint_count, 1
            )

    def test_complaints_count_in_their_company(self):
        other = self.other_company()
        self.env["crm.interaction"].create(
            {
                "partner_id": self.own.id,
                "channel_id": self.channel.id,
                "is_complaint": True,
                "company_id": other.id,
            }
        )
        self.assertEqual(self.own.open_complaint_count, 0)
        self.assertEqual(self.own.with_company(other).open_complaint_count, 1)

    def test_partners_are_found_by_their_open_complaints(self):
        self.complain()
        self.complain()
        self.complain(self.hidden, self.b)
        both = (self.own | self.hidden).ids

        def found(user, *term):
            domain = [("open_complaint_count", *term), ("id", "in", both)]
            return set(self.ask(user, "res.partner").search(domain).ids)

        own, hidden = {self.own.id}, {self.hidden.id}
        for term, mine, everybody in (
            ((">", 0), own, own | hidden),
            (("=", 0), hidden, set()),
            (("!=", 0), own, own | hidden),
            (("=", 2), own, own),
            (("in", [1, 2]), own, own | hidden),
            (("<", 2), hidden, hidden),
            ((">=", 0), own | hidden, own | hidden),
            (("=", False), hidden, set()),
        ):
            with self.subTest(term):
                self.assertEqual(found(self.a, *term), mine)
                self.assertEqual(found(self.analyst, *term), everybody)
        with self.assertRaises(AccessError):
            found(self.employee, ">", 0)
        with self.assertRaisesRegex(UserError, "with a number"):
            found(self.a, ">", "abc")
        superuser = self.ask(self.a, "res.partner").sudo()
        self.assertNotIn(self.hidden, superuser.search([("open_complaint_count", ">", 0)]))

    def test_customers_are_listed_by_their_open_complaints(self):
        self.complain()
        self.complain(self.hidden, self.b)
        for user, expected in ((self.a, self.own), (self.manager, self.own | self.hidden)):
            values = self.ask(user, "crm.customer.value")
            found = values.search(
                [("open_complaint_count", ">", 0), ("company_id", "=", self.company.id)]
            )
            self.assertEqual(found.partner_id, expected)
            self.assertEqual(set(found.mapped("open_complaint_count")), {1})
            without = values.search([("open_complaint_count", "=", 0)])
            self.assertFalse(without.partner_id & expected)

    def test_the_buttons_open_what_they_count(self):
        talk = self.complain()
        self.complain(is_complaint=False)
        partner = self.ask(self.a, "res.partner").browse(self.own.id)
        complaints = partner.action_open_complaints()
        talks = self.ask(self.a, "crm.interaction")
        self.assertEqual(talks.search(complaints["domain"]), talk)
        self.assertEqual(talks.search_count(partner.action_open_interactions()["domain"]), 2)
        for method in ("action_open_complaints", "action_open_interactions"):
            self.assertRefuses(
                getattr(self.ask(self.a, "res.partner").browse(self.hidden.id), method)
            )

    def test_counting_a_list_costs_no_more_than_counting_one(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(30)])
        seen = self.ask(self.manager, "res.partner").browse(partners.ids)
        seen.mapped("commercial_partner_id")
        # Contacts, rules, groups and companies, each once.
        with self.assertQueryCount(5):
            seen.mapped("open_complaint_count")
