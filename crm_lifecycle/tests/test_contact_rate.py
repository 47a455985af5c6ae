from odoo import Command
from odoo.tests import tagged

from .retention_report_common import RetentionReportCommon

RATE = "crm.contact.rate"


@tagged("post_install", "-at_install")
class TestContactRate(RetentionReportCommon):
    """Complaints per hundred customers by area and product, and who starts contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump, cls.hose = cls.env["product.product"].create([{"name": "Pump"}, {"name": "Hose"}])
        cls.third = cls.customer_of(cls.anna, "Third")
        cls.ours |= cls.third
        cls.partner.city, cls.of_ben.city, cls.third.city = "Haifa", "Haifa", "Eilat"

    def buy(self, partner, *products, days=-10):
        lines = [
            Command.create({"product_id": product.id, "price_unit": 50, "tax_ids": []})
            for product in products
        ]
        self.invoice(partner, 0, self.day(days), invoice_line_ids=lines)

    def complain(self, partner, product=None, days=-5):
        return self.contact(
            partner,
            days,
            direction="in",
            is_complaint=True,
            product_id=product.id if product else False,
        )

    def test_a_customer_counts_once_however_often_they_bought(self):
        self.buy(self.partner, self.pump, self.hose)
        self.buy(self.partner, self.pump, days=-8)
        self.buy(self.of_ben, self.pump)
        self.assertEqual(self.totals(RATE, "buyer_id:count_distinct"), (2,))

    def test_complaints_per_hundred_by_area(self):
        for partner in self.ours:
            self.buy(partner, self.pump)
        self.complain(self.partner)
        found = self.groups(
            RATE, "city", "buyer_id:count_distinct", "complaint_count:sum", "complaint_rate:avg"
        )
        self.assertEqual(found["Haifa"][:2], (2, 1))
        self.assertAlmostEqual(float(found["Haifa"][2]), 50)
        self.assertEqual(found["Eilat"], (1, 0, 0))

    def test_complaints_per_hundred_by_product(self):
        self.buy(self.partner, self.pump, self.hose)
        self.buy(self.of_ben, self.hose)
        self.complain(self.partner, self.hose)
        found = self.groups(RATE, "product_id", "complaint_rate:avg")
        self.assertAlmostEqual(float(found["Hose"][0]), 50)
        self.assertEqual(float(found["Pump"][0]), 0)

    def test_who_bought_nothing_is_no_customer_and_no_rate(self):
        self.complain(self.partner)
        found = self.totals(RATE, "complaint_count:sum", "complaint_rate:avg")
        self.assertEqual(found, (1, False))

    def test_contacts_per_customer_and_who_starts_them(self):
        for partner in (self.partner, self.of_ben):
            self.buy(partner, self.pump)
        self.contact(self.partner, -3, direction="in")
        self.contact(self.partner, -2)
        self.contact(self.of_ben, -2)
        self.contact(self.of_ben, -1)
        contacts, share = self.totals(RATE, "contact_rate:avg", "inbound_share:avg")
        self.assertAlmostEqual(float(contacts), 2)
        self.assertAlmostEqual(float(share), 0.25)

    def test_a_complaint_over_a_channel_that_is_no_touch_is_no_contact(self):
        silent = self.env["crm.interaction.channel"].create({"name": "Form", "is_touch": False})
        self.complain(self.partner).channel_id = silent
        self.assertEqual(self.totals(RATE, "complaint_count:sum", "contact_count:sum"), (1, 0))

    def test_the_period_is_that_of_both(self):
        self.buy(self.partner, self.pump, days=-400)
        self.buy(self.of_ben, self.pump)
        self.complain(self.partner, days=-380)
        self.complain(self.of_ben)
        lately = [("date", ">", self.day(-100))]
        found = self.totals(RATE, "buyer_id:count_distinct", "complaint_rate:avg", domain=lately)
        self.assertEqual((found[0], float(found[1])), (1, 100))

    def test_a_user_has_the_figures_of_own_customers(self):
        for partner in self.ours:
            self.buy(partner, self.pump)
            self.complain(partner)
        asked = ("buyer_id:count_distinct", "complaint_count:sum")
        self.assertEqual(self.totals(RATE, *asked, user=self.ben), (1, 1))
        self.assertEqual(self.totals(RATE, *asked, user=self.anna), (2, 2))
        self.assertEqual(self.totals(RATE, *asked), (3, 3))
