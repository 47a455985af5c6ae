"""Made from the registry: what is added later is held to the same rules, or goes red here."""

import re
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS
from odoo.models import BaseModel
from odoo.tests import tagged

from .access_common import AccessCommon
from .public_methods import PUBLIC_METHODS

MODULE = "crm_lifecycle"
GROUPS = ("user", "analyst", "manager")
# What the sales process keeps is for those who sell, with Odoo's own groups.
SALES = (
    "sales_team.group_sale_salesman",
    "sales_team.group_sale_salesman_all_leads",
    "sales_team.group_sale_manager",
)
OF_SALES = (
    *("crm.stage.", "crm.lead.", "crm.pipeline.", "crm.start.", "crm.process."),
    *("crm.campaign.", "crm.person.", "crm.sales."),
)
DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"

# Who makes a contact sees it, whoever owns the customer.
OWN_OR_MINE = {
    "crm.touchpoint": "['|', ('is_own_customer', '=', True), ('user_id', '=', user.id)]",
    "crm.touchpoint.report": "['|', ('is_own_customer', '=', True), ('user_id', '=', user.id)]",
}


@tagged("post_install", "-at_install")
class TestAccessGenerated(AccessCommon):
    def our_models(self):
        """Our own models that have rows."""
        return [
            model
            for model in map(self.env.get, self.env.registry)
            if model._original_module == MODULE and not model._abstract
        ]

    def our_fields(self):
        """Our fields on models of others, those inherited by delegation included."""
        for model in map(self.env.get, self.env.registry):
            if model._original_module == MODULE or model._abstract:
                continue
            for field in model._fields.values():
                origin = field.inherited_field if field.inherited else field
                while origin.inherited:
                    origin = origin.inherited_field
                if set(origin._modules) == {MODULE}:
                    yield model, field

    def group(self, name):
        return self.env.ref(f"{MODULE}.group_lifecycle_{name}")

    def acl(self, model):
        return self.env["ir.model.access"].search([("model_id.model", "=", model._name)])

    def rules(self, model):
        return self.env["ir.rule"].search([("model_id.model", "=", model._name)])

    # ------------------------------------------------------------------ tables
    def test_every_model_has_rights_and_each_is_a_group_s(self):
        for model in self.our_models():
            with self.subTest(model._name):
                acl = self.acl(model)
                self.assertTrue(acl)
                allowed = self.env["res.groups"].union(*map(self.group, GROUPS))
                if model._name.startswith(OF_SALES):
                    allowed |= self.env["res.groups"].union(*map(self.env.ref, SALES))
                for row in acl:
                    self.assertIn(row.group_id.id, allowed.ids, row.name)

    def test_every_model_of_a_company_has_the_company_s_rule(self):
        for model in self.our_models():
            if "company_id" in model._fields:
                with self.subTest(model._name):
                    shared = self.rules(model).filtered(lambda rule: not rule.groups)
                    domains = " ".join(rule.domain_force for rule in shared)
                    self.assertIn("('company_id', 'in', company_ids)", domains)

    def test_every_model_of_a_customer_is_for_those_who_look_after_them(self):
        for model in self.our_models():
            # A competitor is nobody's customer.
            partners = (f for f in model._fields.values() if f.comodel_name == "res.partner")
            columns = [field for field in partners if field.name != "lost_to_id"]
            if not columns or self.readers(model) == {"manager"}:
                continue
            with self.subTest(model._name):
                self.assertIn("is_own_customer", model._fields)
                rules = self.rules(model)
                own = rules.filtered(lambda rule: rule.groups == self.group("user"))
                only_own = "[('is_own_customer', '=', True)]"
                self.assertEqual(own.domain_force, OWN_OR_MINE.get(model._name, only_own))
                everything = rules.filtered(lambda rule: rule.groups == self.group("analyst"))
                self.assertEqual(everything.domain_force, "[(1, '=', 1)]")

    def readers(self, model):
        rows = self.acl(model).filtered("perm_read")
        return {name for name in GROUPS if self.group(name) in rows.group_id}

    def test_names_of_rows_say_nothing(self):
        """They stand in error messages, and beside links from elsewhere."""
        for model in self.our_models():
            if "is_own_customer" in model._fields:
                rows = model.search([("partner_id", "=", self.hidden.id)])
                for name in rows.mapped("display_name"):
                    self.assertNotIn("Hidden of B", name)

    def test_related_fields_of_ours_use_the_viewer_s_rights(self):
        for model in self.our_models():
            for field in model._fields.values():
                if field.related and not field.store:
                    with self.subTest(str(field)):
                        self.assertFalse(field.compute_sudo)

    # ------------------------------------------------------------------ fields
    def test_every_field_of_ours_on_contacts_and_companies_is_a_group_s(self):
        known = {group.id for group in map(self.group, GROUPS)}
        count = 0
        for model, field in self.our_fields():
            if model._name not in (
                "res.partner",
                "res.users",
                "res.company",
                "res.config.settings",
            ):
                continue
            count += 1
            with self.subTest(str(field)):
                self.assertTrue(field.groups)
                if field.groups != NO_ACCESS:
                    names = field.groups.split(",")
                    self.assertTrue({self.env.ref(name).id for name in names} <= known)
        self.assertGreater(count, 30)

    def test_outsiders_come_to_no_field_of_ours(self):
        requests = 0
        for model, field in self.our_fields():
            if model._name not in ("res.partner", "res.users", "res.company"):
                continue
            for user in (self.employee, self.portal, self.creator):
                own = {
                    "res.partner": user.partner_id,
                    "res.users": user,
                    "res.company": self.company,
                }
                record = self.ask(user, model._name).browse(own[model._name].id)
                self.assertNotIn(field.name, record.fields_get())
                for door in self.doors(record, field):
                    requests += 1
                    with self.subTest(str(field), user=user.login), self.assertRaises(AccessError):
                        door()
        self.assertGreater(requests, 200)

    def doors(self, record, field):
        name, model = field.name, record.browse()
        yield lambda: record.read([name])
        yield lambda: record.web_read({name: {}})
        yield lambda: record.write({name: False})
        if record._name == "res.partner" and (field.store or field.search):
            yield lambda: record.search([("parent_id." + name, "!=", False)])
        if (field.store or field.search) and not field.required:
            yield lambda: model.search([(name, "!=", False)])
            yield lambda: model.search_count([(name, "=", False)])
        if field.store:
            yield lambda: model.search([], order=name)
            if not field.company_dependent:
                yield lambda: model.formatted_read_group([], [name], ["__count"])

    # ------------------------------------------------------------------ customers put in
    def test_no_customer_column_takes_a_hidden_customer(self):
        columns = 0
        for model in self.our_models():
            for field in model._fields.values():
                if field.comodel_name != "res.partner" or field.type != "many2one":
                    continue
                if "is_own_customer" not in model._fields:
                    acl = self.acl(model)
                    self.assertFalse(acl.filtered(lambda a: a.perm_create or a.perm_write), model)
                    continue
                columns += 1
                with self.subTest(str(field)):
                    self.assertClosed(model, field)
        self.assertGreaterEqual(columns, 4)

    def assertClosed(self, model, field):
        """Not by create, write, default or onchange: also not when the rights are there."""
        for rights in (False, True):
            if rights and not model._auto:
                continue
            if rights:
                self.open_up(model)
            before = self.state()
            for door in self.ways_in(self.ask(self.a, model._name), field):
                self.assertRefuses(door)
            self.assertEqual(self.state(), before)
            if rights:
                self.assertNothingComesBack(self.ask(self.a, model._name), field)

    def ways_in(self, asked, field):
        """Each way to put the hidden customer into a row."""
        name, hidden = field.name, self.hidden.id
        others = {**self.filled(asked), "company_id": self.company.id}
        yield lambda: asked.create({name: hidden, **others})
        yield lambda: asked.with_context(**{f"default_{name}": hidden}).create(others)
        yield lambda: asked.create({name: 2**31 - 1, **others})
        own = asked.search([(name, "=", self.own.id)], limit=1)
        if own:
            yield lambda: own.write({name: hidden})
            yield lambda: own.write({name: 2**31 - 1})
            yield lambda: own.copy({name: hidden})

    def open_up(self, model):
        """Give the users every right on a model, as a later one of ours might have."""
        self.acl(model).write({"perm_write": True, "perm_create": True, "perm_unlink": True})
        user = self.group("user")
        self.acl(model).filtered(lambda row: row.group_id == self.group("manager")).group_id = user

    def filled(self, model):
        values = {"to_phase": "retention", "date": "2026-01-01", "reason": "manual"}
        return {name: value for name, value in values.items() if name in model._fields}

    def assertNothingComesBack(self, asked, field):
        names = [n for n, f in asked._fields.items() if asked._has_field_access(f, "read")]
        spec = {name: {} for name in names if name != "id"}
        for changed in ([field.name], []):
            answer = asked.onchange({field.name: self.hidden.id}, changed, dict(spec))
            self.assertNoCanary(answer)
            self.assertFalse(answer["value"].get(field.name), answer)
            self.assertNotIn(self.b.id, [answer["value"].get("salesperson_id")])

    # ------------------------------------------------------------------ methods
    def test_every_public_method_is_on_the_list(self):
        found = set()
        for model in map(self.env.get, self.env.registry):
            for cls in type(model).__mro__:
                if not cls.__module__.startswith(f"odoo.addons.{MODULE}."):
                    continue
                for name, method in vars(cls).items():
                    if self.is_endpoint(name, method) and not self.is_override(model, name):
                        found.add((model._name, name))
        self.assertEqual(found, set(PUBLIC_METHODS))

    def is_endpoint(self, name, method):
        return callable(method) and not name.startswith("_") and not hasattr(method, "_api_private")

    def is_override(self, model, name):
        """Whether somebody else's model had the method before us: its rights are theirs."""
        return any(
            name in vars(cls)
            for cls in type(model).__mro__
            if not cls.__module__.startswith(f"odoo.addons.{MODULE}.")
            and (issubclass(cls, BaseModel))
            and cls is not type(model)
        )

    def test_public_methods_give_outsiders_nothing(self):
        self.env["crm.customer.worth.export"].create({})
        for model_name, method in PUBLIC_METHODS:
            records = self.env[model_name]
            if not records._abstract:
                records = records.search([], limit=1)
            if model_name == "res.partner":
                records = self.hidden
            for user in (self.employee, self.creator, self.portal):
                before = self.state()
                asked = self.ask(user, model_name).browse(records.ids)
                with self.subTest(model=model_name, method=method, user=user.login):
                    self.assertRefuses(getattr(asked, method), (AccessError, ValueError))
                self.assertEqual(self.state(), before)

    # ------------------------------------------------------------------ the document
    def test_the_table_in_the_docs_is_the_truth(self):
        """`docs/access.md` says for each table and group what the database says."""
        if not DOCUMENT.exists():
            self.skipTest("The addon stands alone, without the repository's docs.")
        self.assertEqual(self.written_table(), self.real_table())

    def written_table(self):
        rows = {}
        for line in DOCUMENT.read_text().splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            name = re.fullmatch(r".*`([\w.]+)`", cells[0])
            if name and len(cells) == len(GROUPS) + 1 and name[1] in self.env:
                rows[name[1]] = cells[1:]
        return rows

    def real_table(self):
        return {
            model._name: [self.may(model, name) for name in GROUPS] for model in self.our_models()
        }

    def may(self, model, name):
        """In the words of the document: what a group may do with a model."""
        groups = self.group(name) | self.group(name).all_implied_ids
        acl = self.acl(model).filtered(lambda row: row.group_id in groups)
        verbs = [
            verb
            for verb in ("read", "write", "create", "unlink")
            if any(acl.mapped(f"perm_{verb}"))
        ]
        if not verbs:
            return "-"
        words = "read" if verbs == ["read"] else ", ".join(verbs)
        return f"{words}: {self.scope(model, groups)}"

    def scope(self, model, groups):
        rules = self.rules(model)
        shared = " ".join(rule.domain_force for rule in rules if not rule.groups)
        grouped = [rule.domain_force for rule in rules if rule.groups & groups]
        limited = "[(1, '=', 1)]" not in grouped
        if limited and "('is_own_customer', '=', True)" in " ".join(grouped):
            return "own customers, and their own" if model._name in OWN_OR_MINE else "own customers"
        if "lead_id.user_id" in " ".join(grouped) and "[(1, '=', 1)]" not in grouped:
            return "own leads"
        if "[('user_id', 'in', [user.id, False])]" in grouped and "[(1, '=', 1)]" not in grouped:
            return "own leads"
        if hasattr(model, "_stays_action"):
            return "made of what they may read"
        own = "[('user_id', '=', user.id)]" in grouped and "[(1, '=', 1)]" not in grouped
        if own or "create_uid" in shared:
            return "their own"
        return "their companies" if "company_ids" in shared else "all"
