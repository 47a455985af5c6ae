from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from ..models.retention import loyalty_rule_job
from .loyalty_common import LIST, LoyaltyCommon


@tagged("post_install", "-at_install")
class TestLoyaltyPricelist(LoyaltyCommon):
    """Loyal customers get their price list, keep it in grace, and a choice by hand stands."""

    def test_where_nothing_is_configured_nothing_happens(self):
        partner = self.buyer(9, "a")
        self.rule(self.gold, state="draft")
        self.run_job()
        self.assertFalse(self.list_of(partner))
        self.assertFalse(self.grants(partner))
        self.assertNotIn(self.company, self.env["crm.loyalty.rule"]._companies_to_apply())

    def test_years_since_the_first_purchase_count_in_whole_years(self):
        self.rule(self.gold, years=3)
        young, old, never = self.buyer(3), self.buyer(3), self.customer_of(None)
        self.worth(never)
        row = self.value_of(young)
        row.first_purchase_date = row.first_purchase_date + timedelta(days=1)
        self.run_job()
        self.assertEqual(self.list_of(old), self.gold)
        self.assertFalse(self.list_of(young) or self.list_of(never))
        self.run_job(1)
        self.assertEqual(self.list_of(young), self.gold)

    def test_tier_and_segment_both_have_to_hold(self):
        tag = self.env["res.partner.category"].create({"name": "Friends"})
        self.rule(self.gold, tier_a=True, tier_b=True, segment_ids=tag.ids)
        cases = [("a", tag, True), ("b", tag, True), ("c", tag, False), ("a", tag.browse(), False)]
        for tier, tags, wanted in cases:
            partner = self.buyer(1, tier, category_id=tags.ids)
            self.run_job()
            self.assertEqual(bool(self.list_of(partner)), wanted, (tier, tags))

    def test_the_first_rule_that_fits_decides_and_a_better_one_comes_at_once(self):
        self.rule(self.gold, tier_a=True, sequence=1)
        self.rule(self.silver, sequence=2)
        partner = self.buyer(1, "b")
        self.run_job()
        self.assertEqual(self.list_of(partner), self.silver)
        self.worth(partner, tier="a")
        self.run_job(1)
        self.assertEqual(self.list_of(partner), self.gold)
        self.assertEqual(self.grants(partner).mapped("state"), ["replaced", "active"])

    def test_a_worse_one_comes_after_the_grace(self):
        self.rule(self.gold, tier_a=True, sequence=1, grace_days=10)
        self.rule(self.silver, sequence=2)
        partner = self.buyer(1, "a")
        self.run_job()
        self.worth(partner, tier="b")
        for days in (1, 10):
            self.run_job(days)
            self.assertEqual(self.list_of(partner), self.gold)
        self.run_job(11)
        self.assertEqual(self.list_of(partner), self.silver)
        self.assertEqual(self.grants(partner).mapped("state"), ["replaced", "active"])

    def test_the_reason_ends_and_after_the_grace_the_list_goes_back(self):
        self.rule(self.gold, tier_a=True, grace_days=7)
        partner = self.buyer(1, "a")
        self.run_job()
        self.worth(partner, tier="c")
        self.run_job(2)
        grant = self.grants(partner)
        self.assertEqual((grant.state, grant.reason_end_date), ("grace", self.day(2)))
        self.assertEqual(grant.back_date, self.day(9))
        self.run_job(8)
        self.assertEqual(self.list_of(partner), self.gold)
        self.run_job(9)
        self.assertFalse(self.list_of(partner))
        self.assertEqual((grant.state, grant.date_until), ("ended", self.day(9)))

    def test_without_grace_it_goes_at_once(self):
        self.rule(self.gold, tier_a=True, grace_days=0)
        partner = self.buyer(1, "a")
        self.run_job()
        self.worth(partner, tier="c")
        self.run_job(1)
        self.assertFalse(self.list_of(partner))

    def test_who_fits_again_within_the_grace_keeps_it(self):
        self.rule(self.gold, tier_a=True)
        partner = self.buyer(1, "a")
        self.run_job()
        self.worth(partner, tier="c")
        self.run_job(1)
        self.worth(partner, tier="a")
        self.run_job(2)
        grant = self.grants(partner)
        self.assertEqual((grant.state, grant.back_date), ("active", False))
        self.assertFalse(grant.reason_end_date)

    def test_switched_off_the_grace_begins(self):
        rule = self.rule(self.gold, grace_days=5)
        partner = self.buyer()
        self.run_job()
        rule.with_user(self.boss).action_switch_off()
        self.assertIn(self.company, self.env["crm.loyalty.rule"]._companies_to_apply())
        self.run_job(1)
        self.assertEqual(self.grants(partner).state, "grace")
        self.run_job(6)
        self.assertFalse(self.list_of(partner))

    # ------------------------------------------------------------------ by hand
    def test_a_list_set_by_hand_before_is_left_alone(self):
        self.rule(self.gold)
        partner = self.buyer()
        self.set_by_hand(partner, self.silver)
        self.run_job()
        self.assertEqual(self.list_of(partner), self.silver)
        self.assertFalse(self.grants(partner))

    def test_a_list_chosen_or_taken_off_by_hand_later_stays(self):
        self.rule(self.gold)
        for chosen in (self.silver, self.silver.browse()):
            partner = self.buyer()
            self.run_job()
            self.set_by_hand(partner, chosen)
            for days in (1, 2, 400):
                self.run_job(days)
                self.assertEqual(self.list_of(partner), chosen)
            self.assertEqual(self.grants(partner).mapped("state"), ["overridden"])

    def test_a_manager_lets_the_rules_decide_again(self):
        self.rule(self.gold)
        partner = self.buyer()
        self.run_job()
        self.set_by_hand(partner, self.silver.browse())
        self.run_job(1)
        self.grants(partner).with_user(self.boss).action_let_rules_decide()
        self.run_job(2)
        self.assertEqual(self.list_of(partner), self.gold)

    # ------------------------------------------------------------------ archived, merged, companies
    def test_an_archived_list_is_given_to_nobody_and_taken_from_everybody_at_once(self):
        self.rule(self.gold, sequence=1)
        self.rule(self.silver, sequence=2)
        partner = self.buyer()
        self.run_job()
        self.gold.active = False
        self.run_job(1)
        self.assertEqual(self.list_of(partner), self.silver)
        self.silver.active = False
        self.run_job(2)
        self.assertFalse(self.list_of(partner))

    def test_an_archived_list_of_before_counts_as_none_and_comes_back(self):
        rule = self.rule(self.gold, grace_days=0)
        partner = self.buyer()
        self.set_by_hand(partner, self.silver)
        self.silver.active = False
        self.run_job()
        self.assertEqual(self.list_of(partner), self.gold)
        self.assertEqual(self.grants(partner).previous_pricelist_id, self.silver)
        rule.state = "draft"
        self.run_job(1)
        self.assertEqual(self.list_of(partner), self.silver)

    def test_contacts_of_the_customer_have_its_list(self):
        self.rule(self.gold)
        partner = self.buyer()
        child = self.env["res.partner"].create({"name": "Child", "parent_id": partner.id})
        self.run_job()
        self.assertEqual(self.list_of(child), self.gold)

    def test_each_company_has_its_own(self):
        other = self.other_company()
        self.rule(self.gold)
        partner = self.buyer()
        theirs = self.env["product.pricelist"].create({"name": "T", "company_id": other.id})
        partner.with_company(other)[LIST] = theirs
        self.run_job()
        self.run_job(company=other)
        self.assertEqual(self.list_of(partner), self.gold)
        self.assertEqual(self.list_of(partner, other), theirs)

    def test_of_two_merged_customers_one_grant_stays(self):
        self.rule(self.gold, tier_a=True, sequence=1)
        self.rule(self.silver, sequence=2)
        kept, merged = self.buyer(2, "b"), self.buyer(2, "a")
        self.run_job()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept | merged).ids, kept)
        self.worth(kept, tier="b", first_purchase_date=self.day(-800))
        self.run_job(1)
        self.assertEqual(self.list_of(kept), self.silver)
        self.assertEqual(sorted(self.grants(kept).mapped("state")), ["active", "ended"])
        self.assertEqual(self.grants(kept, "active").pricelist_id, self.silver)

    # ------------------------------------------------------------------ the job
    def test_run_twice_or_in_small_bites_it_is_the_same(self):
        self.rule(self.gold)
        partners = [self.buyer() for _number in range(7)]
        done = []
        with patch.object(loyalty_rule_job, "BATCH", 2):
            rules = self.env["crm.loyalty.rule"]
            # Time is over after the second batch.
            rules._apply_company(self.company, lambda done_: done.append(done_) or len(done) < 2)
            self.assertEqual(sum(bool(self.list_of(one)) for one in partners), 4)
            self.run_job()
        self.run_job()
        self.assertTrue(all(self.list_of(one) == self.gold for one in partners))
        self.assertEqual([len(self.grants(one)) for one in partners], [1] * 7)

    def test_killed_within_a_batch_it_never_was(self):
        self.rule(self.gold)
        partner = self.buyer()
        rules = type(self.env["crm.loyalty.rule"])
        for name in ("_set_lists", "_change_grants", "_write_grants"):
            with (
                patch.object(rules, name, side_effect=KeyboardInterrupt),
                self.assertRaises(KeyboardInterrupt),
                self.env.cr.savepoint(),
            ):
                self.run_job()
            self.env.invalidate_all()
            self.assertFalse(self.list_of(partner) or self.grants(partner), name)
        self.run_job()
        self.assertEqual((self.list_of(partner), len(self.grants(partner))), (self.gold, 1))

    def test_the_statements_do_not_grow_with_the_customers(self):
        self.rule(self.gold)
        counts = []
        for number in (3, 30):
            for _one in range(number):
                self.buyer()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.run_job()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_the_preview_says_it_all_and_changes_nothing(self):
        self.rule(self.silver, tier_b=True)
        rule = self.rule(self.gold, state="draft", sequence=1, tier_a=True)
        gets, hand, changes, other = (
            *(self.buyer(1, "a"), self.buyer(1, "a")),
            *(self.buyer(1, "b"), self.buyer(1, "b")),
        )
        self.run_job()
        self.worth(changes, tier="a")
        self.set_by_hand(hand, self.silver)
        action = rule.with_user(self.boss).action_preview()
        lines = self.env["crm.loyalty.preview"].search(action["domain"])
        self.assertEqual(
            {line.partner_id: line.outcome for line in lines},
            {gets: "give", hand: "hand", changes: "replace"},
        )
        self.assertEqual(
            lines.filtered(lambda one: one.partner_id == hand).pricelist_id.id, self.silver.id
        )
        self.assertFalse(self.list_of(gets))
        self.assertEqual(self.list_of(other), self.silver)
