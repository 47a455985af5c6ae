from unittest.mock import patch

from odoo import fields
from odoo.addons.crm_lifecycle.engine import ranking
from odoo.addons.crm_lifecycle.models.value import customer_value_placing
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestValueRanking(LifecycleCommon):
    """Score and tier by rank among the company's customers of the period."""

    def ranked_customers(self, *amounts):
        """Customers with one invoice (or hours, where negative) of these amounts."""
        customers = []
        for number, amount in enumerate(amounts):
            customer = self.customer(f"Customer {number}")
            if amount > 0:
                self.invoice(customer, amount)
            else:
                self.hours(customer, -amount)
            customers.append(customer)
        self.refresh(*customers)
        return customers

    def tiers(self, customers):
        return "".join(self.value_of(customer).tier or "-" for customer in customers)

    def test_scores_are_percent_ranks(self):
        amounts = [10.0, 40.0, 40.0, 70.0, 100.0]
        customers = self.ranked_customers(*amounts)
        expected = ranking.percent_ranks(amounts)
        for customer, score in zip(customers, expected, strict=True):
            self.assertAlmostEqual(self.value_of(customer).score, score, 2)

    def test_tiers_follow_the_cut_offs(self):
        customers = self.ranked_customers(*range(1, 11))
        self.assertEqual(self.tiers(customers), "cccccbbbaa")
        self.company.write({"lifecycle_tier_a_percent": 50, "lifecycle_tier_b_percent": 50})
        self.env["crm.customer.value.placing"]._rank_company(self.company, self.today)
        self.values.invalidate_model()
        self.assertEqual(self.tiers(customers), "bbbbbaaaaa")

    def test_worth_at_or_below_zero_is_tier_d_however_large(self):
        noisy, quiet = self.customer("Large and noisy"), self.customer("Small and quiet")
        self.invoice(noisy, 10000.0)
        self.hours(noisy, 11000.0)
        self.invoice(quiet, 300.0)
        self.refresh(noisy, quiet)
        self.assertEqual(self.value_of(noisy).tier, "d")
        self.assertGreater(self.value_of(quiet).score, self.value_of(noisy).score)

    def test_who_did_nothing_in_the_period_is_not_ranked(self):
        active, sleeping = self.ranked_customers(10.0, 20.0)
        old = fields.Date.subtract(self.today, days=900)
        sleeper = self.customer("Sleeper")
        self.invoice(sleeper, 99999.0, old)
        self.refresh(sleeper)
        self.assertFalse(self.value_of(sleeper).tier)
        self.assertEqual(self.value_of(active).score, 0.0)
        self.assertEqual(self.value_of(sleeping).score, 100.0)

    def test_an_invoice_and_its_credit_note_is_activity(self):
        [customer] = self.ranked_customers(10.0)
        self.invoice(customer, 10.0, move_type="out_refund")
        self.refresh(customer)
        self.assertEqual(self.value_of(customer).tier, "d")

    def test_breakpoints_are_those_of_the_definition(self):
        amounts = [float(amount) for amount in (5, 7, 7, 30, 100, 3, 12)]
        self.ranked_customers(*amounts)
        stored = self.env["crm.customer.value.ranking"]._of(self.company)
        self.assertEqual(stored.breakpoints, ranking.breakpoints(amounts))
        self.assertEqual(stored.customer_count, 7)

    def test_between_rankings_a_changed_customer_is_placed_against_the_breakpoints(self):
        customers = self.ranked_customers(*range(10, 210, 10))
        stored = self.env["crm.customer.value.ranking"]._of(self.company)
        with patch.object(customer_value_placing, "EXACT_RANK_LIMIT", 0):
            self.invoice(customers[0], 140.0)
            self.refresh(customers[0])
            # What is right to the percent keeps the exact score.
            untouched = self.value_of(customers[3]).score
            self.refresh(customers[3])
        value = self.value_of(customers[0])
        self.assertEqual(value.score, ranking.place(value.value_period, stored.breakpoints))
        self.assertEqual(value.tier, "b")
        self.assertEqual(self.value_of(customers[3]).score, untouched)

    def test_without_a_ranking_the_first_customer_is_ranked_at_once(self):
        [customer] = self.ranked_customers(10.0)
        self.assertTrue(self.value_of(customer).tier)

    def test_ranking_in_slices_is_the_ranking(self):
        customers = self.ranked_customers(*range(1, 30))
        whole = [self.value_of(customer).score for customer in customers]
        placing = self.env["crm.customer.value.placing"]
        self.env.cr.execute("UPDATE crm_customer_value SET score = NULL, tier = NULL")
        self.values.invalidate_model()
        with patch.object(type(placing), "_slice_size", lambda _model: 4):
            placing._rank_company(self.company, self.today)
        self.values.invalidate_model()
        self.assertEqual([self.value_of(customer).score for customer in customers], whole)

    def test_percentages_over_a_hundred_are_refused(self):
        with self.assertRaises(ValidationError):
            self.company.write({"lifecycle_tier_a_percent": 70, "lifecycle_tier_b_percent": 40})
        with self.assertRaises(ValidationError):
            self.company.lifecycle_tier_a_percent = -1

    def test_companies_rank_apart(self):
        other = self.other_company()
        [small, _large] = self.ranked_customers(10.0, 1000.0)
        self.invoice(small, 7.0, company=other)
        elsewhere = self.customer("Elsewhere")
        self.invoice(elsewhere, 5.0, company=other)
        self.refresh(small, elsewhere)
        self.assertEqual(self.value_of(small).score, 0.0)
        self.assertEqual(self.value_of(small, other).score, 100.0)

    def test_equal_worth_is_placed_with_the_lowest(self):
        customers = self.ranked_customers(10.0, 50.0, 50.0, 50.0, 50.0, 50.0, 90.0)
        with patch.object(customer_value_placing, "EXACT_RANK_LIMIT", 0):
            self.invoice(customers[0], 40.0)
            self.refresh(customers[0])
        stored = self.env["crm.customer.value.ranking"]._of(self.company)
        self.assertEqual(self.value_of(customers[0]).score, ranking.place(50.0, stored.breakpoints))
        self.assertLess(self.value_of(customers[0]).score, 20)

    def test_a_row_that_changed_after_the_staging_keeps_its_place(self):
        customers = self.ranked_customers(*range(10, 60, 10))
        placing = self.env["crm.customer.value.placing"]
        placing._stage_ranks(self.company)
        self.env.cr.execute(
            "UPDATE crm_customer_value SET value_period = 9999, score = 99 WHERE partner_id = %s",
            [customers[0].id],
        )
        placing._rank_slice(self.company, self.today, 0, 0)
        self.values.invalidate_model()
        self.assertEqual(self.value_of(customers[0]).score, 99)
