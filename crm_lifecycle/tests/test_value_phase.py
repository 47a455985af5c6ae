from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestValuePhase(LifecycleCommon):
    """A customer's way through acquisition, enhancement and retention, each step kept."""

    def transitions(self, customer):
        rows = self.env["crm.lifecycle.transition"].search(
            [("partner_id", "=", customer.id), ("company_id", "=", self.company.id)], order="id"
        )
        return [(row.from_phase, row.to_phase, row.reason) for row in rows]

    def prospect(self):
        customer = self.customer("Prospect")
        self.env["sale.order"].create({"partner_id": customer.id, "company_id": self.company.id})
        self.refresh(customer)
        return customer

    def seasoned(self):
        """A good customer for two years."""
        customer = self.customer("Seasoned")
        self.invoice(customer, 100.0, fields.Date.subtract(self.today, years=2))
        self.invoice(customer, 5000.0)
        small = self.customer("Small")
        self.invoice(small, 10.0)
        self.refresh(customer, small)
        return customer

    def test_the_first_invoice_ends_acquisition(self):
        customer = self.prospect()
        self.assertEqual(self.value_of(customer).phase, "acquisition")
        self.invoice(customer, 10.0)
        self.refresh(customer)
        value = self.value_of(customer)
        self.assertEqual((value.phase, value.phase_since), ("enhancement", self.today))
        self.assertEqual(
            self.transitions(customer),
            [(False, "acquisition", "entered"), ("acquisition", "enhancement", "purchase")],
        )

    def test_a_customer_found_with_invoices_has_been_one_since_the_first(self):
        customer = self.customer()
        first = fields.Date.subtract(self.today, days=100)
        self.invoice(customer, 10.0, first)
        self.refresh(customer)
        self.assertEqual(self.value_of(customer).phase_since, first)

    def test_without_its_invoice_a_customer_is_a_prospect_again(self):
        customer = self.prospect()
        move = self.invoice(customer, 10.0)
        self.refresh(customer)
        move.button_draft()
        self.refresh(customer)
        self.assertEqual(
            self.transitions(customer)[-1], ("enhancement", "acquisition", "no_purchase")
        )

    def test_a_good_and_seasoned_customer_is_kept(self):
        customer = self.seasoned()
        self.assertEqual(self.value_of(customer).phase, "retention")

    def test_many_purchases_season_as_well(self):
        self.company.lifecycle_retention_purchases = 3
        customer, small = self.customer("Frequent"), self.customer("Small")
        self.invoice(small, 1.0)
        for days in (20, 10, 0):
            self.invoice(customer, 100.0, fields.Date.subtract(self.today, days=days))
            self.refresh(customer, small)
        self.assertEqual(self.transitions(customer)[-1], ("enhancement", "retention", "threshold"))

    def test_tenure_alone_does_not(self):
        customer = self.seasoned()
        self.hours(customer, 6000.0)
        self.refresh(customer)
        self.assertEqual(self.transitions(customer)[-1], ("retention", "enhancement", "below"))

    def test_a_good_customer_at_risk_is_kept_though_new(self):
        customer, small = self.customer("Good"), self.customer("Small")
        self.invoice(customer, 100.0)
        self.invoice(small, 1.0)
        self.refresh(customer, small)
        self.env.cr.execute(
            "UPDATE crm_customer_value SET health = 'risk' WHERE partner_id = %s", [customer.id]
        )
        self.env["crm.customer.value.placing"]._rank_company(self.company, self.today)
        self.assertEqual(self.transitions(customer)[-1], ("enhancement", "retention", "risk"))

    def test_a_choice_by_hand_holds_until_it_is_unlocked(self):
        customer = self.prospect()
        manager = self.persona("phase_manager", "manager")
        partner = customer.with_user(manager).with_company(self.company)
        self.values.with_user(manager)._set_phase(partner, "retention", note="Our founder's firm")
        self.invoice(customer, 10.0)
        self.refresh(customer)
        value = self.value_of(customer)
        self.assertEqual((value.phase, value.phase_locked), ("retention", True))
        last = self.env["crm.lifecycle.transition"].search(
            [("partner_id", "=", customer.id)], limit=1
        )
        self.assertEqual(
            (last.reason, last.user_id, last.note), ("manual", manager, "Our founder's firm")
        )
        self.values.with_user(manager)._unlock_phase(partner)
        self.work_off()
        self.assertEqual(self.value_of(customer).phase, "enhancement")

    def test_the_partner_form_s_status_bar_chooses_and_locks(self):
        customer = self.prospect()
        customer.lifecycle_phase = "enhancement"
        customer.invalidate_recordset()
        self.assertEqual(customer.lifecycle_phase, "enhancement")
        self.assertTrue(customer.lifecycle_phase_locked)
        customer.action_unlock_phase()
        self.work_off()
        customer.invalidate_recordset()
        self.assertEqual(customer.lifecycle_phase, "acquisition")

    def test_saving_the_form_without_touching_the_phase_locks_nothing(self):
        customer = self.prospect()
        customer.write({"city": "Haifa"})
        self.assertFalse(self.value_of(customer).phase_locked)

    def test_an_unknown_phase_is_refused(self):
        with self.assertRaises(UserError):
            self.values._set_phase(self.prospect(), "heaven")

    def test_only_lifecycle_users_choose(self):
        outsider = self.persona("phase_outsider", None)
        with self.assertRaises(AccessError):
            self.values.with_user(outsider)._set_phase(
                self.prospect().with_user(outsider), "retention"
            )

    def test_an_unchanged_phase_leaves_no_trace(self):
        customer = self.prospect()
        before = self.transitions(customer)
        self.refresh(customer)
        self.env["crm.customer.value.placing"]._rank_company(self.company, self.today)
        self.assertEqual(self.transitions(customer), before)
