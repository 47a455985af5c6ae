from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestValueLines(LifecycleCommon):
    """Every figure opens its rows, and the rows add up to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_return_cost = 12.5
        cls.client = cls.customer("Client")
        cls.bill = cls.invoice(cls.client, 1000.0)
        cls.invoice(cls.client, 150.0, move_type="out_refund")
        cls.invoice(cls.client, 400.0, fields.Date.subtract(cls.today, days=500))
        cls.hours(cls.client, 80.0)
        cls.hours(cls.client, 20.0, fields.Date.subtract(cls.today, days=500))
        cls.returned_delivery(cls.client)
        cls.refresh(cls.client)
        cls.lines = cls.env["crm.customer.value.line"]

    def rows(self, action):
        return self.lines.search(action["domain"])

    def test_each_button_s_rows_add_up_to_its_figure(self):
        client = self.client
        for method, figure, sign in (
            ("action_open_customer_revenue", client.customer_revenue, 1),
            ("action_open_customer_cost", client.customer_service_cost, -1),
            ("action_open_customer_worth", client.customer_value, 1),
        ):
            with self.subTest(method=method):
                rows = self.rows(getattr(client, method)())
                self.assertTrue(rows)
                self.assertAlmostEqual(sign * sum(rows.mapped("amount")), figure, 2)

    def test_all_rows_add_up_to_all_time(self):
        rows = self.lines.search([("partner_id", "=", self.client.id)])
        self.assertAlmostEqual(
            sum(rows.mapped("amount")), self.value_of(self.client).value_total, 2
        )

    def test_rows_group_by_kind_and_month(self):
        groups = self.lines._read_group(
            [("partner_id", "=", self.client.id)], ["kind"], ["amount:sum"]
        )
        self.assertEqual(dict(groups), {"invoice": 1250.0, "analytic": -100.0, "return": -12.5})

    def test_ids_are_unique(self):
        ids = self.lines.search([]).ids
        self.assertEqual(len(ids), len(set(ids)))

    def test_a_row_opens_its_document_for_who_may_read_it(self):
        row = self.lines.search(
            [("partner_id", "=", self.client.id), ("name", "=", self.bill.name)]
        )
        action = row.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", self.bill.id))
        service = self.persona("line_service", "analyst")
        with self.assertRaises(UserError):
            row.with_user(service).action_open_document()

    def test_rows_of_a_customer_are_found_without_reading_all_documents(self):
        self.env.flush_all()
        # The day, the companies, their settings and currencies, and the rows.
        with self.assertQueryCount(5):
            self.lines.search_fetch([("partner_id", "=", self.client.id)], ["amount"])
