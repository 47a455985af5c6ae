import ast

from lxml import etree
from odoo.tests import tagged

from .common import LifecycleCommon

MODELS = (
    "crm.customer.value",
    "crm.customer.value.line",
    "crm.customer.value.snapshot",
    "crm.lifecycle.transition",
    "crm.customer.slice",
)


@tagged("post_install", "-at_install")
class TestValueScreens(LifecycleCommon):
    """Each filter and grouping of the lists works for a user, totals included."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.persona("screen_seller", groups="sales_team.group_sale_salesman")
        tag = cls.env["res.partner.category"].create({"name": "Students"})
        cls.clients = [
            cls.customer(
                f"Client {number}",
                user_id=cls.seller.id,
                country_id=cls.env.ref("base.il").id,
                category_id=tag.ids,
            )
            for number in range(3)
        ]
        for client in cls.clients:
            cls.invoice(client, 100.0)
        cls.refresh(*cls.clients)
        cls.env["crm.customer.value.snapshot"]._close(cls.company, cls.today)

    def model(self, name):
        return self.env(user=self.seller, su=False)[name]

    def filters(self, name):
        view = self.model(name).get_view(view_type="search")
        return etree.fromstring(view["arch"]).iter("filter")

    def groupings(self, name):
        for node in self.filters(name):
            context = ast.literal_eval(node.get("context") or "{}")
            if context.get("group_by"):
                yield context["group_by"]

    def test_every_grouping_adds_up(self):
        for name in MODELS:
            model = self.model(name)
            amounts = [
                field.name
                for field in model._fields.values()
                if field.type == "monetary" and field.store
            ]
            specs = ["__count", *(f"{amount}:sum_currency" for amount in amounts)]
            specs += ["currency_id:array_agg_distinct"] if amounts else []
            [total] = model.formatted_read_group([], [], specs)
            self.assertTrue(total["__count"], name)
            for grouping in self.groupings(name):
                with self.subTest(model=name, grouping=grouping):
                    groups = model.formatted_read_group([], [grouping], specs)
                    self.assertEqual(sum(group["__count"] for group in groups), total["__count"])
                    for amount in specs[1:-1]:
                        added = sum(group[amount] for group in groups)
                        self.assertAlmostEqual(added, total[amount], 2, amount)

    def test_the_customers_are_grouped_by_what_the_issue_names(self):
        found = set(self.groupings("crm.customer.value"))
        wanted = {"salesperson_id", "team_id", "country_id", "category_ids", "tier", "phase"}
        self.assertLessEqual(wanted, found)
        groups = self.model("crm.customer.value").formatted_read_group(
            [], ["salesperson_id"], ["value_period:sum"]
        )
        self.assertEqual(groups[0]["salesperson_id"], (self.seller.id, self.seller.name))
        self.assertEqual(groups[0]["value_period:sum"], 300.0)

    def test_every_filter_is_understood(self):
        for name in MODELS:
            for node in self.filters(name):
                if node.get("domain"):
                    with self.subTest(model=name, filter=node.get("name")):
                        domain = node.get("domain").replace("uid", str(self.seller.id))
                        self.model(name).search(ast.literal_eval(domain))
