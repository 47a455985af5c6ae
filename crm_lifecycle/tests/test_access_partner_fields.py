from odoo.exceptions import AccessError
from odoo.tests import tagged

from .doors_common import HIDDEN_WORTH, OPERATORS, OURS, PROBES, REFUSED, DoorsCommon, answer


@tagged("post_install", "-at_install")
class TestAccessPartnerFields(DoorsCommon):
    """Every way to ask for what partners show of ours."""

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
                for probe in values:
                    value = [probe] if "in" in operator.split() else probe
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
