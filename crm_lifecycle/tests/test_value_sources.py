from odoo import Command, fields
from odoo.addons.crm_lifecycle.models.value.scope import Scope
from odoo.tests import tagged

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestValueSources(LifecycleCommon):
    """Each figure equals the naive computation on the same records."""

    def test_revenue_is_untaxed_and_less_credit_notes(self):
        customer = self.customer()
        self.invoice(customer, 1000.0)
        self.invoice(customer, 300.0, move_type="out_refund")
        self.refresh(customer)
        self.assertFigures(customer, revenue_total=700.0, value_total=700.0, purchase_count=1)

    def test_tax_is_no_revenue(self):
        customer = self.customer()
        taxed = self.invoice(customer, 100.0, post=False)
        taxed.invoice_line_ids.tax_ids = self.company_data["default_tax_sale"]
        taxed.action_post()
        self.refresh(customer)
        self.assertGreater(taxed.amount_total, 100.0)
        self.assertFigures(customer, revenue_total=100.0)

    def test_credit_note_larger_than_the_invoice_makes_worth_negative(self):
        customer = self.customer()
        self.invoice(customer, 100.0)
        self.invoice(customer, 250.0, move_type="out_refund")
        self.refresh(customer)
        self.assertFigures(customer, value_period=-150.0, tier="d")

    def test_drafts_vendor_bills_and_entries_do_not_count(self):
        customer = self.customer()
        self.invoice(customer, 100.0, post=False)
        self.invoice(customer, 900.0, move_type="in_invoice")
        self.invoice(customer, 40.0)
        self.refresh(customer)
        self.assertFigures(customer, revenue_total=40.0, invoice_count=1)

    def test_receipts_count(self):
        customer = self.customer()
        self.invoice(customer, 60.0, move_type="out_receipt")
        self.refresh(customer)
        self.assertFigures(customer, revenue_total=60.0, purchase_count=1)

    def test_invoices_of_contacts_are_the_company_s(self):
        customer = self.customer()
        contact = self.customer("Contact", is_company=False, parent_id=customer.id)
        self.invoice(contact, 70.0)
        self.refresh(contact)
        self.assertFigures(customer, revenue_total=70.0)
        self.assertFalse(self.values.search([("partner_id", "=", contact.id)]))

    def test_only_the_trailing_period_counts_for_the_period(self):
        customer = self.customer()
        self.invoice(customer, 10.0, fields.Date.subtract(self.today, days=364))
        self.invoice(customer, 20.0, fields.Date.subtract(self.today, days=365))
        self.refresh(customer)
        self.assertFigures(customer, revenue_total=30.0, revenue_period=10.0)

    def test_period_length_is_the_company_s(self):
        customer = self.customer()
        self.invoice(customer, 10.0, fields.Date.subtract(self.today, days=40))
        self.company.lifecycle_period_days = 30
        self.refresh(customer)
        self.assertFigures(customer, revenue_period=0.0, is_ranked=False)

    def test_two_invoices_of_a_day_are_one_purchase(self):
        customer = self.customer()
        first = fields.Date.subtract(self.today, days=30)
        self.invoice(customer, 10.0, first)
        self.invoice(customer, 10.0, first)
        self.invoice(customer, 10.0)
        self.refresh(customer)
        self.assertFigures(customer, purchase_count=2, purchase_interval_days=30.0)

    def test_an_invoice_of_nothing_is_no_purchase(self):
        customer = self.customer()
        self.invoice(customer, 0.0)
        self.refresh(customer)
        self.assertFigures(customer, purchase_count=0, invoice_count=1)

    def test_foreign_currency_counts_in_company_currency(self):
        customer = self.customer()
        foreign = self.setup_other_currency("EUR")
        move = self.invoice(customer, 100.0, currency_id=foreign.id)
        self.refresh(customer)
        self.assertNotEqual(move.amount_untaxed, move.amount_untaxed_signed)
        self.assertFigures(customer, revenue_total=move.amount_untaxed_signed)

    def test_hours_are_service_cost(self):
        customer = self.customer()
        contact = self.customer("Contact", is_company=False, parent_id=customer.id)
        self.invoice(customer, 100.0)
        self.hours(customer, 30.0)
        self.hours(contact, 5.0)
        self.hours(customer, 7.0, fields.Date.subtract(self.today, days=800))
        self.refresh(customer)
        self.assertFigures(customer, service_cost_total=42.0, service_cost_period=35.0)

    def test_hours_taken_back_lower_the_cost(self):
        customer = self.customer()
        self.hours(customer, 30.0)
        self.hours(customer, -10.0)
        self.refresh(customer)
        self.assertFigures(customer, service_cost_total=20.0)

    def test_analytic_lines_of_an_invoice_are_no_cost(self):
        customer = self.customer()
        plan = self.env["account.analytic.plan"].create({"name": "Plan"})
        account = self.env["account.analytic.account"].create({"name": "A", "plan_id": plan.id})
        move = self.invoice(customer, 100.0, post=False)
        move.invoice_line_ids.analytic_distribution = {str(account.id): 100}
        move.action_post()
        self.assertTrue(move.line_ids.analytic_line_ids)
        self.refresh(customer)
        self.assertFigures(customer, service_cost_total=0.0, value_total=100.0)

    def test_each_return_costs_what_the_settings_say(self):
        self.company.lifecycle_return_cost = 25.0
        customer = self.customer()
        self.returned_delivery(customer)
        self.returned_delivery(customer)
        self.refresh(customer)
        self.assertFigures(customer, return_count=2, service_cost_total=50.0)

    def test_returns_are_counted_even_when_they_cost_nothing(self):
        customer = self.customer()
        self.returned_delivery(customer)
        self.refresh(customer)
        self.assertFigures(customer, return_count=1, service_cost_total=0.0, is_ranked=True)

    def test_overdue_is_by_instalment(self):
        customer = self.customer()
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half in 60 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        self.invoice(
            customer,
            100.0,
            fields.Date.subtract(self.today, days=10),
            invoice_payment_term_id=term.id,
        )
        self.refresh(customer)
        self.assertFigures(customer, overdue_amount=50.0, days_late=10)

    def test_paid_invoices_are_not_overdue(self):
        customer = self.customer()
        move = self.invoice(customer, 100.0, fields.Date.subtract(self.today, days=100))
        self._register_payment(move)
        self.refresh(customer)
        self.assertFigures(customer, overdue_amount=0.0, days_late=0)

    def test_what_a_contact_owes_is_the_company_s(self):
        customer = self.customer()
        contact = self.customer("Contact", is_company=False, parent_id=customer.id)
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": fields.Date.subtract(self.today, days=20),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": contact.id,
                            "debit": 70.0,
                            "date_maturity": fields.Date.subtract(self.today, days=5),
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_revenue"].id,
                            "credit": 70.0,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        self.refresh(customer)
        self.assertFigures(customer, overdue_amount=70.0, days_late=5)
        self.assertFalse(self.values.search([("partner_id", "=", contact.id)]))

    def test_companies_are_apart(self):
        other = self.other_company()
        customer = self.customer()
        self.invoice(customer, 100.0)
        self.invoice(customer, 11.0, company=other)
        self.refresh(customer)
        self.assertFigures(customer, revenue_total=100.0)
        self.assertFigures(customer, company=other, revenue_total=11.0)

    def test_zero_decimal_currency(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        other = self.other_company("Yen")
        other.currency_id = yen
        customer = self.customer()
        self.invoice(customer, 1000.0, company=other)
        self.hours(customer, 1.0, company_id=other.id)
        self.refresh(customer)
        value = self.assertFigures(customer, company=other, value_total=999.0)
        self.assertEqual(value.currency_id, yen)

    def test_a_vendor_who_is_also_a_customer_counts_as_customer_only(self):
        both = self.customer("Both", supplier_rank=1)
        self.invoice(both, 500.0, move_type="in_invoice")
        self.invoice(both, 80.0)
        self.refresh(both)
        self.assertFigures(both, revenue_total=80.0, overdue_amount=0.0)

    def test_archived_customers_keep_their_figures(self):
        customer = self.customer()
        self.invoice(customer, 100.0)
        customer.active = False
        self.refresh(customer)
        self.assertFigures(customer, revenue_total=100.0)

    def test_deleted_customers_leave_no_row(self):
        customer = self.customer()
        self.env["sale.order"].create({"partner_id": customer.id}).unlink()
        self.refresh(customer)
        self.hours(customer, 1.0).unlink()
        self.refresh(customer)
        customer_id = customer.id
        customer.unlink()
        self.assertFalse(self.values.search([("partner_id", "=", customer_id)]))

    def test_a_quotation_or_a_lead_makes_a_prospect(self):
        quoted, leading = self.customer("Quoted"), self.customer("Leading")
        self.env["sale.order"].create({"partner_id": quoted.id, "company_id": self.company.id})
        self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": leading.id, "company_id": self.company.id}
        )
        self.refresh(quoted, leading)
        for prospect in (quoted, leading):
            self.assertFigures(prospect, phase="acquisition", is_ranked=False, tier=False)

    def test_who_has_nothing_any_more_goes_to_zero(self):
        customer = self.customer()
        move = self.invoice(customer, 100.0)
        self.refresh(customer)
        move.button_draft()
        self.refresh(customer)
        self.assertFigures(customer, revenue_total=0.0, phase="acquisition")

    def test_sum_over_customers_equals_the_ledger(self):
        customers = [self.customer(f"Customer {number}") for number in range(4)]
        for number, customer in enumerate(customers, 1):
            move = self.invoice(customer, 100.0 * number, post=False)
            move.invoice_line_ids.tax_ids = self.company_data["default_tax_sale"]
            move.action_post()
        self.invoice(customers[0], 33.0, move_type="out_refund")
        self.refresh(*customers)
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("move_id.move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                ("display_type", "=", "product"),
            ]
        )
        rows = self.values.search([("company_id", "=", self.company.id)])
        self.assertAlmostEqual(sum(rows.mapped("revenue_total")), -sum(lines.mapped("balance")), 2)

    def test_list_and_range_give_the_same(self):
        customers = [self.customer(f"Customer {number}") for number in range(3)]
        for customer in customers:
            self.invoice(customer, 50.0)
            self.hours(customer, 5.0)
        self.refresh(*customers)
        by_list = self.read_rows()
        self.env.cr.execute("DELETE FROM crm_customer_value")
        self.values.invalidate_model()
        self.refresher._write_figures(Scope(self.today))
        self.assertEqual(self.read_rows(), by_list)

    def read_rows(self):
        self.env.cr.execute(
            """SELECT partner_id, revenue_total, service_cost_total, value_period, purchase_count
                 FROM crm_customer_value WHERE company_id = %s ORDER BY partner_id""",
            [self.company.id],
        )
        return self.env.cr.fetchall()
