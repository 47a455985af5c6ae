import random
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Domain
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentRules(SegmentCommon):
    """A rule is data: what it may ask, of whom, in which company."""

    def fitting(self, domain, company=None):
        """Which of the contacts, and of those with figures, fit a rule."""
        text = domain if isinstance(domain, str) else repr(domain)
        rules = self.env["crm.segment.rule"]
        rules._check(text, company or self.company)
        sql = rules._matching(text, company or self.company, 0, 2**31 - 1)
        ids = {row[0] for row in self.env.execute_query(sql)}
        known = self.contacts | self.own | self.hidden | self.child
        return known.filtered(lambda one: one.id in ids)

    # ------------------------------------------------------------------ what it finds
    def test_rules_ask_for_odoo_s_fields(self):
        self.contacts[0].write({"email": "a@example.com", "country_id": self.env.ref("base.il").id})
        self.contacts[1].write({"type": "other", "parent_id": self.contacts[0].id})
        self.env.flush_all()
        for domain in (
            [("email", "!=", False), ("city", "=", "North 0")],
            [("country_id", "=", self.env.ref("base.il").id), ("city", "=", "North 0")],
            [("country_id.code", "=", "IL"), ("city", "=", "North 0")],
            "[['name', '=', 'Contact 0']]",
            '["&", ["is_company", "=", false], ["name", "=", "Contact 0"]]',
            [("id", "in", self.contacts.ids), ("name", "=", "Contact 0")],
        ):
            self.assertEqual(self.fitting(domain), self.contacts[0], domain)
        above = [("parent_id", "any", [("country_id.code", "=", "IL")])]
        self.assertEqual(self.fitting(above), self.contacts[1])
        self.assertEqual(self.fitting([("parent_id.country_id.code", "=", "IL")]), self.contacts[1])
        first = [("id", "in", self.contacts[:1].ids)]
        self.assertEqual(
            self.fitting([*first, ("create_date", ">=", "today -1d")]), self.contacts[0]
        )
        self.assertFalse(self.fitting([*first, ("create_date", "<", "today -1d")]))

    def test_rules_ask_for_figures_in_their_company(self):
        figures = [("value_tier", "=", "a"), ("customer_value", ">", 100), ("health", "=", "good")]
        self.assertEqual(self.fitting(figures), self.own | self.hidden | self.child)
        self.assertEqual(self.fitting([("customer_value", ">", 90000)]), self.hidden | self.child)
        other = self.other_company()
        self.assertFalse(self.fitting(figures, other))
        self._fill(self.own, 900.0, 800.0, 0.0, company=other)
        self.assertEqual(self.fitting([("customer_value", ">", 700)], other), self.own)

    def test_last_contact_and_account_manager_can_be_asked_for(self):
        self.assertEqual(
            self.fitting([("last_interaction_date", ">", "2026-01-01")]),
            self.own | self.hidden | self.child,
        )
        self.assertEqual(
            self.fitting([("account_manager_id", "=", self.b.id)]), self.hidden | self.child
        )
        self.assertEqual(
            self.fitting([("lifecycle_phase", "=", "retention")]),
            self.own | self.hidden | self.child,
        )

    def test_own_fields_of_a_company_can_be_asked_for(self):
        definition = self.env["properties.base.definition"]._get_definition_for_property_field(
            "res.partner", "properties"
        )
        definition.properties_definition = [
            {"name": "shoe_size", "string": "Shoe Size", "type": "integer"}
        ]
        self.contacts[2].properties = {"shoe_size": 43}
        self.env.flush_all()
        self.assertEqual(self.fitting([("properties.shoe_size", "=", 43)]), self.contacts[2])

    def test_contacts_of_another_company_are_left_alone(self):
        other = self.other_company()
        self.contacts[0].company_id = other
        self.contacts[1].company_id = self.company
        self.refresh_segments()
        self.assertEqual(self.members(self.north), self.contacts[1:])

    def test_archived_contacts_fit_only_a_rule_that_asks_for_them(self):
        self.contacts[0].active = False
        every = [("id", "in", self.contacts.ids)]
        self.assertEqual(self.fitting(every), self.contacts[1:])
        self.assertEqual(self.fitting([*every, ("active", "=", False)]), self.contacts[0])

    def test_no_rule_fits_nobody(self):
        for text in ("", "[]", " [ ] "):
            self.assertFalse(self.fitting(text))
        empty = self.segment("By hand only")
        self.refresh_segments()
        self.assertFalse(self.members(empty))

    def test_days_are_those_of_the_company(self):
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-01 20:00:00"):
            found = self.env["crm.segment.rule"]._partners(self.company)
            self.assertEqual(str(fields.Date.context_today(found)), "2026-03-02")

    def test_a_company_may_allow_another_field(self):
        with self.assertRaisesRegex(ValidationError, "barcode"):
            self.fitting([("barcode", "=", "1")])
        rules = type(self.env["crm.segment.rule"])
        paths = self.env["crm.segment.rule"]._segment_fields()
        with patch.object(rules, "_segment_fields", lambda _self: paths | {"barcode"}):
            self.assertFalse(self.fitting([("barcode", "=", "1")]))

    def test_fields_of_rooms_that_are_not_there_are_left_out(self):
        known = self.env["res.partner"]._fields
        paths = self.env["crm.segment.rule"]._segment_fields() - {"properties.*"}
        for path in paths:
            self.assertIn(path.split(".")[0], known)
            self.assertLessEqual(path.count("."), 2)

    # ------------------------------------------------------------------ what is refused
    def test_what_is_refused_says_which_and_what_to_do(self):
        deep = [("parent_id", "any", [("parent_id", "any", [("name", "=", "a")])])]
        for domain, words in (
            ("[('bank_ids', '!=', False)]", "bank_ids"),
            ("[('user_ids.totp_secret', '=', 'a')]", "user_ids.totp_secret"),
            ("[('message_ids.body', 'ilike', 'a')]", "message_ids.body"),
            ("[('signup_type', '=', 'a')]", "signup_type"),
            ("[('user_id.login', '=', 'a')]", "user_id.login"),
            ("[('parent_id.user_ids', '!=', False)]", "parent_id.user_ids"),
            ("[('comment', 'ilike', 'a')]", "comment"),
            ("[('parent_id', 'any!', [])]", "any!"),
            ("[('name', '=', uid)]", "fixed values"),
            (repr(deep), "parent_id.parent_id"),
            ("[('name', '=', 'a')" + ", ('name', '=', 'a')" * 50 + "]", "50"),
            (f"[('id', 'in', {list(range(1001))})]", "1000"),
            ("[" + " " * 20001 + "]", "20000"),
            ("['&']", "not complete"),
            (repr(["!"] * 6 + [("name", "=", "a")]), "levels"),
            (f"[('name', '=', {'a' * 501!r})]", "500"),
            ("[('id', '=', 99999999999)]", "billion"),
            ("[('name', 'in', 'a')]", "value"),
        ):
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words) as caught:
                self.north.segment_domain = domain
            text = str(caught.exception)
            self.assertTrue(text.endswith(".") and text.count(". ") == 0, text)

    def test_a_rule_that_odoo_refuses_is_refused(self):
        with mute_logger("odoo.sql_db"):
            for domain in (
                "[('create_date', '>', 'no date')]",
                "[('name', 'any', [])]",
                "[('name', 'child_of', 'x')]",
            ):
                with self.subTest(domain), self.assertRaises(ValidationError):
                    self.north.segment_domain = domain

    def test_only_segments_have_rules_companies_and_groups(self):
        plain = self.tags.create({"name": "Plain"})
        with self.assertRaises(ValidationError):
            plain.segment_domain = "[('name', '=', 'a')]"
        group = self.env["crm.segment.group"].create({"name": "Kind"})
        for vals in (
            {"segment_group_id": group.id},
            {"is_segment": True, "segment_company_id": False},
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                plain.write(vals)
                self.env.flush_all()
        plain.is_segment = True
        self.assertEqual(plain.segment_company_id, self.env.company)

    def test_a_copy_of_a_segment_is_a_plain_tag(self):
        copy = self.north.copy()
        self.assertFalse(copy.is_segment or copy.segment_domain or copy.segment_company_id)

    def test_1000_fuzzed_rules_are_refused_or_hold(self):
        """Whatever comes in, nothing but a ValidationError comes out."""
        rules, generator = self.env["crm.segment.rule"], random.Random(23)
        paths = [*sorted(rules._segment_fields()), "bank_ids.acc_number", "__class__", "user_ids"]
        operators = ["=", "!=", "in", "not in", "ilike", "=like", "any", "any!", "child_of", "<"]
        values = [
            *(
                False,
                None,
                True,
                0,
                -1,
                2**40,
                1.5,
                float("inf"),
                "",
                "a",
                "today -1m",
                "today +9999999y",
            ),
            *([], [1, 2], ["a"], [False], [("name", "=", "a")], [[1]], {1: 2}, b"x", "2026-01-01"),
        ]
        held = 0
        for _number in range(1000):
            domain = [
                (generator.choice(paths), generator.choice(operators), generator.choice(values))
                for _term in range(generator.choice((1, 1, 1, 2, 3)))
            ]
            domain = [generator.choice("&|!")] * (len(domain) - 1) + domain
            with mute_logger("odoo.sql_db", "odoo.domains"):
                try:
                    rules._check(repr(domain), self.company)
                    held += 1
                except ValidationError:
                    continue
                Domain(rules._domain(repr(domain))).validate(self.env["res.partner"])
        self.assertGreater(held, 50)

    # ------------------------------------------------------------------ who may
    def test_managers_make_and_change_segments(self):
        asked = self.ask(self.manager, "res.partner.category")
        tag = asked.create({"name": "Made", "is_segment": True})
        tag.segment_domain = "[('city', '=', 'North 1')]"
        self.assertEqual(tag.segment_company_id, self.company)
        tag.unlink()

    def test_nobody_else_makes_changes_or_deletes_a_segment(self):
        group = self.env["crm.segment.group"].create({"name": "Kind"})
        for user in (self.a, self.analyst, self.creator, self.lead_b):
            user.group_ids = [Command.link(self.env.ref("base.group_partner_manager").id)]
            asked = self.ask(user, "res.partner.category")
            tag = asked.browse(self.north.id)
            for door in (
                lambda tag=tag: tag.write({"segment_domain": "[('name', '=', 'a')]"}),
                lambda tag=tag: tag.write({"is_segment": False}),
                lambda tag=tag: tag.write({"segment_group_id": group.id}),
                lambda tag=tag: tag.write({"segment_company_id": False}),
                lambda tag=tag: tag.write({"segment_sequence": 1}),
                lambda tag=tag: tag.write({"segment_state": "broken"}),
                lambda asked=asked: asked.create({"name": "New", "is_segment": True}),
                lambda asked=asked: asked.create(
                    {"name": "New", "segment_domain": "[('name', '=', 'a')]"}
                ),
                lambda asked=asked: asked.with_context(
                    default_is_segment=True, default_segment_company_id=self.company.id
                ).create({"name": "New"}),
                lambda asked=asked: asked.with_context(
                    default_segment_domain="[('name', '=', 'a')]"
                ).create({"name": "New"}),
                tag.unlink,
                tag.action_segment_refresh,
                tag.action_segment_preview,
            ):
                self.assertRefuses(door, (AccessError, ValidationError))
            self.assertFalse(asked.load(["name", "is_segment"], [["New", "1"]])["ids"])
        self.assertTrue(self.north.is_segment)
        self.assertIn("North", self.north.segment_domain)

    def test_contact_creators_keep_their_plain_tags(self):
        asked = self.ask(self.creator, "res.partner.category")
        tag = asked.create({"name": "Plain"})
        tag.write({"name": "Plainer", "color": 3})
        asked.browse(self.north.id).write({"name": "Renamed"})
        tag.unlink()
        self.assertEqual(self.north.name, "Renamed")

    def test_managers_of_another_company_leave_a_segment_alone(self):
        other = self.other_company()
        stranger = self.persona("stranger", "manager", company_id=other.id)
        asked = self.ask(stranger, "res.partner.category")
        for door in (
            lambda: asked.browse(self.north.id).write({"segment_domain": "[]"}),
            lambda: asked.browse(self.north.id).write({"segment_company_id": other.id}),
            asked.browse(self.north.id).unlink,
            lambda: asked.create(
                {"name": "N", "is_segment": True, "segment_company_id": self.company.id}
            ),
        ):
            self.assertRefuses(door)
        mine = asked.create({"name": "Mine", "is_segment": True})
        self.assertEqual(mine.segment_company_id, other)

    def test_only_the_refresh_says_how_a_segment_is(self):
        tag = self.ask(self.manager, "res.partner.category").browse(self.north.id)
        for vals in (
            {"segment_state": "broken"},
            {"segment_error": "x"},
            {"segment_refreshed_at": "2026-01-01 00:00:00"},
        ):
            with self.assertRaises(AccessError):
                tag.write(vals)

    def test_outsiders_see_the_tag_and_nothing_of_the_rule(self):
        tag = self.ask(self.employee, "res.partner.category").browse(self.north.id)
        self.assertEqual(tag.name, "North")
        for name in ("segment_domain", "is_segment", "segment_member_count", "segment_error"):
            with self.assertRaises(AccessError):
                tag.read([name])
        with self.assertRaises(AccessError):
            tag.search([("segment_domain", "ilike", "city")])

    # ------------------------------------------------------------------ who sees
    def test_members_and_counts_are_of_the_customers_one_sees(self):
        self.segment("Everybody", [("id", ">", 0)])
        everybody = self.tags.search([("name", "=", "Everybody")])
        self.refresh_segments()
        self.hidden.category_id = [Command.unlink(self.north.id)]
        seen = {
            user.login: self.ask(user, "crm.segment.membership")
            .search(
                [
                    ("category_id", "=", everybody.id),
                    ("partner_id", "in", (self.own | self.hidden | self.child).ids),
                ]
            )
            .partner_id
            for user in (self.a, self.b, self.lead_a, self.lead_b, self.analyst)
        }
        self.assertEqual(seen["seller_a"].ids, self.own.ids)
        self.assertEqual(seen["lead_a"].ids, self.own.ids)
        self.assertEqual(set(seen["seller_b"].ids), set((self.hidden | self.child).ids))
        self.assertEqual(set(seen["lead_b"].ids), set((self.hidden | self.child).ids))
        self.assertEqual(len(seen["analyst"]), 3)
        count = {
            user.login: self.ask(user, "res.partner.category")
            .browse(everybody.id)
            .segment_member_count
            for user in (self.a, self.analyst)
        }
        self.assertEqual(count["seller_a"], 7)
        self.assertGreater(count["analyst"], 9)
        for user in (self.employee, self.creator, self.portal):
            with self.assertRaises(AccessError):
                self.ask(user, "crm.segment.membership").search([])

    def test_the_history_of_another_company_is_hidden(self):
        other = self.other_company()
        self.refresh_segments()
        analyst = self.persona("other_analyst", "analyst", company_id=other.id)
        self.assertFalse(self.ask(analyst, "crm.segment.membership").search([]))

    def test_a_contact_that_changes_its_customer_changes_who_sees_it(self):
        self.refresh_segments()
        one = self.contacts[0]
        found = [("partner_id", "=", one.id)]
        self.assertTrue(self.ask(self.a, "crm.segment.membership").search(found))
        one.write({"parent_id": self.hidden.id})
        self.assertFalse(self.ask(self.a, "crm.segment.membership").search(found))
        row = self.ask(self.b, "crm.segment.membership").search(found)
        self.assertTrue(row.is_own_customer)

    def test_nobody_writes_the_history(self):
        self.refresh_segments()
        row = self.history.search([("partner_id", "=", self.contacts[0].id)])
        for user in (self.a, self.analyst, self.manager):
            asked = self.ask(user, "crm.segment.membership")
            with self.assertRaises(AccessError):
                asked.browse(row.id).write({"kind": "hand"})
            with self.assertRaises(AccessError):
                asked.browse(row.id).unlink()

    def test_a_name_says_nothing_of_the_contact(self):
        self.refresh_segments()
        row = self.history.search([("partner_id", "=", self.contacts[0].id)])
        self.assertEqual(row.display_name, "North")

    # ------------------------------------------------------------------ where tags serve
    def test_a_segment_serves_where_tags_do(self):
        self.refresh_segments()
        partners = self.env["res.partner"]
        self.assertEqual(partners.search([("category_id", "in", self.north.ids)]), self.contacts)
        self.assertEqual(partners.search([("category_id.name", "=", "North")]), self.contacts)
        groups = partners._read_group(
            [("id", "in", self.contacts.ids)], ["category_id"], ["__count"]
        )
        self.assertEqual(groups, [(self.north, 6)])
        self.assertEqual(self.north.partner_ids, self.contacts)

    def test_the_segments_that_come_along_exclude_each_other(self):
        group = self.env.ref("crm_lifecycle.segment_group_kind").with_context(active_test=False)
        names = group.category_ids.sorted("segment_sequence").mapped("name")
        self.assertEqual(names[:5], ["Student", "Soldier", "Pensioner", "Family", "Business"])
        # No rule of ours tags anybody before a manager has seen what it does.
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_lifecycle"), ("model", "=", "res.partner.category")]
        )
        data = data.filtered(lambda row: row.name.startswith("segment_"))
        tags = group.category_ids.browse(data.mapped("res_id"))
        self.assertEqual(len(tags), 5)
        self.assertFalse(any(tags.mapped("segment_domain")))
