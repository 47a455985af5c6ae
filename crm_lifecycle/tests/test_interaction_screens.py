import ast

from lxml import etree
from odoo.tests import tagged

from .access_common import AccessCommon

ACTIONS = ("action_crm_interaction", "action_crm_interaction_complaint")


@tagged("post_install", "-at_install")
class TestInteractionScreens(AccessCommon):
    """Each filter and grouping of the contacts works for a user, and adds up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        call = cls.env.ref("crm_lifecycle.channel_call").with_company(cls.company)
        visit = cls.env.ref("crm_lifecycle.channel_visit").with_company(cls.company)
        (call | visit).write({"fixed_cost": 2, "hourly_cost": 60})
        cls.topics = cls.env["crm.interaction.topic"].create([{"name": "One"}, {"name": "Two"}])
        state = cls.env["res.country.state"].search([], limit=1)
        tag = cls.env["res.partner.category"].create({"name": "Students"})
        place = {"country_id": state.country_id.id, "state_id": state.id, "city": "Haifa"}
        second = cls.customer("Second of A", user_id=cls.a.id, category_id=tag.ids, **place)
        talks = cls.env["crm.interaction"].with_company(cls.company)
        cls.rows = talks.create(
            [
                {
                    "partner_id": partner.id,
                    "channel_id": channel.id,
                    "direction": direction,
                    "minutes": minutes,
                    "topic_ids": topic.ids,
                    "user_id": cls.a.id,
                    "date": f"2026-0{month}-10 10:00:00",
                }
                for partner, channel, direction, minutes, topic, month in (
                    (cls.own, call, "in", 10, cls.topics[0], 1),
                    (cls.own, call, "in", 20, cls.topics[0], 1),
                    (cls.own, visit, "out", 60, cls.topics[1], 2),
                    (second, call, "out", 5, cls.topics[1], 2),
                    (cls.hidden, call, "in", 1000, cls.topics[0], 1),
                )
            ]
        )
        cls.second = second

    def talks(self, user=None):
        return self.ask(user or self.a, "crm.interaction")

    def arch(self, kind, user=None, view=None):
        view_id = view and self.env.ref(f"crm_lifecycle.{view}").id
        return etree.fromstring(self.talks(user).get_view(view_id, kind)["arch"])

    def groupings(self):
        for node in self.arch("search").iter("filter"):
            context = ast.literal_eval(node.get("context") or "{}")
            if context.get("group_by"):
                yield context["group_by"]

    def test_every_grouping_adds_up_and_leads_to_its_rows(self):
        specs = ["__count", "minutes:sum", "cost:sum", "per_customer:avg"]
        [total] = self.talks().formatted_read_group([], [], specs)
        self.assertEqual((total["__count"], total["minutes:sum"]), (4, 95))
        count = 0
        for grouping in self.groupings():
            count += 1
            with self.subTest(grouping):
                groups = self.talks().formatted_read_group([], [grouping], specs)
                for spec in specs[:3]:
                    self.assertEqual(sum(group[spec] for group in groups), total[spec], spec)
                for group in groups:
                    rows = self.talks().search(group["__extra_domain"])
                    self.assertEqual(len(rows), group["__count"])
        self.assertGreaterEqual(count, 15)

    def test_the_groupings_are_those_the_issue_names(self):
        wanted = {
            "channel_id",
            "direction",
            "topic_ids",
            "category_ids",
            "country_id",
            "state_id",
            "city",
            "user_id",
            "salesperson_id",
            "team_id",
            "partner_id",
            "date:month",
        }
        self.assertLessEqual(wanted, set(self.groupings()))

    def test_every_filter_is_understood(self):
        for node in self.arch("search").iter("filter"):
            if node.get("domain"):
                with self.subTest(node.get("name")):
                    domain = node.get("domain").replace("uid", str(self.a.id))
                    self.talks().search(ast.literal_eval(domain))

    def test_contacts_per_customer_are_those_of_the_group(self):
        groups = self.talks(self.analyst).formatted_read_group(
            [("id", "in", self.rows.ids)],
            ["direction"],
            ["per_customer:avg", "partner_id:count_distinct"],
        )
        self.assertEqual(
            {
                group["direction"]: (group["per_customer:avg"], group["partner_id:count_distinct"])
                for group in groups
            },
            {"in": (3 / 2, 2), "out": (2 / 2, 2)},
        )

    def test_the_pivot_s_total_counts_a_contact_of_two_topics_once(self):
        both = self.rows[0]
        both.topic_ids = self.topics
        sets = self.talks().formatted_read_grouping_sets(
            [],
            [[], ["topic_ids"]],
            ["__count", "per_customer:avg", "partner_id:count_distinct", "cost:sum"],
        )
        [[total], by_topic] = sets
        self.assertEqual(total["__count"], 4)
        self.assertEqual(total["per_customer:avg"], 4 / 2)
        self.assertEqual(total["cost:sum"], 4 * 2 + 95)
        self.assertEqual(sum(group["__count"] for group in by_topic), 5)
        two = next(group for group in by_topic if group["topic_ids"][1] == "Two")
        self.assertEqual((two["__count"], two["per_customer:avg"]), (3, 3 / 2))

    def test_nothing_to_divide_is_no_error(self):
        [total] = self.talks().formatted_read_group(
            [("id", "=", 0)], [], ["per_customer:avg", "__count"]
        )
        self.assertFalse(total["per_customer:avg"])

    def test_the_measure_is_offered(self):
        [field] = self.talks().fields_get(["per_customer"], ["aggregator"]).values()
        self.assertEqual(field["aggregator"], "avg")

    def test_nobody_counts_contacts_of_hidden_customers(self):
        [total] = self.talks().formatted_read_group([], [], ["minutes:max", "per_customer:avg"])
        self.assertEqual((total["minutes:max"], total["per_customer:avg"]), (60, 2))

    def test_users_open_each_screen(self):
        for name in ACTIONS:
            action = self.env.ref(f"crm_lifecycle.{name}")
            views = dict(action.views)
            self.assertIn("form", [kind for _view, kind in action.views])
            for view_id, kind in action.views:
                with self.subTest(action=name, view=kind):
                    self.assertTrue(self.talks().get_view(view_id, kind)["arch"], views)

    def test_rates_are_the_managers_costs_everybody_s(self):
        names = {node.get("name") for node in self.arch("form").iter("field")}
        self.assertIn("cost", names)
        self.assertNotIn("hourly_cost", names)

    def test_the_hourly_cost_stands_on_the_user_s_form_for_managers(self):
        for user, there in ((self.manager, True), (self.analyst, False), (self.employee, False)):
            view = self.env.ref("base.view_users_form")
            arch = etree.fromstring(self.ask(user, "res.users").get_view(view.id, "form")["arch"])
            names = {node.get("name") for node in arch.iter("field")}
            self.assertEqual("lifecycle_hourly_cost" in names, there, user.login)

    def test_the_buttons_are_for_the_app_s_users(self):
        for model, name in (
            ("res.partner", "base.view_partner_form"),
            ("crm.lead", "crm.crm_lead_view_form"),
            ("sale.order", "sale.view_order_form"),
            ("account.move", "account.view_move_form"),
        ):
            rights = "sales_team.group_sale_salesman,account.group_account_invoice"
            ours = self.persona(f"ours {model}", groups=rights)
            others = self.persona(f"others {model}", None, rights)
            for user, there in ((ours, True), (others, False)):
                view = self.ask(user, model).get_view(self.env.ref(name).id, "form")
                arch = etree.fromstring(view["arch"])
                with self.subTest(model, user=user.login):
                    buttons = arch.xpath("//button[@name='action_log_interaction']")
                    self.assertEqual(bool(buttons), there)
                    banners = arch.xpath(
                        "//div[@role='alert']//field[@name='open_complaint_count']"
                    )
                    self.assertEqual(bool(banners), there)

    # ------------------------------------------------------------------ the document
    def test_the_document_opens_for_whoever_may_read_it(self):
        lead = self.env["crm.lead"].create({"name": "Lead of B", "user_id": self.b.id})
        row = self.rows[0]
        row.write({"res_model": "crm.lead", "res_id": lead.id})
        seen = self.talks().browse(row.id)
        self.assertTrue(seen.has_document)
        with self.assertRaisesRegex(Exception, "You may not open this document"):
            seen.action_open_document()
        lead.user_id = self.a
        self.assertEqual(seen.action_open_document()["res_id"], lead.id)
        lead.unlink()
        with self.assertRaisesRegex(Exception, "or it is gone"):
            seen.action_open_document()

    def test_a_contact_about_nothing_has_no_document(self):
        seen = self.talks().browse(self.rows[0].id)
        self.assertFalse(seen.has_document)
        self.rows[0].write({"res_model": "no.such.model", "res_id": 1})
        self.env.invalidate_all()
        self.assertFalse(seen.has_document)

    def test_channels_show_their_costs_in_the_company_s_currency(self):
        channel = self.ask(self.manager, "crm.interaction.channel").search([], limit=1)
        self.assertEqual(channel.currency_id, self.company.currency_id)
