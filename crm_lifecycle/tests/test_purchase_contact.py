from datetime import timedelta
from random import Random
from statistics import median

from odoo.tests import tagged

from .retention_report_common import RetentionReportCommon

GAP = "crm.purchase.contact"


@tagged("post_install", "-at_install")
class TestPurchaseContact(RetentionReportCommon):
    """Days from the last contact to the next purchase, and how they are spread."""

    def test_the_last_contact_on_the_day_or_before(self):
        self.contact(self.partner, -40)
        last = self.contact(self.partner, -30, self.visit_channel, self.ben, direction="in")
        self.contact(self.partner, -5)
        self.invoice(self.partner, 100, self.day(-10))
        row = self.rows(GAP)
        self.assertEqual((row.days, row.contact_date, row.band), (20, last.date.date(), "2_month"))
        self.assertEqual((row.channel_id, row.user_id), (self.visit_channel, self.ben))
        self.assertEqual(row.direction, "in")

    def test_the_same_day_is_none(self):
        self.contact(self.partner, -10)
        self.invoice(self.partner, 100, self.day(-10))
        self.assertEqual((self.rows(GAP).days, self.rows(GAP).band), (0, "1_week"))

    def test_a_purchase_without_a_contact_stands_apart(self):
        self.invoice(self.partner, 100, self.day(-10))
        self.contact(self.partner, -5)
        row = self.rows(GAP)
        self.assertEqual((row.band, row.known_count), ("6_none", 0))
        self.assertEqual(self.totals(GAP, "purchase_count:sum", "median_days:avg"), (1, False))

    def test_what_is_no_touch_does_not_count(self):
        silent = self.env["crm.interaction.channel"].create({"name": "Note", "is_touch": False})
        self.contact(self.partner, -20)
        self.contact(self.partner, -12, silent)
        self.invoice(self.partner, 100, self.day(-10))
        self.assertEqual(self.rows(GAP).days, 10)

    def test_invoices_of_a_day_are_one_purchase_and_credit_notes_none(self):
        for amount in (100, 200):
            self.invoice(self.partner, amount, self.day(-10))
        self.invoice(self.partner, 50, self.day(-9), move_type="out_refund")
        self.invoice(self.partner, 50, self.day(-8), post=False)
        row = self.rows(GAP)
        self.assertEqual((len(row), row.amount), (1, 300))

    def test_bands_have_their_bounds(self):
        days = (0, 7, 8, 30, 31, 90, 91, 180, 181)
        bands = ["1_week"] * 2 + ["2_month"] * 2 + ["3_quarter"] * 2 + ["4_half"] * 2 + ["5_later"]
        self.contact(self.partner, -300)
        for gap in days:
            self.invoice(self.partner, 10, self.day(-300 + gap))
        rows = self.rows(GAP).sorted("days")
        self.assertEqual(rows.mapped("band"), bands)
        self.assertEqual(tuple(rows.mapped("days")), days)

    def test_medians_and_percentiles_agree_with_a_plain_count(self):
        random = Random(8)
        truth = {}
        for tier, partner in (("a", self.partner), ("b", self.of_ben)):
            talks = sorted(-random.randrange(50, 400) for _n in range(5))
            buys = sorted({-random.randrange(1, 300) for _n in range(9)})
            for days in talks:
                self.contact(partner, days)
            for days in buys:
                self.invoice(partner, 10, self.day(days))
            gaps = [
                min(buy - talk for talk in talks if talk <= buy) for buy in buys if talks[0] <= buy
            ]
            truth[tier] = (len(buys), len(gaps), median(gaps), self._percentile(gaps, 0.9))
        found = self.groups(
            GAP,
            "tier",
            *("purchase_count:sum", "known_count:sum", "median_days:avg", "p90_days:avg"),
        )
        for tier, expected in truth.items():
            for one, other in zip(found[tier], expected, strict=True):
                self.assertAlmostEqual(one, other)

    @staticmethod
    def _percentile(values, share):
        values, place = sorted(values), share * (len(values) - 1)
        low = int(place)
        high = min(low + 1, len(values) - 1)
        return values[low] + (values[high] - values[low]) * (place - low)

    def test_a_segment_counts_its_customers_purchases(self):
        self.partner.category_id = self.env["res.partner.category"].create({"name": "Gold"})
        self.invoice(self.partner, 10, self.day(-1))
        self.invoice(self.of_ben, 10, self.day(-1))
        self.assertEqual(self.groups(GAP, "category_ids", "purchase_count:sum")["Gold"], (1,))

    def test_a_user_has_the_figures_of_own_customers(self):
        for partner, gap in ((self.partner, 4), (self.of_ben, 40)):
            self.contact(partner, -50)
            self.invoice(partner, 10, self.day(-50) + timedelta(days=gap))
        self.assertEqual(self.totals(GAP, "median_days:avg", user=self.anna), (4,))
        self.assertEqual(self.totals(GAP, "median_days:avg", user=self.ben), (40,))
        self.assertEqual(self.totals(GAP, "median_days:avg"), (22,))
