import ast

from lxml import etree
from odoo.tests import tagged

from .quality_common import QualityCommon


@tagged("post_install", "-at_install")
class TestQualityScreens(QualityCommon):
    """The list to work through: by worth, filtered and grouped by what is missing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.crowd()
        cls.check(*cls.customers)
        cls.users = {
            "seller": cls.seller,
            "analyst": cls.persona("quality_analyst", "analyst"),
            "manager": cls.persona("quality_manager", "manager"),
        }

    def model(self, user, name="crm.customer.quality"):
        self.env.flush_all()
        return self.env(user=user, su=False)[name]

    def nodes(self, user):
        view = self.model(user).get_view(view_type="search")
        return list(etree.fromstring(view["arch"]).iter("filter"))

    def test_most_valuable_customers_come_first(self):
        rows = self.model(self.users["analyst"]).search([("company_id", "=", self.company.id)])
        worth = rows.mapped("value_period")
        self.assertEqual(worth, sorted(worth, reverse=True))
        self.assertEqual(len(rows), len(self.customers))

    def test_every_filter_finds_and_every_grouping_groups(self):
        for user in self.users.values():
            model = self.model(user)
            everything = model.search_count([])
            for node in self.nodes(user):
                context = ast.literal_eval(node.get("context") or "{}")
                with self.subTest(user=user.login, filter=node.get("name")):
                    if context.get("group_by"):
                        groups = model.formatted_read_group([], [context["group_by"]], ["__count"])
                        self.assertGreaterEqual(sum(g["__count"] for g in groups), everything)
                    else:
                        domain = node.get("domain").replace("uid", str(user.id))
                        model.search_count(ast.literal_eval(domain))

    def test_there_is_a_filter_for_each_check(self):
        names = {node.get("name") for node in self.nodes(self.seller)}
        single = {code for code in self.weights() if not code.startswith("duplicate")}
        self.assertEqual(single - names, set())
        self.assertIn("duplicates", names)
        self.assertNotIn("duplicates_elsewhere", names)
        names = {node.get("name") for node in self.nodes(self.users["analyst"])}
        self.assertIn("duplicates_elsewhere", names)

    def test_grouped_by_what_is_missing_the_rows_are_those_who_miss_it(self):
        model = self.model(self.users["analyst"])
        ours = [("company_id", "=", self.company.id)]
        groups = model._read_group(ours, ["issue_ids"], ["id:recordset"])
        self.assertGreater(len(groups), 8)
        for issue, rows in groups:
            wanted = model.search([*ours, ("issue_ids", "=", issue.id)])
            self.assertEqual(rows & wanted, rows)
            self.assertEqual(len(rows), len(wanted))

    def test_contacts_are_found_by_what_they_miss(self):
        partners = self.model(self.users["analyst"], "res.partner")
        ours = [one.id for one in self.customers]
        for code in self.weights():
            found = partners.search([("quality_issue_ids.code", "=", code), ("id", "in", ours)])
            rows = self.rows.search([("issue_ids.code", "=", code), ("partner_id", "in", ours)])
            self.assertEqual(set(found.ids), set(rows.partner_id.ids), code)
        poor = partners.search([("quality_score", "<", 50), ("id", "in", ours)])
        self.assertEqual(
            set(poor.ids), {one.id for one in self.customers if self.known(one).score < 50}
        )
        self.assertTrue(poor)

    def test_a_contact_who_is_no_customer_is_found_by_no_comparison(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        partners = self.model(self.users["analyst"], "res.partner")
        alone = ("id", "=", stranger.id)
        self.assertFalse(partners.search([alone, ("quality_score", "<", 50)]))
        self.assertTrue(partners.search([alone, ("quality_score", "=", 0)]))
        self.assertTrue(partners.search([alone, ("quality_issue_ids", "=", False)]))

    def test_the_list_opens_the_contact(self):
        row = self.model(self.users["analyst"]).search([], limit=1)
        action = row.action_open_partner()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", row.partner_id.id)
        )

    def test_names_of_rows_say_nothing(self):
        row = self.known(self.customers[0])
        self.assertNotIn("Perfect", row.display_name)
        self.assertIn(str(self.today.year), self.runs._current().display_name)

    def test_the_empty_list_teaches(self):
        for name in ("customer_quality", "quality_check", "interest"):
            action = self.env.ref(f"crm_lifecycle.action_crm_{name}")
            self.assertIn("o_view_nocontent_smiling_face", action.help)

    def test_menus_are_for_those_they_are_for(self):
        menus = {
            "menu_crm_customer_quality": 3,
            "menu_crm_quality_check": 1,
            "menu_crm_interest": 1,
        }
        for name, count in menus.items():
            menu = self.env.ref(f"crm_lifecycle.{name}")
            seen = [
                user
                for user in self.users.values()
                if menu.id in self.model(user, "ir.ui.menu").load_menus(False)
            ]
            self.assertEqual(len(seen), count, name)

    # ------------------------------------------------------------------ what it costs
    def read_form(self, partner, user):
        """What opening a contact's form reads of ours."""
        names = [
            *("birth_date", "age", "age_band", "family_status", "occupation"),
            *("preferred_hour_from", "preferred_hour_to", "quality_score"),
            "quality_duplicate_count",
        ]
        spec = {name: {} for name in names}
        tags = {"fields": {"display_name": {}}}
        for name in ("interest_ids", "do_not_contact_channel_ids", "quality_issue_ids"):
            spec[name] = tags
        spec["family_member_ids"] = {"fields": {"name": {}, "relation": {}, "birth_date": {}}}
        return self.model(user, "res.partner").browse(partner.ids).web_read(spec)

    def test_a_list_of_contacts_costs_as_many_queries_as_one(self):
        user = self.seller
        everybody = self.env["res.partner"].union(*self.customers[:20])
        self.read_form(everybody, user)
        counts = []
        for partners in (everybody[:1], everybody):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.read_form(partners, user)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
        self.assertLessEqual(counts[0], 16)

    def test_the_columns_of_the_list_cost_no_query_of_their_own(self):
        """The age comes with the contact: nothing else of the profile is in the list."""
        partners = self.model(self.seller, "res.partner").browse(
            [one.id for one in self.customers[:20]]
        )
        native, ours = ["name"], ["name", "birth_date", "age", "age_band", "occupation"]
        partners.web_read({name: {} for name in ours})
        counts = []
        for names in (native, ours):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.web_read({name: {} for name in names})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_one_customer_is_checked_in_one_statement(self):
        customer = self.customers[0]
        self.check(customer)
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.check(customer)
