from unittest.mock import patch

from odoo import fields
from odoo.addons.crm_lifecycle.models.value import customer_value_queue
from odoo.addons.crm_lifecycle.models.value.scope import Scope
from odoo.tests import tagged

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestValueQueue(LifecycleCommon):
    """What changes a customer's figures is noted, once a transaction, and worked off."""

    def setUp(self):
        super().setUp()
        self.client = self.customer("Client")
        self.clear()

    def clear(self):
        self.queue._write_pending()
        self.queue.search([]).unlink()

    def noted(self):
        """The customers noted since the last call."""
        self.queue._write_pending()
        self.env.flush_all()
        partners = self.queue.search([]).partner_id
        self.queue.search([]).unlink()
        return partners

    # ------------------------------------------------------------------ what is noted
    def test_posting_drafting_and_cancelling_an_invoice(self):
        move = self.invoice(self.client, 10.0)
        self.assertIn(self.client, self.noted())
        move.button_draft()
        self.assertIn(self.client, self.noted())
        move.button_cancel()
        self.assertIn(self.client, self.noted())

    def test_deleting_an_invoice(self):
        move = self.invoice(self.client, 10.0, post=False)
        self.noted()
        move.unlink()
        self.assertIn(self.client, self.noted())

    def test_moving_an_invoice_to_another_customer_notes_both(self):
        other = self.customer("Other")
        move = self.invoice(self.client, 10.0, post=False)
        self.noted()
        move.partner_id = other
        self.assertEqual(self.noted(), self.client | other)

    def test_vendor_bills_and_other_fields_note_nobody(self):
        bill = self.invoice(self.client, 10.0, move_type="in_invoice", post=False)
        bill.ref = "Ref"
        self.assertFalse(self.noted())

    def test_analytic_lines(self):
        line = self.hours(self.client, 5.0)
        self.assertEqual(self.noted(), self.client)
        line.amount = -6.0
        self.assertEqual(self.noted(), self.client)
        line.name = "Other words"
        self.assertFalse(self.noted())
        line.unlink()
        self.assertEqual(self.noted(), self.client)

    def test_a_return_but_no_delivery(self):
        with patch.object(type(self.env["stock.picking"]), "_is_customer_return", lambda _p: False):
            self.returned_delivery(self.client)
        self.assertFalse(self.noted())
        self.returned_delivery(self.client)
        self.assertEqual(self.noted(), self.client)

    def test_a_payment(self):
        move = self.invoice(self.client, 10.0)
        self.noted()
        self._register_payment(move)
        self.assertEqual(self.noted(), self.client)

    def test_a_lead_and_a_quotation(self):
        self.env["crm.lead"].create(
            {"name": "Lead", "partner_id": self.client.id, "company_id": self.company.id}
        )
        self.assertEqual(self.noted(), self.client)
        self.env["sale.order"].create({"partner_id": self.client.id, "company_id": self.company.id})
        self.assertEqual(self.noted(), self.client)

    def test_a_contact_that_moves_to_another_company_notes_both(self):
        holding = self.customer("Holding")
        contact = self.customer("Contact", is_company=False, parent_id=self.client.id)
        self.clear()
        contact.parent_id = holding
        self.assertEqual(self.noted(), self.client | holding)

    # ------------------------------------------------------------------ what it costs
    def test_many_documents_are_one_insert_and_one_trigger(self):
        moves = self.env["account.move"]
        for _number in range(3):
            moves |= self.invoice(self.client, 10.0, post=False)
        self.clear()
        triggers = self.env["ir.cron.trigger"].search_count([])
        moves.action_post()
        # The queue's rows with one insert, the job's trigger with another.
        self.env.flush_all()
        pending = self.env.cr.precommit.data["crm_lifecycle.changed"]
        self.assertEqual(pending, {(self.client.id, self.company.id)})
        with self.assertQueryCount(2):
            self.queue._write_pending()
            self.env.flush_all()
        self.assertEqual(self.queue.search_count([]), 1)
        self.assertEqual(self.env["ir.cron.trigger"].search_count([]), triggers + 1)

    def test_nothing_changed_costs_nothing(self):
        with self.assertQueryCount(0):
            self.queue._write_pending()

    def test_a_customer_of_a_rolled_back_savepoint_is_left_out(self):
        self.queue._push([(self.client.id, self.company.id)])
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            gone = self.customer("Gone")
            self.queue._push([(gone.id, self.company.id)])
            raise ZeroDivisionError
        self.assertEqual(self.noted(), self.client)

    # ------------------------------------------------------------------ working it off
    def test_posting_moves_the_worth(self):
        self.invoice(self.client, 500.0)
        self.work_off()
        self.assertFigures(self.client, value_period=500.0)
        self.assertFalse(self.queue.search([]))

    def test_the_job_empties_the_queue(self):
        customers = [self.customer(f"Customer {number}") for number in range(5)]
        for customer in customers:
            self.invoice(customer, 10.0)
        self.queue._write_pending()
        job = self.env.ref("crm_lifecycle.cron_customer_value_queue")
        with (
            self.enter_registry_test_mode(),
            patch.object(customer_value_queue, "BATCH", 2),
        ):
            job.method_direct_trigger()
        self.assertFalse(self.queue.search([]))
        for customer in customers:
            self.assertFigures(customer, revenue_total=10.0)

    def test_working_off_twice_changes_nothing(self):
        self.invoice(self.client, 500.0)
        self.work_off()
        before = self.value_of(self.client).read()
        self.queue._push([(self.client.id, self.company.id)])
        self.work_off()
        self.assertEqual(self.value_of(self.client).read(), before)

    def test_unchanged_rows_are_not_written(self):
        self.invoice(self.client, 500.0)
        self.work_off()
        scope = Scope(self.today, customers=(self.client.id,))
        written = self.refresher._write_figures(scope)
        self.assertEqual((written["updated"], written["inserted"]), (0, 0))

    def test_a_day_passing_moves_what_is_late(self):
        self.invoice(self.client, 10.0, fields.Date.subtract(self.today, days=60))
        self.refresh(self.client)
        before = self.value_of(self.client).days_late
        self.refresh(self.client, as_of=fields.Date.add(self.today, days=1))
        self.assertEqual(self.value_of(self.client).days_late, before + 1)
