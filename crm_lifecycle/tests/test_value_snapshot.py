from odoo import fields
from odoo.tests import tagged

from .common import LifecycleCommon, day


@tagged("post_install", "-at_install")
class TestValueSnapshot(LifecycleCommon):
    """Month ends, closed once and for all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.snapshots = cls.env["crm.customer.value.snapshot"]
        cls.client = cls.customer("Client")
        cls.this_month = cls.today.replace(day=1)
        cls.last_end = fields.Date.subtract(cls.this_month, days=1)
        cls.before_end = fields.Date.subtract(cls.last_end.replace(day=1), days=1)

    def close_all(self):
        self.refresh(self.client)
        while self.snapshots._close_next(self.today):
            continue

    def months(self):
        rows = self.snapshots.search(
            [("partner_id", "=", self.client.id), ("company_id", "=", self.company.id)],
            order="date",
        )
        return {row.date: row for row in rows}

    def test_a_month_end_has_what_was_posted_until_then(self):
        self.invoice(self.client, 100.0, self.before_end)
        self.hours(self.client, 30.0, self.last_end)
        self.invoice(self.client, 1000.0)
        self.close_all()
        months = self.months()
        self.assertEqual(list(months), [self.before_end, self.last_end])
        self.assertEqual(months[self.before_end].value_period, 100.0)
        self.assertEqual(months[self.last_end].value_period, 70.0)
        self.assertEqual(months[self.last_end].service_cost_total, 30.0)

    def test_the_period_ends_with_the_month(self):
        old = fields.Date.subtract(self.before_end, days=365)
        self.invoice(self.client, 100.0, old)
        self.invoice(self.client, 10.0, self.before_end)
        self.close_all()
        row = self.months()[self.before_end]
        self.assertEqual((row.revenue_total, row.revenue_period), (110.0, 10.0))

    def test_a_closed_month_is_never_rewritten(self):
        self.invoice(self.client, 100.0, self.before_end)
        self.close_all()
        before = self.months()[self.last_end].value_total
        self.invoice(self.client, 900.0, self.last_end)
        self.close_all()
        self.assertEqual(self.months()[self.last_end].value_total, before)

    def test_closing_twice_adds_nothing(self):
        self.invoice(self.client, 100.0, self.before_end)
        self.close_all()
        count = self.snapshots.search_count([])
        self.close_all()
        self.assertEqual(self.snapshots.search_count([]), count)

    def test_the_last_24_months_are_filled_and_no_more(self):
        self.invoice(self.client, 100.0, fields.Date.subtract(self.today, years=4))
        self.close_all()
        self.assertEqual(len(self.months()), 24)

    def test_tiers_are_of_that_moment(self):
        rival = self.customer("Rival")
        self.invoice(self.client, 100.0, self.before_end)
        self.invoice(rival, 50.0, self.before_end)
        self.invoice(rival, 5000.0)
        self.refresh(rival)
        self.close_all()
        self.assertEqual(self.months()[self.last_end].score, 100.0)
        self.assertEqual(self.value_of(self.client).score, 0.0)

    def test_the_customer_s_line_ends_with_now(self):
        self.invoice(self.client, 100.0, self.before_end)
        self.invoice(self.client, 11.0)
        self.close_all()
        self.client.invalidate_recordset()
        [line] = self.client._worth_history()
        self.assertEqual([point["y"] for point in line["values"]], [100.0, 100.0, 111.0])

    def test_months_before_the_first_purchase_are_left_out(self):
        self.invoice(self.client, 100.0, self.last_end)
        self.close_all()
        self.assertEqual(list(self.months()), [self.last_end])

    def test_other_companies_are_not_mixed_in(self):
        other = self.other_company()
        self.invoice(self.client, 7.0, self.before_end, company=other)
        self.invoice(self.client, 100.0, self.before_end)
        self.close_all()
        self.assertEqual(self.months()[self.last_end].value_total, 100.0)

    def test_month_ends_on_a_leap_day(self):
        self.snapshots._close(self.company, day("2024-02-29"))
        self.invoice(self.client, 5.0, day("2024-02-29"))
        self.snapshots._close(self.company, day("2024-02-29"))
        self.assertEqual(self.months()[day("2024-02-29")].revenue_total, 5.0)
