import json

from odoo import fields
from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_open


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    """The demo company tells the story of the product to whoever opens it first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.ref("crm_lifecycle.demo_company", raise_if_not_found=False)
        if not company:
            failures = cls.env["ir.demo_failure"].search([]).mapped("error")
            if failures:
                raise AssertionError(f"The demo data failed to load: {failures}")
            cls.skipTest(cls, "This database was made without demo data.")
        cls.env = cls.env(context={"allowed_company_ids": company.ids})
        cls.company = company.with_env(cls.env)
        cls.today = fields.Date.context_today(cls.company)

    def rows(self, user=None):
        values = self.env["crm.customer.value"]
        if user:
            values = values.with_user(user)
        return values.search([("company_id", "=", self.company.id)])

    def row(self, name):
        customer = self.env.ref(f"crm_lifecycle.demo_{name}")
        return self.rows().filtered(lambda row: row.partner_id == customer)

    def personas(self):
        with file_open("crm_lifecycle/demo/personas.json") as file:
            return json.load(file)

    def test_no_demo_data_failed(self):
        self.assertFalse(self.env["ir.demo_failure"].search([]).mapped("error"))

    def test_every_persona_logs_in_and_sees_customers(self):
        for persona in self.personas():
            with self.subTest(persona["login"]):
                user = self.env["res.users"].search([("login", "=", persona["login"])])
                self.assertIn(self.company, user.company_ids)
                if persona["login"] != "admin":
                    self.assertEqual(user.company_id, self.company)
                credential = {"type": "password", **persona}
                user.with_user(user)._check_credentials(credential, {"interactive": True})
                self.assertTrue(self.rows(user))
                self.assertTrue(user.has_group("base.group_allow_export"))

    def test_own_customers_only_for_salespersons_all_for_the_owner(self):
        everybody = self.rows()
        owner = self.env.ref("crm_lifecycle.demo_user_owner")
        self.assertEqual(self.rows(owner), everybody)
        for login in ("tom", "dana"):
            user = self.env.ref(f"crm_lifecycle.demo_user_{login}")
            seen = self.rows(user)
            self.assertLess(len(seen), len(everybody))
            self.assertLessEqual(seen.partner_id.user_id, user)

    def test_the_account_manager_keeps_good_customers(self):
        manager = self.env.ref("crm_lifecycle.demo_user_yael")
        kept = self.rows().partner_id.filtered(
            lambda partner: partner.account_manager_id == manager
        )
        self.assertGreaterEqual(len(kept), 10)
        self.assertLessEqual(kept, self.rows(manager).partner_id)

    def test_about_sixty_customers_of_both_languages(self):
        self.assertTrue(55 <= len(self.rows()) <= 65, len(self.rows()))
        self.assertEqual(set(self.rows().partner_id.mapped("lang")), {"en_US", "he_IL"})
        self.assertEqual(self.env.ref("crm_lifecycle.demo_user_dana").lang, "he_IL")

    def test_two_years_of_invoices(self):
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
            ]
        )
        days = moves.mapped("invoice_date")
        self.assertLess(min(days), fields.Date.subtract(self.today, months=24))
        self.assertGreater(max(days), fields.Date.subtract(self.today, months=1))
        self.assertLessEqual(max(days), self.today)
        self.assertIn("paid", moves.mapped("payment_state"))
        self.assertIn("not_paid", moves.mapped("payment_state"))
        self.assertNotIn("reversed", moves.mapped("payment_state"))

    def test_the_large_noisy_customer_ranks_below_the_small_quiet_one(self):
        noisy, quiet = self.row("marina"), self.row("almog")
        self.assertEqual(noisy, self.rows().sorted("revenue_period")[-1])
        self.assertGreaterEqual(noisy.revenue_period, 2 * quiet.revenue_period)
        self.assertLess(noisy.value_period, quiet.value_period)
        self.assertLess(noisy.score, quiet.score)
        self.assertEqual(quiet.tier, "a")

    def test_a_customer_may_cost_more_than_they_bring(self):
        trouble = self.row("tower_ten")
        self.assertEqual(trouble.tier, "d")
        self.assertGreater(trouble.revenue_period, 0)

    def test_returns_hours_and_overdue_money(self):
        rows = self.rows()
        self.assertEqual(self.company.lifecycle_return_cost, 250)
        self.assertEqual(self.row("marina").return_count, 13)
        self.assertGreater(sum(rows.mapped("return_count")), 25)
        self.assertGreater(sum(rows.mapped("service_cost_period")), 500_000)
        self.assertGreaterEqual(len(rows.filtered(lambda row: row.days_late > 60)), 3)

    def test_two_years_of_contacts_with_complaints_of_every_state(self):
        talks = self.env["crm.interaction"].search([("company_id", "=", self.company.id)])
        self.assertGreater(len(talks), 300)
        self.assertGreater(sum(talks.mapped("cost")), 10_000)
        self.assertEqual(set(talks.mapped("direction")), {"in", "out"})
        states = set(talks.mapped("complaint_state"))
        self.assertLessEqual({"open", "closed"}, states)
        self.assertTrue(talks.topic_ids.parent_id)
        self.assertEqual(sum(self.rows().mapped("interaction_count")), len(talks))

    def test_the_phone_numbers_are_real_ones(self):
        customers = self.rows().partner_id.filtered("phone")
        self.assertGreater(len(customers), 50)
        self.assertTrue(all(customers.mapped("phone_sanitized")))

    def test_the_people_have_birthdays_and_interests(self):
        people = self.rows().partner_id.filtered("birth_date")
        self.assertGreater(len(people), 8)
        self.assertTrue(people.filtered(lambda person: person.days_to_birthday <= 7))
        self.assertTrue(people.interest_ids)
        self.assertTrue(people.family_member_ids)

    def test_the_segments_have_members(self):
        tags = self.env["res.partner.category"]
        segments = tags.search([("segment_company_id", "=", self.company.id)])
        self.assertEqual(len(segments), 3)
        for segment in segments:
            self.assertTrue(segment.partner_ids, segment.name)
        best = self.rows().filtered(lambda row: row.tier == "a").partner_id
        self.assertLessEqual(best, segments.filtered(lambda tag: tag.color == 4).partner_ids)

    def test_prospects_are_in_acquisition(self):
        prospects = self.rows().filtered(lambda row: not row.invoice_count)
        self.assertEqual(len(prospects), 8)
        self.assertEqual(set(prospects.mapped("phase")), {"acquisition"})

    def test_twenty_four_month_ends(self):
        months = self.env["crm.customer.value.snapshot"]._read_group(
            [("company_id", "=", self.company.id)], ["date:month"]
        )
        self.assertEqual(len(months), 24)

    def test_figures_are_what_a_refresh_would_give(self):
        before = self.rows().read(["revenue_total", "value_period", "score", "tier", "phase"])
        customers = set(self.rows().partner_id.ids)
        self.env["crm.customer.value.refresh"]._refresh_customers(customers)
        after = self.rows().read(["revenue_total", "value_period", "score", "tier", "phase"])
        self.assertEqual(before, after)

    def test_building_again_adds_nothing(self):
        moves = self.env["account.move"].search_count([])
        self.env["crm.lifecycle.demo"]._build()
        self.assertEqual(self.env["account.move"].search_count([]), moves)

    def test_events_by_hand_and_by_rules_with_a_reaction(self):
        events = self.env["crm.customer.event"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(events.mapped("source")), {"manual", "rule"})
        self.assertGreaterEqual(len(events), 6)
        self.assertEqual(len(events.filtered(lambda event: event.state == "handled")), 1)
        self.assertTrue(all(events.filtered("rule_id").mapped("reason")))

    def test_the_morning_lists_show_what_is_due(self):
        for login in ("dana", "tom"):
            user = self.env.ref(f"crm_lifecycle.demo_user_{login}")
            rows = self.env["crm.touchpoint"].search(
                [("user_id", "=", user.id), ("company_id", "=", self.company.id)]
            )
            today = rows.filtered(lambda row: row.state == "planned" and row.due_date <= self.today)
            with self.subTest(login):
                self.assertGreaterEqual(len(today), 4)
                self.assertTrue(today.filtered(lambda row: row.max_date < self.today))
                self.assertEqual(len(rows.filtered(lambda row: row.state == "put_off")), 1)
                self.assertTrue(rows.filtered(lambda row: row.state == "done"))
