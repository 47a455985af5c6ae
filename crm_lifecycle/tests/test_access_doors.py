from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_common import CANARY_PERIOD
from .doors_common import HIDDEN_WORTH, OURS, PROBES, DoorsCommon


@tagged("post_install", "-at_install")
class TestAccessDoors(DoorsCommon):
    """Every way to ask for rows of ours."""

    # ------------------------------------------------------------------ our models
    def test_lists_and_counts(self):
        for model in OURS:
            ask = lambda m=model: self.as_a(m)  # noqa: E731
            names = list(ask().fields_get())
            spec = {name: {} for name in names}
            questions = {
                "search_read": lambda: ask().search_read([], names),
                "web_search_read": lambda: ask().web_search_read([], spec, count_limit=1000),
                "search_count": lambda: ask().search_count([]),
                "by partner": lambda: ask().search_count([("partner_id", "=", self.hidden.id)]),
                "not own": lambda: ask().search_count([("is_own_customer", "=", False)]),
                "child_of": lambda: ask().search_count(
                    [("partner_id", "child_of", self.hidden.id)]
                ),
                "by partner's name": lambda: ask().search_count(
                    [("partner_id.name", "ilike", "B")]
                ),
            }
            for name, question in questions.items():
                with self.subTest(model=model, door=name):
                    self.check(question)

    def test_nothing_of_the_hidden_customer_is_found(self):
        for model in OURS:
            with self.subTest(model=model):
                found = self.as_a(model).search([])
                self.assertNotIn(self.hidden, found.sudo().partner_id)
                self.assertTrue(self.ask(self.analyst, model)._name)

    def test_rows_by_id(self):
        for model in OURS:
            if model.endswith(".line"):
                continue
            row = self.env[model].search([("partner_id", "=", self.hidden.id)], limit=1)
            self.assertTrue(row, model)
            hidden = lambda m=model, i=row.id: self.as_a(m).browse(i)  # noqa: E731
            for door in (
                lambda: hidden().read(),
                lambda: hidden().web_read({"display_name": {}, "company_id": {}}),
                lambda: hidden().export_data(["id", "company_id"]),
                lambda: hidden().write({"company_id": self.company.id}),
                lambda: hidden().unlink(),
                lambda: hidden().copy(),
                lambda: hidden().mapped("company_id"),
            ):
                with self.subTest(model=model), self.assertRaises(AccessError):
                    door()
                    self.env.flush_all()

    def test_lines_by_id(self):
        self.invoice(self.hidden, CANARY_PERIOD)
        line = self.env["crm.customer.value.line"].search([("partner_id", "=", self.hidden.id)])
        self.assertEqual(len(line), 1)
        for door in ("read", "action_open_document"):
            with self.assertRaises(AccessError):
                getattr(self.as_a("crm.customer.value.line").browse(line.id), door)()
        self.assertFalse(
            self.as_a("crm.customer.value.line").search([("partner_id", "=", self.hidden.id)])
        )

    def test_aggregates(self):
        for model, column in (
            ("crm.customer.value", "value_period"),
            ("crm.customer.value.snapshot", "value_period"),
            ("crm.customer.value.line", "amount"),
        ):
            ask = lambda m=model: self.as_a(m)  # noqa: E731
            measures = [f"{column}:{how}" for how in ("sum", "avg", "min", "max", "array_agg")]
            measures += [f"{column}:count_distinct", "__count"]
            for groupby in ([], ["partner_id"], ["company_id"], ["partner_id", "company_id"]):
                having = [[("__count", ">", 0)], [(f"{column}:max", ">", HIDDEN_WORTH - 1)]]
                for clause in ([], *having):
                    with self.subTest(model=model, groupby=groupby, having=clause):
                        self.check(
                            lambda: ask().formatted_read_group([], groupby, measures, having=clause)
                        )
            self.check(
                lambda: ask().formatted_read_grouping_sets(
                    [], [[], ["partner_id"]], [f"{column}:sum", "__count"]
                )
            )
            self.check(lambda: ask().web_read_group([], ["partner_id"], [f"{column}:sum"]))

    def test_groups_by_what_is_the_customer_s(self):
        for name in ("salesperson_id", "team_id", "country_id", "city", "category_ids", "tier"):
            with self.subTest(name):
                self.check(
                    lambda n=name: self.as_a("crm.customer.value").formatted_read_group(
                        [], [n], ["value_period:sum", "__count"]
                    )
                )

    def test_progress_bars_and_search_panels(self):
        value = lambda: self.as_a("crm.customer.value")  # noqa: E731
        bar = {"field": "tier", "colors": {"a": "success"}}
        self.check(lambda: value().read_progress_bar([], "phase", bar))
        for name in ("partner_id", "tier", "phase"):
            self.check(
                lambda n=name: value().search_panel_select_range(n, enable_counters=True, limit=100)
            )
        partners = lambda: self.as_a("res.partner")  # noqa: E731
        self.check(lambda: partners().read_progress_bar([], "country_id", {**bar, "field": "type"}))

    def test_orders_and_pages(self):
        for order in ("value_period desc", "score, id", "partner_id", "salesperson_id"):
            for offset in range(3):
                self.check(
                    lambda o=order, n=offset: self.as_a("crm.customer.value").search_read(
                        [], ["partner_id"], offset=n, limit=1, order=o
                    )
                )

    def test_names(self):
        for model in OURS:
            ask = lambda m=model: self.as_a(m)  # noqa: E731
            for text in ("", "Hidden", "CANARY", "worth"):
                with self.subTest(model=model, text=text), mute_logger("odoo.orm.models"):
                    self.check(lambda: ask().name_search(text))
                    self.check(lambda: ask().web_name_search(text, {"display_name": {}}))
        for model in OURS[2:]:
            rows = self.env[model].search([("partner_id", "=", self.hidden.id)])
            self.assertNotIn("Hidden", " ".join(rows.mapped("display_name")))

    def test_export(self):
        columns = ["partner_id/name", "value_period", "tier", "partner_id/customer_value"]
        self.check(lambda: self.as_a("crm.customer.value").search([]).export_data(columns))
        partners = self.own | self.hidden | self.child
        columns = ["name", *PROBES, "customer_revenue", "customer_service_cost"]
        self.check(lambda: self.as_a("res.partner").browse(partners.ids).export_data(columns))

    def test_deep_reads(self):
        spec = {name: {} for name in (*PROBES, "customer_revenue", "worth_history")}
        spec["account_manager_id"] = {"fields": {"display_name": {}}}
        deep = {"partner_id": {"fields": {**spec, "parent_id": {"fields": spec}}}}
        self.check(lambda: self.as_a("crm.lead").browse(self.lead.id).web_read(deep))
        tags = {"category_ids": {"fields": {"partner_ids": {"fields": spec}}}}
        self.check(lambda: self.as_a("crm.customer.value").web_search_read([], tags))

    # ------------------------------------------------------------------ settings
    def test_previews_count_for_managers_of_the_company_only(self):
        admin = self.persona("system", None, "base.group_system")
        settings = self.ask(admin, "res.config.settings")
        preview = {"lifecycle_tier_preview": {}, "lifecycle_phase_preview": {}}
        with self.assertRaises(AccessError):
            settings.onchange({}, [], preview)
        self.assertNotIn("lifecycle_tier_preview", settings.fields_get())
        for user in (self.a, self.analyst, self.manager):
            with self.assertRaises(AccessError):
                self.ask(user, "res.config.settings").onchange({}, [], preview)

    def test_previews_count_no_other_company(self):
        other = self.other_company("Elsewhere")
        self._fill(self.hidden, 1.0, 1.0, 0.0, other)
        admin = self.persona("system_manager", "manager", "base.group_system")
        preview = {"lifecycle_tier_preview": {}, "lifecycle_phase_preview": {}, "company_id": {}}
        settings = self.ask(admin, "res.config.settings")
        self.assertTrue(settings.onchange({}, [], preview)["value"]["lifecycle_tier_preview"])
        with self.assertRaises(AccessError):
            settings.onchange({"company_id": other.id}, ["company_id"], preview)

    def test_the_company_s_thresholds_are_for_users(self):
        for user in (self.employee, self.portal):
            company = self.ask(user, "res.company").browse(self.company.id)
            with self.assertRaises(AccessError):
                company.read(["lifecycle_return_cost"])
        company = self.as_a("res.company").browse(self.company.id)
        self.assertTrue(company.read(["lifecycle_period_days"]))
        with self.assertRaises(AccessError):
            company.write({"lifecycle_unowned_visible": True})

    def test_a_system_administrator_outside_the_app_still_makes_companies_and_saves_settings(self):
        admin = self.persona("plain_admin", None, "base.group_system,base.group_erp_manager")
        self.ask(admin, "res.company").create({"name": "A new company"})
        self.ask(admin, "res.config.settings").create({}).execute()

    # ------------------------------------------------------------------ alive
    def test_the_oracles_see_a_leak(self):
        """With the rule away, or the group check, each oracle goes red."""
        self.env.ref("crm_lifecycle.rule_crm_customer_value_user").active = False
        doors = {
            "canary": lambda: self.assertNoCanary(
                self.as_a("crm.customer.value").search_read([], ["value_period", "revenue_total"])
            ),
            "count": lambda: self.check(lambda: self.as_a("crm.customer.value").search_count([])),
            "partner": lambda: self.check(
                lambda: self.as_a("res.partner").search([("customer_value", ">", 9000)]).ids
            ),
            "matrix": lambda: self.assertFalse(self.sees(self.a, self.hidden)),
        }
        for name, door in doors.items():
            with self.subTest(name), self.assertRaises(AssertionError):
                door()
        before = self.state()
        self.hidden.user_id = self.a
        self.assertNotEqual(self.state(), before)
