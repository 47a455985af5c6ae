from datetime import timedelta

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .start_rule_common import StartRuleCommon


@tagged("post_install", "-at_install")
class TestStartRuleChoice(StartRuleCommon):
    """A starting rule chooses exactly those for whom all of its conditions hold."""

    def test_so_many_days_after_the_last_purchase(self):
        early, due, late = (self.bought(days=days) for days in (9, 10, 15))
        gone = self.bought(days=16)
        self.assertEqual(self.chosen(), due | late)
        self.assertFalse((early | gone) & self.chosen())

    def test_after_the_first_purchase(self):
        self.rule.since = "first"
        again = self.bought(days=1, first=12)
        self.bought(days=10, first=100)
        self.assertEqual(self.chosen(), again)

    def test_who_never_bought_is_not_chosen(self):
        self.bought(first_purchase_date=False, last_purchase_date=False)
        self.assertFalse(self.chosen())

    def test_of_these_tiers(self):
        self.bought(tier="c")
        kept = self.bought(tier="b")
        self.rule.write({"tier_a": True, "tier_b": True})
        self.assertEqual(self.chosen(), kept)

    def test_of_these_segments(self):
        self.bought()
        kept = self.bought()
        tags = self.env["res.partner.category"].create([{"name": "One"}, {"name": "Two"}])
        kept.category_id = tags[1]
        self.rule.segment_ids = [Command.set(tags.ids)]
        self.assertEqual(self.chosen(), kept)

    def test_satisfaction_is_what_was_said_last(self):
        happy, sad, silent = self.bought("Happy"), self.bought("Sad"), self.bought("Silent")
        self.talk(happy, days=5, satisfaction="1")
        self.talk(happy, days=2, satisfaction="4")
        self.talk(happy, days=1)
        self.talk(sad, days=5, satisfaction="5")
        self.talk(sad, days=2, satisfaction="3")
        self.rule.min_satisfaction = "4"
        self.assertEqual(self.chosen(), happy)
        self.rule.min_satisfaction = False
        self.assertEqual(self.chosen(), happy | sad | silent)

    def test_no_open_complaint(self):
        calm, angry = self.bought("Calm"), self.bought("Angry")
        complaint = self.talk(calm, is_complaint=True, satisfaction="5", complaint_answer="So.")
        complaint.complaint_state = "closed"
        self.talk(angry, is_complaint=True)
        self.assertEqual(self.chosen(), calm)
        self.rule.no_open_complaint = False
        self.assertEqual(self.chosen(), calm | angry)

    def test_no_open_opportunity_of_anybody_at_the_customer(self):
        customer = self.bought()
        person = self.customer("Person", is_company=False, parent_id=customer.id)
        lead = self.lead(partner_id=person.id)
        self.assertFalse(self.chosen())
        lead.action_set_lost()
        self.assertEqual(self.chosen(), customer)
        self.lead(partner_id=person.id)
        self.rule.no_open_opportunity = False
        self.assertEqual(self.chosen(), customer)

    def test_of_these_products_or_categories(self):
        sold, other = self.bought("Sold"), self.bought("Other")
        parent = self.env["product.category"].create({"name": "Windows"})
        child = self.env["product.category"].create({"name": "Tilt", "parent_id": parent.id})
        products = self.env["product.product"].create(
            [{"name": "Tilt", "categ_id": child.id}, {"name": "Else"}]
        )
        for customer, product in zip(sold | other, products, strict=True):
            self.sold(customer, product, days=12)
        self.rule.category_ids = parent
        self.assertEqual(self.chosen(), sold)
        self.rule.write({"category_ids": False, "product_ids": [Command.set(products[1].ids)]})
        self.assertEqual(self.chosen(), other)
        products.active = False
        self.assertEqual(self.chosen(), other)

    def test_an_archived_customer_is_not_chosen(self):
        self.bought().active = False
        self.assertFalse(self.chosen())

    def test_another_company_s_customers_are_its_own(self):
        customer = self.bought()
        other = self.env["res.company"].create({"name": "Other company"})
        rule = self.rule.copy({"company_id": other.id, "team_id": False})
        self.assertEqual(self.chosen(), customer)
        self.assertFalse(self.chosen(rule))

    def test_choosing_costs_the_same_for_one_as_for_fifty(self):
        self.bought()
        self.chosen()
        for _round in range(2):
            self.env.flush_all()
            with self.assertQueryCount(1):
                self.rule._candidates(self.today)
            for number in range(49):
                self.bought(f"Customer {number}")

    def sold(self, customer, product, days):
        """A posted invoice, written past the accounts, which this company has none of."""
        day = self.today - timedelta(days=days)
        [(move,)] = self.env.execute_query(
            SQL(
                """INSERT INTO account_move (
                       name, move_type, state, company_id, commercial_partner_id, partner_id,
                       invoice_date, date, journal_id, currency_id, auto_post)
                   SELECT 'TEST' || %s, 'out_invoice', 'posted', %s, %s, %s, %s, %s,
                          journal.id, %s, 'no'
                     FROM account_journal journal LIMIT 1 RETURNING id""",
                str(customer.id),
                self.company.id,
                customer.id,
                customer.id,
                day,
                day,
                self.company.currency_id.id,
            )
        )
        self.env.execute_query(
            SQL(
                """INSERT INTO account_move_line (
                       move_id, product_id, quantity, display_type, company_id, currency_id)
                   VALUES (%s, %s, 1, 'line_note', %s, %s) RETURNING id""",
                move,
                product.id,
                self.company.id,
                self.company.currency_id.id,
            )
        )


@tagged("post_install", "-at_install")
class TestStartRuleDryRun(StartRuleCommon):
    """A dry run lists what would be started, and starts nothing."""

    def test_it_says_whom_and_why(self):
        customer = self.bought("Almog", days=12)
        self.talk(customer, satisfaction="4")
        rule = self.rule.with_user(self.manager)
        action = rule.action_preview()
        line = self.env["crm.start.rule.preview"].with_user(self.manager).search(action["domain"])
        self.assertIn("would start 1", action["name"])
        self.assertEqual((line.partner_id, line.lead_name), (customer, "More for Almog"))
        self.assertEqual((line.user_id, line.expected_revenue), (self.seller, 200))
        self.assertIn("12 days ago; tier A; satisfaction 4", line.reason)

    def test_nothing_is_started(self):
        customer = self.bought()
        self.rule.action_preview()
        self.assertFalse(self.env["crm.lead"].search([("partner_id", "=", customer.id)]))
        self.assertFalse(self.rule.made_ids)
        self.assertFalse(self.rule.last_run_at)

    def test_it_lists_what_is_started_then(self):
        customers = self.bought("One") | self.bought("Two")
        action = self.rule.action_preview()
        listed = self.env["crm.start.rule.preview"].search(action["domain"])
        started = self.start()
        self.assertEqual(listed.mapped("lead_name"), started.sorted("id").mapped("name"))
        self.assertEqual(started.partner_id, customers)
