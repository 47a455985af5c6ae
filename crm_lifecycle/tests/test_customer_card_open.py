from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .card_common import CardCommon


@tagged("post_install", "-at_install")
class TestCustomerCardOpen(CardCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.thing = cls.env["product.product"].create(
            {"name": "Thing", "type": "consu", "list_price": 100, "taxes_id": False}
        )
        cls.yesterday = fields.Date.subtract(cls.today, days=1)
        cls.nextweek = fields.Date.add(cls.today, days=7)

    def due_invoice(self, amount, due, **vals):
        vals = {"invoice_payment_term_id": False, "invoice_date_due": due, **vals}
        return self.invoice(self.own, amount, day=fields.Date.subtract(due, days=30), **vals)

    def order(self, partner, quantity=1, **vals):
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": partner.user_id.id or self.a.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.thing.id,
                            "product_uom_qty": quantity,
                            "price_unit": 100,
                            "tax_ids": [],
                        }
                    )
                ],
                **vals,
            }
        )

    def found(self, user, item):
        """What the client's list shows for an item."""
        return self.ask(user, item["model"]).search(item["domain"])

    # ------------------------------------------------------------------ each kind
    def test_with_nothing_open_there_is_nothing(self):
        self.assertEqual(self.sections(self.a, self.own)["open_items"], [])

    def test_invoices_overdue_and_to_be_paid(self):
        late = self.due_invoice(100, self.yesterday)
        due = self.due_invoice(50, self.nextweek)
        self.due_invoice(7, self.yesterday, post=False)
        overdue = self.item(self.a, self.own, "invoices_overdue")
        self.assertEqual((overdue["count"], overdue["late"]), (1, True))
        self.assertEqual(overdue["amounts"], [[100, self.company.currency_id.id]])
        self.assertEqual(overdue["rows"][0]["res_id"], late.id)
        self.assertEqual(overdue["rows"][0]["date"], str(self.yesterday))
        unpaid = self.item(self.a, self.own, "invoices_unpaid")
        self.assertEqual((unpaid["count"], unpaid["late"]), (1, False))
        self.assertEqual(self.found(self.a, unpaid), due)
        self.assertEqual(self.found(self.a, overdue), late)

    def test_an_instalment_overdue_makes_the_invoice_overdue(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 60)
                ],
            }
        )
        move = self.invoice(
            self.own,
            100,
            day=fields.Date.subtract(self.today, days=10),
            invoice_payment_term_id=term.id,
        )
        self.assertGreater(move.invoice_date_due, self.today)
        self.assertEqual(self.item(self.a, self.own, "invoices_overdue")["rows"][0]["id"], move.id)

    def test_credit_notes_and_paid_invoices_are_not_open(self):
        self.invoice(self.own, 100, move_type="out_refund")
        paid = self.invoice(self.own, 30)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        ).create({})._create_payments()
        self.assertIn(paid.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.sections(self.a, self.own)["open_items"], [])

    def test_invoices_of_a_contact_are_the_customer_s(self):
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.own.id})
        self.invoice(person, 80)
        self.assertEqual(self.item(self.a, self.own, "invoices_unpaid")["count"], 1)
        self.assertEqual(self.item(self.a, person, "invoices_unpaid")["count"], 1)

    def test_quotations_and_open_orders(self):
        quotation = self.order(self.own, 2)
        order = self.order(self.own, 3)
        order.action_confirm()
        item = self.item(self.a, self.own, "quotations")
        self.assertEqual((item["count"], item["amounts"][0][0]), (1, 200))
        self.assertEqual(item["rows"][0]["name"], quotation.name)
        item = self.item(self.a, self.own, "orders")
        self.assertEqual((item["count"], item["amounts"][0][0]), (1, 300))
        self.assertEqual(self.found(self.a, item), order)

    def test_amounts_stay_in_their_currencies(self):
        foreign = self.setup_other_currency("EUR")
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id}
        )
        self.order(self.own, 1)
        self.order(self.own, 2, pricelist_id=pricelist.id)
        amounts = self.item(self.a, self.own, "quotations")["amounts"]
        self.assertCountEqual(amounts, [[100, self.company.currency_id.id], [200, foreign.id]])

    def test_deliveries_late_and_to_come(self):
        orders = [self.order(self.own), self.order(self.own)]
        for order, days in zip(orders, (-3, 3), strict=True):
            order.action_confirm()
            order.picking_ids.scheduled_date = fields.Datetime.now() + timedelta(days=days)
        late = self.item(self.a, self.own, "deliveries_late")
        self.assertEqual((late["count"], late["late"]), (1, True))
        self.assertEqual(self.found(self.a, late), orders[0].picking_ids)
        due = self.item(self.a, self.own, "deliveries_due")
        self.assertEqual(self.found(self.a, due), orders[1].picking_ids)

    def test_a_form_that_the_viewer_may_not_read_is_not_offered(self):
        self.invoice(self.own, 100.0, invoice_user_id=self.a.id)
        for user, opens in ((self.a, False), (self.accountant(), True)):
            item = self.item(user, self.own, "invoices_unpaid")
            self.assertEqual(item["opens"], opens)
        self.talk(self.own, is_complaint=True)
        self.assertTrue(self.item(self.a, self.own, "complaints")["opens"])

    def accountant(self):
        return self.persona("card_accountant", "analyst", "account.group_account_invoice")

    def test_complaints_until_they_are_closed(self):
        talk = self.talk(self.own, is_complaint=True, said="The door\nThat is all.")
        item = self.item(self.a, self.own, "complaints")
        self.assertEqual((item["count"], item["rows"][0]["name"]), (1, "The door"))
        talk.write({"complaint_state": "answered", "complaint_answer": "A new one comes."})
        self.assertTrue(self.item(self.a, self.own, "complaints"))
        talk.write({"complaint_state": "closed", "satisfaction": "4"})
        self.assertIsNone(self.item(self.a, self.own, "complaints"))

    def test_leads_that_are_neither_won_nor_lost(self):
        vals = {"partner_id": self.own.id, "user_id": self.a.id, "expected_revenue": 900}
        lead = self.env["crm.lead"].create({"name": "Veranda", "type": "opportunity", **vals})
        item = self.item(self.a, self.own, "leads")
        self.assertEqual((item["count"], item["amounts"][0][0]), (1, 900))
        lead.action_set_won()
        self.assertIsNone(self.item(self.a, self.own, "leads"))

    def test_activities_on_the_contact_and_its_open_documents(self):
        vals = {"user_id": self.a.id, "summary": "Ring them"}
        self.own.activity_schedule(date_deadline=self.yesterday, **vals)
        lead = self.env["crm.lead"].create(
            {"name": "Veranda", "partner_id": self.own.id, "user_id": self.a.id}
        )
        lead.activity_schedule(date_deadline=self.nextweek, **vals)
        self.hidden.activity_schedule(date_deadline=self.nextweek, **vals)
        item = self.item(self.a, self.own, "activities")
        self.assertEqual((item["count"], item["late"]), (2, True))
        self.assertEqual(item["rows"][0]["model"], "res.partner")
        self.assertEqual(item["rows"][0]["res_id"], self.own.id)
        self.assertEqual(len(self.found(self.a, item)), 2)

    def test_the_first_three_are_listed_and_all_are_counted(self):
        for _place in range(5):
            self.order(self.own)
        item = self.item(self.a, self.own, "quotations")
        self.assertEqual((item["count"], len(item["rows"])), (5, 3))
        self.assertEqual(len(self.found(self.a, item)), 5)

    def test_what_hurts_comes_first(self):
        self.order(self.own)
        self.talk(self.own, is_complaint=True)
        keys = [item["key"] for item in self.sections(self.a, self.own)["open_items"]]
        self.assertEqual(keys, ["complaints", "quotations"])

    # ------------------------------------------------------------------ rights
    def test_what_the_viewer_may_not_read_is_absent(self):
        """A service agent without Sales sees no orders, leads, deliveries or invoices."""
        agent = self.persona("agent", "user")
        self.own.user_id = agent
        self.order(self.own).action_confirm()
        self.order(self.own)
        self.invoice(self.own, 100)
        self.env["crm.lead"].create({"name": "Lead", "partner_id": self.own.id})
        self.talk(self.own, is_complaint=True)
        keys = [item["key"] for item in self.sections(agent, self.own)["open_items"]]
        self.assertEqual(keys, ["complaints"])

    def test_documents_of_a_colleague_are_absent(self):
        """A salesperson of own documents does not see those of somebody else."""
        self.order(self.own, user_id=self.b.id)
        self.order(self.own, user_id=self.a.id)
        self.invoice(self.own, 100, invoice_user_id=self.b.id)
        self.env["crm.lead"].create(
            {"name": "Lead of B", "partner_id": self.own.id, "user_id": self.b.id}
        )
        items = self.sections(self.a, self.own)["open_items"]
        self.assertEqual([(item["key"], item["count"]) for item in items], [("quotations", 1)])

    def test_documents_of_another_company_are_absent(self):
        other = self.other_company()
        self.invoice(self.own, 500, company=other)
        self.a.company_ids = self.company | other
        self.invoice(self.own, 100)
        both = [self.company.id, other.id]
        card = self.ask(self.a, "crm.customer.card", both).read_card(self.own.id)
        [item] = card["sections"]["open_items"]
        self.assertEqual(item["amounts"], [[100, self.company.currency_id.id]])

    def test_another_addon_adds_a_kind(self):
        cards = type(self.env["crm.customer.card"])
        standard = cards._open_kinds
        extra = {
            "key": "users",
            "title": "Contacts",
            "icon": "fa-user",
            "model": "res.partner",
            "domain": self.env["crm.customer.card"]._open_lead_kind(self.own)["domain"].TRUE,
            "date": "create_date",
        }
        self.patch(cards, "_open_kinds", lambda card, one: [*standard(card, one), extra])
        self.assertGreater(self.item(self.a, self.own, "users")["count"], 1)
