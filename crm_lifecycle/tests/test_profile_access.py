from odoo.exceptions import AccessError
from odoo.tests import tagged

from .doors_common import DoorsCommon, answer

STORED = {
    "birth_date": "1971-03-04",
    "occupation": "CANARY TAMER",
    "family_status": "widowed",
    "preferred_hour_from": 9.25,
}
COMPUTED = ("age", "age_band", "days_to_birthday")


@tagged("post_install", "-at_install")
class TestProfileAccess(DoorsCommon):
    """A profile is the app's users' to read; a family, theirs who look after the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.env["res.partner"].create(
            {"name": "Person at B's", "parent_id": cls.hidden.id, **STORED}
        )
        cls.person.interest_ids = cls.env["crm.interest"].create({"name": "CANARY BIRDS"})
        cls.members = cls.env["crm.family.member"]
        cls.secret = cls.members.create(
            {"partner_id": cls.person.id, "name": "CANARY CHILD", "relation": "child"}
        )
        tag = cls.own.category_id
        (cls.person | cls.employee.partner_id | cls.portal.partner_id).category_id = tag

    def test_users_of_the_app_read_the_profile_as_they_read_the_contact(self):
        for user in (self.a, self.b, self.analyst, self.manager):
            person = self.ask(user, "res.partner").browse(self.person.id)
            self.assertEqual(str(person.birth_date), STORED["birth_date"])
            self.assertEqual(person.interest_ids.name, "CANARY BIRDS")

    def test_the_family_is_seen_by_those_who_look_after_the_person_s_customer(self):
        for user, sees in (
            (self.a, False),
            (self.lead_a, False),
            (self.b, True),
            (self.lead_b, True),
            (self.analyst, True),
            (self.manager, True),
        ):
            with self.subTest(user.login):
                person = self.ask(user, "res.partner").browse(self.person.id)
                self.assertEqual(bool(person.family_member_ids), sees)
                found = self.ask(user, "crm.family.member").search([("id", "=", self.secret.id)])
                self.assertEqual(bool(found), sees)

    def test_a_change_of_owner_holds_at_once(self):
        self.hidden.user_id = self.a
        mine = self.ask(self.a, "crm.family.member")
        self.assertIn(self.secret.id, mine.search([]).ids)
        self.hidden.user_id = self.b
        self.assertNotIn(self.secret.id, self.ask(self.a, "crm.family.member").search([]).ids)

    def test_nobody_writes_into_a_family_that_is_not_theirs(self):
        before = self.state()
        doors = (
            lambda members: members.create(
                {"partner_id": self.person.id, "name": "X", "relation": "child"}
            ),
            lambda members: members.browse(self.secret.id).write({"name": "X"}),
            lambda members: members.browse(self.secret.id).unlink(),
            lambda members: (
                members.env["res.partner"]
                .browse(self.person.id)
                .write({"family_member_ids": [(0, 0, {"name": "X", "relation": "child"})]})
            ),
            lambda members: (
                members.env["res.partner"]
                .browse(self.own.id)
                .write({"family_member_ids": [(4, self.secret.id)]})
            ),
        )
        for user in (self.a, self.employee, self.creator, self.portal):
            for door in doors:
                self.assertRefuses(lambda d=door, u=user: d(self.ask(u, "crm.family.member")))
        self.assertEqual(self.state(), before)
        own = self.ask(self.b, "crm.family.member").create(
            {"partner_id": self.person.id, "name": "X", "relation": "child"}
        )
        own.unlink()

    def test_a_member_is_not_moved_to_somebody_else_s_person(self):
        mine = self.members.create({"partner_id": self.own.id, "name": "X", "relation": "child"})
        asked = self.ask(self.a, "crm.family.member").browse(mine.id)
        self.assertRefuses(lambda: asked.write({"partner_id": self.person.id}))

    def test_no_question_of_a_tells_of_the_family(self):
        """Directly, through other records, and as Odoo asks for the caller as superuser."""
        names = ["CANARY CHILD", "CANARY", False]
        paths = (
            "family_member_ids",
            "family_member_ids.name",
            "child_ids.family_member_ids",
            "child_ids.family_member_ids.name",
            "commercial_partner_id.child_ids.family_member_ids.name",
            "category_id.partner_ids.family_member_ids.name",
            "user_ids.partner_id.category_id.partner_ids.family_member_ids.name",
            "user_ids.partner_id.category_id.partner_ids.family_member_ids",
        )
        self.a.partner_id.category_id = self.own.category_id
        for path in paths:
            for name in names:
                for operator in ("=", "!=", "ilike", "in", "not in"):
                    value = [name] if "in" in operator.split() else name
                    domain = [(path, operator, value)]
                    with self.subTest(domain=domain):
                        self.check(lambda d=domain: self.as_a("res.partner").search(d).ids)
        for domain in (
            [("family_member_ids", "in", self.secret.ids)],
            [("family_member_ids", "not in", self.secret.ids)],
            [("family_member_ids", "any", [("name", "like", "C")])],
            [("family_member_ids", "not any", [("name", "like", "C")])],
        ):
            with self.subTest(domain=domain):
                self.check(lambda d=domain: self.as_a("res.partner").search(d).ids)
                self.check(lambda d=domain: self.as_a("res.users").search(d).ids)
                self.check(lambda d=domain: self.as_a("res.partner").sudo().search(d).ids)

    def test_outsiders_read_find_sort_and_group_nothing_of_a_profile(self):
        names = (*STORED, *COMPUTED, "interest_ids", "family_member_ids", "quality_score")
        requests = 0
        for user in (self.employee, self.creator, self.portal):
            partners = self.ask(user, "res.partner")
            for name in names:
                for door in (
                    lambda n=name, p=partners, u=user: p.browse(u.partner_id.id).read([n]),
                    lambda n=name, p=partners: p.search([(n, "!=", False)]),
                    lambda n=name, p=partners: p.search([(f"parent_id.{n}", "!=", False)]),
                    lambda n=name, p=partners: p.search([], order=n),
                    lambda n=name, p=partners: p.formatted_read_group([], [n], ["__count"]),
                    lambda n=name, p=partners, u=user: p.browse(u.partner_id.id).web_read({n: {}}),
                ):
                    requests += 1
                    with self.subTest(user=user.login, field=name):
                        self.assertIn(answer(door), ("AccessError", "ValueError"))
        self.assertGreater(requests, 150)

    def test_outsiders_filter_by_nothing_as_superuser_either(self):
        """``groups`` alone does not stop a domain that Odoo evaluates as superuser."""
        self.employee.partner_id.birth_date = self.person.birth_date
        questions = [
            ("birth_date", "=", STORED["birth_date"]),
            ("birth_date", "<", "1990-01-01"),
            ("occupation", "ilike", "tamer"),
            ("family_status", "=", "widowed"),
            ("preferred_hour_from", ">", 9),
            ("age", ">", 30),
            ("age_band", "=", "55-64"),
            ("days_to_birthday", "<=", 400),
            ("interest_ids.name", "ilike", "birds"),
            ("interest_ids", "!=", False),
            ("family_member_ids", "!=", False),
            ("family_member_ids.name", "ilike", "child"),
            ("quality_score", ">", 1),
        ]
        for user in (self.employee, self.creator):
            for name, operator, value in questions:
                for path in (
                    "user_ids.partner_id.",
                    "user_ids.partner_id.category_id.partner_ids.",
                ):
                    domain = [(path + name, operator, value)]
                    with self.subTest(user=user.login, domain=domain):
                        found = answer(
                            lambda u=user, d=domain: self.ask(u, "res.partner").search(d).ids
                        )
                        self.assertIn(found, ([], "AccessError"))
                        sudo = answer(
                            lambda u=user, q=(name, operator, value): (
                                self.ask(u, "res.partner").sudo().search([q]).ids
                            )
                        )
                        self.assertIn(sudo, ([], "AccessError"))

    def test_outsiders_do_not_group_or_sort_by_a_profile_through_other_records(self):
        names = ("occupation", "birth_date:year", "age", "age_band", "interest_ids")
        for user in (self.employee, self.creator, self.portal):
            for model, path in (("res.users", "partner_id"), ("res.partner", "parent_id")):
                for name in names:
                    with self.subTest(user=user.login, model=model, name=name):
                        found = answer(
                            lambda u=user, m=model, spec=f"{path}.{name}": self.ask(
                                u, m
                            ).formatted_read_group([], [spec], ["__count"])
                        )
                        self.assertIn(found, ("AccessError", "ValueError"))

    def test_jobs_of_the_superuser_search_profiles(self):
        found = self.env["res.partner"].search([("occupation", "=", "CANARY TAMER")])
        self.assertEqual(found, self.person)
        found = self.env["res.partner"].search([("family_member_ids", "=", False)])
        self.assertNotIn(self.person, found)

    def test_the_manager_s_view_does_not_open_the_portal_s(self):
        """A portal user who is the customer reads nothing of what we note about them."""
        self.portal.partner_id.write({**STORED})
        own = self.ask(self.portal, "res.partner").browse(self.portal.partner_id.id)
        self.assertTrue(own.name)
        for name in STORED:
            with self.assertRaises(AccessError):
                own.read([name])
        self.assertFalse(set(STORED) & set(own.fields_get()))
