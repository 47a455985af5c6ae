from odoo.exceptions import AccessError
from odoo.tests import tagged

from .process_book_common import ProcessBookCommon

MEASURES = (
    "revenue:sum",
    "quantity:sum",
    "move_id:count_distinct",
    "order_id:count_distinct",
    "won_order_id:count_distinct",
    "won_share:avg",
)


@tagged("post_install", "-at_install")
class TestPersonCategory(ProcessBookCommon):
    """Who sells which products well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doors, cls.glass = cls.env["product.category"].create(
            [{"name": "Doors"}, {"name": "Glass"}]
        )
        cls.door = cls.thing("Door", categ_id=cls.doors.id)
        cls.pane = cls.thing("Pane", categ_id=cls.glass.id)

    def figures(self, seller, category, user=None):
        self.env.flush_all()
        rows = self.env["crm.person.category"].with_user(user or self.boss).sudo(False)
        domain = [("user_id", "=", seller.id), ("category_id", "=", category.id)]
        return rows._read_group(domain, [], MEASURES)[0]

    def test_invoices_and_quotations_of_a_person_and_a_category(self):
        seller = self.sellers[0]
        won = self.order(price=100, user=seller, product=self.door)
        sent = self.order(price=40, user=seller, product=self.door)
        lost = self.order(price=50, user=seller, product=self.door)
        self.order(price=60, user=seller, product=self.door)  # a draft was not offered
        self.order(price=70, user=seller, product=self.pane).action_confirm()
        move = self.invoiced(won)
        move.invoice_user_id = seller
        sent.action_quotation_sent()
        lost._action_cancel()
        self.assertEqual(self.figures(seller, self.doors), (100, 1, 1, 3, 1, 0.5))
        self.assertEqual(self.figures(seller, self.glass)[3:], (1, 1, 1))

    def test_a_credit_note_is_subtracted(self):
        seller = self.sellers[0]
        for move_type, amount in (("out_invoice", 90), ("out_refund", 30)):
            move = self.invoice(self.customer(), amount, move_type=move_type, post=False)
            move.invoice_user_id = seller
            move.invoice_line_ids.write({"product_id": self.door.id, "price_unit": amount})
            move.invoice_line_ids.tax_ids = False
            move.action_post()
        revenue, quantity, invoices = self.figures(seller, self.doors)[:3]
        self.assertEqual((revenue, quantity, invoices), (60, 0, 2))

    def test_quantities_are_in_the_products_own_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        move = self.invoice(self.customer(), 12, post=False)
        move.invoice_user_id = self.sellers[0]
        move.invoice_line_ids.write(
            {"product_id": self.door.id, "product_uom_id": dozen.id, "quantity": 2}
        )
        move.action_post()
        self.assertAlmostEqual(self.figures(self.sellers[0], self.doors)[1], 24)

    def test_an_order_with_two_lines_of_a_category_counts_once(self):
        order = self.order(price=10, user=self.sellers[0], product=self.door)
        order.order_line[0].copy({"order_id": order.id})
        order.action_confirm()
        self.assertEqual(self.figures(self.sellers[0], self.doors)[3:], (1, 1, 1))

    def test_a_salesperson_sees_their_own_rows_and_a_manager_all(self):
        mine, other = self.sellers
        order = self.order(price=10, user=other, product=self.door)
        order.action_confirm()
        self.assertEqual(self.figures(other, self.doors, mine)[3], 0)
        self.assertEqual(self.figures(other, self.doors, other)[3], 1)
        row = self.env["crm.person.category"].search([("order_id", "=", order.id)])
        with self.assertRaises(AccessError):
            row.with_user(mine).sudo(False).action_open()
        action = row.with_user(self.boss).sudo(False).action_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("sale.order", order.id))

    def test_other_companies_are_not_seen(self):
        other = self.other_company("Category elsewhere")
        move = self.invoice(self.customer(), 10, company=other, post=False)
        move.invoice_user_id = self.sellers[0]
        move.invoice_line_ids.product_id = self.door
        move.action_post()
        self.assertFalse(self.figures(self.sellers[0], self.doors)[0])

    def test_the_workbook_shows_the_same(self):
        seller = self.sellers[0]
        move = self.invoiced(self.order(price=100, user=seller, product=self.door))
        move.invoice_user_id = seller
        data = self.build(self.export_of(self.boss))
        rows = self.keyed(data, "Person x Category", "Salesperson", "Product Category")
        row = rows[seller.name, "Doors"]
        self.assertEqual((row["Invoiced"], row["Offered"], row["Won Share"]), (100, 1, 1))
        self.assertIsNone(row["Invoiced, Before"])
