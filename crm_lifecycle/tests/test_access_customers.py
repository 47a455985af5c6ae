from odoo.exceptions import AccessError
from odoo.tests import tagged

from .access_common import AccessCommon

EVERYBODY = ("a", "b", "lead_a", "lead_b", "analyst", "manager", "creator", "employee", "portal")
ALWAYS = {"analyst", "manager"}


@tagged("post_install", "-at_install")
class TestAccessCustomers(AccessCommon):
    """Who sees which customer: role by role, and state of ownership by state."""

    def customer_with_row(self, **vals):
        partner = self.customer("CANARY", **vals)
        self._fill(partner, 1.0, 1.0, 0.0)
        return partner

    def assertSeenBy(self, partner, *names, company=None):
        """Exactly these personas see the customer, through every way to ask."""
        for name in EVERYBODY:
            user = self[name]
            expected = name in names
            with self.subTest(user=name, partner=partner.name):
                if name in ("creator", "employee", "portal"):
                    self.assertShut(user, partner)
                    continue
                self.assertEqual(self.sees(user, partner, company), expected)
                self.assertEqual(self.figure(user, partner, company), expected)
                self.assertEqual(self.found(user, partner, company), expected)

    def assertShut(self, user, partner):
        """Outsiders get no further than the door."""
        with self.assertRaises(AccessError):
            self.ask(user).search_count([])
        with self.assertRaises(AccessError):
            self.ask(user, "res.partner").browse(partner.id).read(["customer_value"])

    def figure(self, user, partner, company=None):
        partners = self.ask(user, "res.partner").with_company(company or self.company)
        [values] = partners.browse(partner.id).read(["lifecycle_phase"])
        return values["lifecycle_phase"] == "retention"

    def found(self, user, partner, company=None):
        partners = self.ask(user, "res.partner").with_company(company or self.company)
        domain = [("id", "=", partner.id), ("value_tier", "=", "a")]
        return bool(partners.with_context(active_test=False).search_count(domain))

    def __getitem__(self, name):
        return getattr(self, name)

    # ------------------------------------------------------------------ states
    def test_a_salesperson_s_customer(self):
        self.assertSeenBy(self.hidden, "b", "lead_b", *ALWAYS)

    def test_an_account_manager_s_customer(self):
        partner = self.customer_with_row(account_manager_id=self.a.id)
        self.assertSeenBy(partner, "a", "lead_a", *ALWAYS)

    def test_both_the_salesperson_and_the_account_manager_see_it(self):
        partner = self.customer_with_row(user_id=self.b.id, account_manager_id=self.a.id)
        self.assertSeenBy(partner, "a", "b", "lead_a", "lead_b", *ALWAYS)

    def test_an_unowned_customer_is_nobody_s_unless_the_company_says_so(self):
        partner = self.customer_with_row()
        self.assertSeenBy(partner, *ALWAYS)
        self.company.lifecycle_unowned_visible = True
        self.assertSeenBy(partner, "a", "b", "lead_a", "lead_b", *ALWAYS)

    def test_the_setting_opens_no_customer_that_somebody_owns(self):
        self.company.lifecycle_unowned_visible = True
        self.assertSeenBy(self.hidden, "b", "lead_b", *ALWAYS)

    def test_an_archived_owner_still_owns(self):
        self.company.lifecycle_unowned_visible = True
        self.b.active = False
        self.env.flush_all()
        for name, expected in (("a", False), ("analyst", True), ("manager", True)):
            self.assertEqual(self.sees(self[name], self.hidden), expected, name)

    def test_the_children_of_a_customer_are_the_customer(self):
        self.assertSeenBy_child(self.child, self.b, True)
        self.assertSeenBy_child(self.child, self.a, False)

    def assertSeenBy_child(self, child, user, expected):
        self.assertEqual(self.figure(user, child), expected)
        self.assertEqual(self.found(user, child), expected)

    def test_a_contact_s_own_salesperson_owns_nothing(self):
        self.child.user_id = self.a
        self.assertSeenBy_child(self.child, self.a, False)

    def test_a_person_is_a_customer_like_a_company(self):
        partner = self.customer_with_row(is_company=False, user_id=self.a.id)
        self.assertSeenBy(partner, "a", "lead_a", *ALWAYS)

    def test_an_archived_customer(self):
        self.hidden.active = False
        self.assertSeenBy(self.hidden, "b", "lead_b", *ALWAYS)

    # ------------------------------------------------------------------ teams
    def test_a_team_member_sees_no_colleague_s_customer(self):
        self._team(self.lead_b, self.a)
        self.assertFalse(self.sees(self.a, self.hidden))

    def test_leading_ends_with_the_team(self):
        team = self.env["crm.team"].search([("user_id", "=", self.lead_b.id)])
        self.assertTrue(self.sees(self.lead_b, self.hidden))
        team.active = False
        self.assertFalse(self.sees(self.lead_b, self.hidden))

    def test_leading_ends_with_the_membership(self):
        member = self.env["crm.team.member"].search([("user_id", "=", self.b.id)])
        member.active = False
        self.assertFalse(self.sees(self.lead_b, self.hidden))

    def test_a_new_leader_sees_from_the_next_request(self):
        team = self.env["crm.team"].search([("user_id", "=", self.lead_b.id)])
        team.user_id = self.a
        self.assertTrue(self.sees(self.a, self.hidden))
        self.assertFalse(self.sees(self.lead_b, self.hidden))

    def test_users_without_a_team_see_their_own(self):
        alone = self.persona("alone")
        partner = self.customer_with_row(user_id=alone.id)
        self.assertTrue(self.sees(alone, partner))
        self.assertFalse(self.sees(alone, self.hidden))

    # ------------------------------------------------------------------ time
    def test_a_change_of_owner_holds_from_the_next_request(self):
        self.hidden.user_id = self.a
        self.assertTrue(self.sees(self.a, self.hidden))
        self.assertFalse(self.sees(self.b, self.hidden))
        self.hidden.account_manager_id = self.b
        self.assertTrue(self.sees(self.b, self.hidden))

    def test_a_change_of_owner_holds_for_rows_read_by_id(self):
        row = self.value_of(self.hidden)
        self.ask(self.b).browse(row.id).read(["value_period"])
        self.hidden.user_id = self.a
        with self.assertRaises(AccessError):
            self.ask(self.b).browse(row.id).read(["value_period"])

    def test_a_change_of_role_holds_from_the_next_request(self):
        self.a.group_ids += self.env.ref("crm_lifecycle.group_lifecycle_analyst")
        self.assertTrue(self.sees(self.a, self.hidden))
        self.a.group_ids -= self.env.ref("crm_lifecycle.group_lifecycle_analyst")
        self.assertFalse(self.sees(self.a, self.hidden))


@tagged("post_install", "-at_install")
class TestAccessCompanies(AccessCommon):
    """Several companies: each keeps its own, and appoints its own account managers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.other_company("Second")
        cls.second.lifecycle_unowned_visible = False
        cls.both = (cls.company | cls.second).ids
        cls._fill(cls.hidden, 7.0, 7.0, 0.0, cls.second)

    def test_an_analyst_sees_no_other_company(self):
        self.assertTrue(self.sees(self.analyst, self.hidden))
        self.assertFalse(self.sees(self.analyst, self.hidden, self.second))
        self.analyst.company_ids = [(6, 0, self.both)]
        self.assertTrue(self.sees(self.analyst, self.hidden, self.second))

    def test_an_account_manager_of_another_company_only_sees_that_one(self):
        self.a.company_ids = [(6, 0, self.both)]
        self.hidden.with_company(self.second).account_manager_id = self.a
        self.assertTrue(self.sees(self.a, self.hidden, self.second))
        self.assertFalse(self.sees(self.a, self.hidden))

    def test_forged_companies_are_refused(self):
        for user in (self.a, self.analyst, self.manager):
            for model in ("crm.customer.value", "crm.customer.value.line"):
                with self.subTest(user=user.login, model=model), self.assertRaises(AccessError):
                    self.ask(user, model, self.both).search_read([], ["partner_id"])
            partners = self.ask(user, "res.partner", [self.second.id])
            with self.assertRaises(AccessError):
                partners.search_count([("customer_value", ">", 1)])
            with self.assertRaises(AccessError):
                partners.browse(self.hidden.id).read(["account_manager_id", "customer_value"])

    def test_the_partner_shows_the_current_company_only(self):
        self.analyst.company_ids = [(6, 0, self.both)]
        partner = self.ask(self.analyst, "res.partner").browse(self.hidden.id)
        self.assertAlmostEqual(partner.with_company(self.second).customer_value, 7.0)
        self.assertNotAlmostEqual(partner.with_company(self.company).customer_value, 7.0)

    def test_a_phase_is_not_chosen_in_a_company_where_one_sees_nothing(self):
        self.a.company_ids = [(6, 0, self.both)]
        self.hidden.with_company(self.second).account_manager_id = self.a
        partner = self.ask(self.a, "res.partner").browse(self.hidden.id)
        with self.assertRaises(AccessError):
            partner.with_company(self.company).lifecycle_phase = "acquisition"
        partner.with_company(self.second).lifecycle_phase = "acquisition"
        self.assertEqual(self.value_of(self.hidden, self.second).phase, "acquisition")
        self.assertEqual(self.value_of(self.hidden).phase, "retention")

    def test_an_account_manager_takes_no_other_company_by_becoming_salesperson(self):
        self.a.company_ids = [(6, 0, self.both)]
        self.hidden.with_company(self.second).account_manager_id = self.a
        with self.assertRaises(AccessError):
            self.ask(self.a, "res.partner").browse(self.hidden.id).user_id = self.a


@tagged("post_install", "-at_install")
class TestAccessHandOver(AccessCommon):
    """Who sees a customer hands it over; nobody brings one into their own sight."""

    def as_seen_by(self, user, partner=None):
        return self.ask(user, "res.partner").browse((partner or self.hidden).id)

    def assertRefused(self, user, vals, partner=None):
        before = self.state()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.as_seen_by(user, partner).write(vals)
        self.assertEqual(self.state(), before)

    def test_nobody_takes_a_customer_over(self):
        for name in ("user_id", "account_manager_id"):
            for user in (self.a, self.lead_a):
                for new in (self.a.id, self.lead_a.id, False):
                    with self.subTest(field=name, user=user.login, new=new):
                        self.assertRefused(user, {name: new})

    def test_nobody_takes_a_customer_over_through_its_contact(self):
        self.assertRefused(self.a, {"account_manager_id": self.a.id}, self.child)
        with self.assertRaises(AccessError):
            self.ask(self.a, "res.partner").create(
                {"name": "X", "parent_id": self.hidden.id, "account_manager_id": self.a.id}
            )
        with self.assertRaises(AccessError):
            self.ask(self.a, "res.partner").with_context(
                default_parent_id=self.hidden.id, default_account_manager_id=self.a.id
            ).create({"name": "X"})

    def test_nobody_moves_a_customer_under_their_own(self):
        person = self.customer("Person", is_company=False, user_id=self.b.id)
        for field in ("parent_id", "commercial_partner_id"):
            self.assertRefused(self.a, {field: self.own.id}, person)

    def test_nobody_gets_an_unowned_customer_through_the_hierarchy(self):
        person = self.customer("Person", is_company=False)
        self.assertRefused(self.a, {"parent_id": self.own.id}, person)

    def test_nobody_splits_a_contact_off_to_own_it(self):
        self.as_seen_by(self.a, self.child).user_id = self.a  # their own salesperson: no matter
        self.assertRefused(self.a, {"parent_id": False}, self.child)
        self.assertRefused(self.a, {"is_company": True}, self.child)
        self.assertRefused(self.a, {"company_type": "company"}, self.child)
        self.assertRefused(self.a, {"commercial_partner_id": self.child.id}, self.child)

    def test_nobody_merges_a_customer_into_their_own(self):
        before = self.state()
        for destination in (self.own, self.hidden):
            wizard = self.ask(self.a, "base.partner.merge.automatic.wizard").create(
                {
                    "partner_ids": [(6, 0, (self.own | self.hidden).ids)],
                    "dst_partner_id": destination.id,
                }
            )
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                wizard.action_merge()
        self.assertEqual(self.state(), before)

    def test_one_s_own_customers_are_merged(self):
        twin = self.customer("Twin", user_id=self.a.id, email="same@example.com")
        wizard = self.ask(self.a, "base.partner.merge.automatic.wizard").create(
            {"partner_ids": [(6, 0, (self.own | twin).ids)], "dst_partner_id": self.own.id}
        )
        wizard.action_merge()
        self.assertFalse(twin.exists())

    def test_the_owner_hands_over(self):
        self.as_seen_by(self.b).account_manager_id = self.a
        self.assertTrue(self.sees(self.a, self.hidden))
        self.as_seen_by(self.b).user_id = self.a
        self.assertFalse(self.sees(self.b, self.hidden))

    def test_the_owner_s_team_leader_hands_over(self):
        self.as_seen_by(self.lead_b).user_id = self.a
        self.assertTrue(self.sees(self.a, self.hidden))

    def test_the_account_manager_hands_over(self):
        self.hidden.account_manager_id = self.lead_a
        self.as_seen_by(self.lead_a).account_manager_id = self.a
        self.assertTrue(self.sees(self.a, self.hidden))
        self.assertFalse(self.sees(self.lead_b, self.own))

    def test_analysts_and_sales_administrators_name_anybody(self):
        for login, role, groups in (
            ("assigning_analyst", "analyst", "base.group_partner_manager"),
            ("administrator", None, "sales_team.group_sale_manager"),
        ):
            user = self.persona(login, role, groups)
            self.as_seen_by(user).user_id = self.a
            self.assertEqual(self.hidden.user_id, self.a)
            self.hidden.user_id = self.b

    def test_an_unowned_customer_may_be_taken_where_unowned_ones_are_seen(self):
        partner = self.customer("Unowned")
        self.assertRefused(self.a, {"user_id": self.a.id}, partner)
        self.assertRefused(self.a, {"account_manager_id": self.a.id}, partner)
        self.company.lifecycle_unowned_visible = True
        self.as_seen_by(self.a, partner).account_manager_id = self.a
        self.assertEqual(partner.account_manager_id, self.a)

    def test_a_new_customer_goes_to_anybody(self):
        partner = self.ask(self.a, "res.partner").create(
            {"name": "New", "user_id": self.a.id, "account_manager_id": self.b.id}
        )
        self.assertEqual(partner.account_manager_id, self.b)

    def test_writing_what_is_there_already_is_no_change(self):
        self.as_seen_by(self.a).write({"user_id": self.b.id, "phone": "+32 2 123 45 67"})
        self.assertEqual(self.hidden.phone, "+32 2 123 45 67")

    def test_outsiders_change_no_owner_either(self):
        self.assertRefused(self.creator, {"user_id": self.creator.id})
        for user in (self.creator, self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.as_seen_by(user).write({"account_manager_id": user.id})

    def test_context_keys_open_no_way(self):
        keys = ("tracking_disable", "mail_notrack", "import_file", "install_mode", "no_check")
        partner = self.as_seen_by(self.a).with_context(dict.fromkeys(keys, True), active_test=False)
        for vals in ({"user_id": self.a.id}, {"account_manager_id": self.a.id}):
            with self.assertRaises(AccessError):
                partner.write(vals)

    def test_an_import_opens_no_way(self):
        before = self.state()
        for column in ("user_id/.id", "account_manager_id/.id"):
            self.ask(self.a, "res.partner").load(
                [".id", column], [[str(self.hidden.id), str(self.a.id)]]
            )
        self.assertEqual(self.state(), before)

    def test_a_copy_takes_no_account_manager_along(self):
        self.hidden.account_manager_id = self.lead_b
        copy = self.hidden.copy({"user_id": self.a.id})
        self.assertEqual(copy.account_manager_id, self.a)
        self.assertFalse(copy.own_account_manager_id)

    def test_the_hand_over_may_be_opened_to_more_people(self):
        partners = self.env.registry["res.partner"]
        self.patch(partners, "_assigns_customers", lambda _self: True)
        self.as_seen_by(self.a).user_id = self.a
        self.assertTrue(self.sees(self.a, self.hidden))
