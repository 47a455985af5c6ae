from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_common import CANARY_COST, CANARY_PERIOD, AccessCommon

OURS = (
    "crm.customer.value",
    "crm.customer.value.line",
    "crm.customer.value.snapshot",
    "crm.lifecycle.transition",
)
HIDDEN_WORTH = round(CANARY_PERIOD - CANARY_COST, 2)
REFUSED = (AccessError, UserError, ValidationError, ValueError, TypeError, NotImplementedError)

# Each searchable field of ours on partners, with values around those of the hidden customer.
PROBES = {
    "lifecycle_phase": ["retention", "acquisition", False],
    "customer_value": [HIDDEN_WORTH, 0, HIDDEN_WORTH - 1, False],
    "value_score": [98.76, 50, 0, False],
    "value_tier": ["a", "d", False],
    "health": ["good", "lost", False],
    "last_interaction_date": ["2026-01-02 03:04:05", "2026-01-01", False],
    "next_touch_date": ["2026-02-03", "2026-02-02", False],
    "account_manager_id": ["Seller", False],
}
OPERATORS = (
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "in",
    "not in",
    "like",
    "ilike",
    "not ilike",
    "=ilike",
)


def answer(question):
    """What a question answers, refusals included: their kind, for those are answers too."""
    try:
        return question()
    except REFUSED as error:
        return type(error).__name__


@tagged("post_install", "-at_install")
class TestAccessDoors(AccessCommon):
    """Every way to ask, as A: the answer is the same with the hidden customer and without."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hidden.account_manager_id = cls.lead_b
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Lead of A on B's customer", "partner_id": cls.hidden.id, "user_id": cls.a.id}
        )
        tag = cls.env["res.partner.category"].create({"name": "Shared tag"})
        (cls.own | cls.hidden).category_id = tag

    def check(self, question, where=""):
        """The question gives no figure away, by content or by difference."""
        guarded = lambda: answer(question)  # noqa: E731
        found = guarded()
        self.assertNoCanary(found, where)
        self.assertEqual(found, self.without_hidden(guarded), where)

    def as_a(self, model):
        return self.ask(self.a, model)

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

    # ------------------------------------------------------------------ partner fields
    def test_every_field_of_a_hidden_customer_is_empty(self):
        for partner in (self.hidden, self.child):
            [values] = (
                self.as_a("res.partner").browse(partner.id).read([*PROBES, "customer_revenue"])
            )
            values.pop("id")
            self.assertFalse(any(values.values()), values)
            history = self.as_a("res.partner").browse(partner.id).worth_history
            self.check(lambda p=partner: self.as_a("res.partner").browse(p.id).worth_history)
            self.assertNotIn("12/25", history)

    def test_every_operator_on_every_partner_field(self):
        count = 0
        for name, values in PROBES.items():
            for operator in OPERATORS:
                for value in values:
                    value = [value] if "in" in operator.split() else value
                    paths = (name, f"child_ids.{name}", f"commercial_partner_id.{name}")
                    for path in paths:
                        count += 1
                        with self.subTest(path=path, operator=operator, value=value):
                            self.check(
                                lambda p=path, o=operator, v=value: (
                                    self.as_a("res.partner")
                                    .search([(p, o, v), ("id", "in", self.everybody)])
                                    .ids
                                )
                            )
        self.assertGreaterEqual(count, 900)

    @property
    def everybody(self):
        return (self.own | self.hidden | self.child).ids

    def test_a_binary_search_finds_nothing(self):
        low, high = 0.0, 1_000_000.0
        for _step in range(20):
            middle = (low + high) / 2
            domain = [("id", "=", self.hidden.id), ("customer_value", ">", middle)]
            hit = self.as_a("res.partner").search_count(domain)
            self.assertFalse(hit)
            low, high = (middle, high) if hit else (low, middle)

    def test_paths_from_other_models(self):
        """Dotted paths, sub-domains, and those that Odoo evaluates as superuser."""
        worth = ("customer_value", ">", HIDDEN_WORTH - 1)
        tagged_alike = "category_id.partner_ids"
        paths = [
            ("crm.lead", [("partner_id.customer_value", *worth[1:])]),
            ("crm.lead", [("partner_id", "any", [worth])]),
            ("crm.lead", [("partner_id", "any", [("value_tier", "=", "a")])]),
            ("crm.lead", [("partner_id.account_manager_id", "=", self.lead_b.id)]),
            ("crm.lead", [("partner_id.account_manager_id.login", "=", "lead_b")]),
            ("crm.lead", [("partner_id.commercial_partner_id.lifecycle_phase", "=", "retention")]),
            ("sale.order", [("partner_id.customer_value", *worth[1:])]),
            ("res.users", [(f"partner_id.{tagged_alike}.customer_value", *worth[1:])]),
            ("res.users", [("customer_value", *worth[1:])]),
            ("res.partner", [(f"{tagged_alike}.customer_value", *worth[1:])]),
            ("res.partner", [(f"user_ids.{tagged_alike}.customer_value", *worth[1:])]),
            ("res.partner", [("user_ids.partner_id.parent_id.customer_value", *worth[1:])]),
            ("crm.customer.value", [(f"partner_id.{tagged_alike}.customer_value", *worth[1:])]),
            ("crm.customer.value", [("category_ids.partner_ids.customer_value", *worth[1:])]),
            ("crm.customer.value", [("category_ids.partner_ids", "any", [worth])]),
            (
                "crm.customer.value",
                [("salesperson_id.partner_id.category_id.partner_ids", "any", [worth])],
            ),
            ("crm.customer.value", [("company_id.user_ids.partner_id.customer_value", *worth[1:])]),
        ]
        (self.a | self.b).partner_id.category_id = self.own.category_id
        self.b.partner_id.parent_id = self.hidden
        for model, domain in paths:
            with self.subTest(model=model, domain=domain):
                self.check(lambda m=model, d=domain: self.as_a(m).search(d).ids)
                self.check(lambda m=model, d=domain: self.as_a(m).search(["!", *d]).ids)

    def test_a_search_as_superuser_finds_no_more_than_the_user(self):
        """Odoo turns parts of a caller's domain into searches as superuser."""
        for name, value in (("customer_value", HIDDEN_WORTH), ("value_tier", "a")):
            found = self.as_a("res.partner").sudo().search([(name, "=", value)])
            self.assertNotIn(self.hidden, found)
        managed = (
            self.as_a("res.partner").sudo().search([("account_manager_id", "=", self.lead_b.id)])
        )
        self.assertNotIn(self.hidden, managed)
        outside = self.ask(self.employee, "res.partner").sudo()
        self.assertFalse(outside.search([("customer_value", ">", 1)]))

    def test_users_are_asked_for_with_the_viewer_s_rights(self):
        for path in ("account_manager_id.totp_secret", "account_manager_id.password"):
            with self.subTest(path):
                self.assertRefuses(
                    lambda p=path: self.as_a("res.partner").search([(p, "=like", "%")]), REFUSED
                )
        for path in ("salesperson_id.totp_secret", "partner_id.user_id.totp_secret"):
            with self.subTest(path):
                self.assertRefuses(
                    lambda p=path: self.as_a("crm.customer.value").search([(p, "=like", "%")]),
                    REFUSED,
                )

    def test_the_stored_appointment_is_nobody_s_to_read(self):
        for user in (self.a, self.analyst, self.manager):
            partners = self.ask(user, "res.partner")
            name = "own_account_manager_id"
            for door in (
                lambda: partners.browse(self.hidden.id).read([name]),
                lambda: partners.search([(name, "=", self.lead_b.id)]),
                lambda: partners.search([], order=name),
                lambda: partners.formatted_read_group([], [name], ["__count"]),
                lambda: partners.browse(self.hidden.id).write({name: user.id}),
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    door()

    def test_actions_with_a_hidden_customer(self):
        before = self.state()
        for name in (
            "action_open_customer_revenue",
            "action_open_customer_cost",
            "action_open_customer_worth",
            "action_unlock_phase",
        ):
            for partner in (self.hidden, self.child):
                for user in (self.a, self.employee, self.portal):
                    with self.subTest(name, user=user.login), self.assertRaises(AccessError):
                        getattr(self.ask(user, "res.partner").browse(partner.id), name)()
        with self.assertRaises(AccessError):
            self.as_a("crm.customer.value").browse(
                self.value_of(self.hidden).id
            ).action_open_partner()
        self.assertEqual(self.state(), before)

    def test_a_phase_is_chosen_for_one_s_own(self):
        for partner in (self.hidden, self.child):
            with self.assertRaises(AccessError):
                self.as_a("res.partner").browse(partner.id).write(
                    {"lifecycle_phase": "acquisition"}
                )
        with self.assertRaises(AccessError):
            self.as_a("res.partner").create(
                {"name": "X", "parent_id": self.hidden.id, "lifecycle_phase": "acquisition"}
            )
        self.env.invalidate_all()
        self.assertEqual(self.value_of(self.hidden).phase, "retention")
        self.as_a("res.partner").browse(self.own.id).lifecycle_phase = "enhancement"
        self.assertEqual(self.value_of(self.own).phase, "enhancement")

    # ------------------------------------------------------------------ forms
    def test_a_form_shows_nothing_of_the_customer_put_into_it(self):
        fields_spec = {
            name: {} for name in (*PROBES, "customer_revenue", "worth_history", "parent_id")
        }
        for values, changed in (
            ({"parent_id": self.hidden.id}, ["parent_id"]),
            ({"parent_id": self.hidden.id, "name": "X"}, ["name"]),
            ({"parent_id": self.hidden.id}, []),
            ({"commercial_partner_id": self.hidden.id}, ["commercial_partner_id"]),
        ):
            with self.subTest(changed=changed):
                self.check(
                    lambda v=values, c=changed: self.as_a("res.partner").onchange(
                        dict(v), c, fields_spec
                    )
                )
        deep = {"partner_id": {"fields": {name: {} for name in PROBES}}}
        self.check(
            lambda: self.as_a("crm.lead").onchange(
                {"partner_id": self.hidden.id}, ["partner_id"], deep
            )
        )
        self.check(
            lambda: (
                self.as_a("res.partner")
                .with_context(default_parent_id=self.hidden.id)
                .default_get(list(fields_spec))
            )
        )

    def test_forms_of_our_models_are_closed(self):
        for model in OURS:
            for user in (self.a, self.analyst, self.manager, self.employee, self.portal):
                form = self.ask(user, model)
                with self.subTest(model=model, user=user.login), self.assertRaises(AccessError):
                    form.onchange(
                        {"partner_id": self.hidden.id}, ["partner_id"], {"company_id": {}}
                    )
                with self.subTest(model=model, user=user.login), self.assertRaises(AccessError):
                    form.create({"partner_id": self.own.id, "company_id": self.company.id})

    # ------------------------------------------------------------------ outsiders
    def test_outsiders_read_no_field_of_ours(self):
        for user in (self.employee, self.creator, self.portal):
            partners = self.ask(user, "res.partner")
            known = set(partners.fields_get())
            for name in (*PROBES, "customer_revenue", "customer_service_cost", "worth_history"):
                with self.subTest(user=user.login, field=name):
                    self.assertNotIn(name, known)
                    for door in (
                        lambda: partners.browse(user.partner_id.id).read([name]),
                        lambda: partners.search([(name, "!=", False)]),
                        lambda: partners.search([("parent_id." + name, "!=", False)]),
                        lambda: partners.browse(user.partner_id.id).web_read({name: {}}),
                    ):
                        with self.assertRaises(AccessError):
                            door()

    def test_outsiders_find_nothing_through_superuser_paths(self):
        self.employee.partner_id.category_id = self.own.category_id
        domain = [("user_ids.partner_id.category_id.partner_ids.customer_value", ">", 1)]
        for user in (self.employee, self.creator):
            found = answer(lambda u=user: self.ask(u, "res.partner").search(domain).ids)
            self.assertIn(found, ([], "AccessError"))

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
