from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestQualityAccess(AccessCommon):
    """Nobody learns from data quality that somebody else's customer is there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.env["crm.customer.quality"]
        cls.rows.search([]).unlink()
        cls.refresh_quality()

    @classmethod
    def refresh_quality(cls):
        partners = cls.own | cls.hidden
        cls.env["crm.customer.quality.refresh"]._refresh_customers(partners.ids)

    def row(self, partner, user=None):
        model = self.ask(user, "crm.customer.quality") if user else self.rows
        domain = [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        return model.search(domain)

    def what_a_sees(self):
        """All that A can read of the quality of A's customer."""
        self.refresh_quality()
        row = self.row(self.own, self.a)
        names = set(row.fields_get()) - {"computed_at"}
        return row.read(sorted(names)), row.issue_ids.mapped("code")

    # ------------------------------------------------------------------ rows
    def test_each_sees_the_rows_of_their_customers(self):
        for user, sees in (
            (self.a, False),
            (self.lead_a, False),
            (self.b, True),
            (self.lead_b, True),
            (self.analyst, True),
            (self.manager, True),
        ):
            with self.subTest(user.login):
                self.assertEqual(bool(self.row(self.hidden, user)), sees)
                partner = self.ask(user, "res.partner").browse(self.hidden.id)
                self.assertEqual(bool(partner.quality_score), sees)
                self.assertEqual(bool(partner.quality_issue_ids), sees)
        for user in (self.employee, self.creator, self.portal):
            with self.assertRaises(AccessError):
                self.row(self.own, user)

    def test_nobody_writes_rows(self):
        for user in (self.a, self.analyst, self.manager):
            row = self.row(self.own, user)
            for door in (
                lambda r=row: r.write({"score": 1}),
                lambda r=row: r.unlink(),
                lambda r=row: r.create({"partner_id": self.own.id, "company_id": self.company.id}),
            ):
                with self.assertRaises(AccessError):
                    door()

    # ------------------------------------------------------------------ duplicates
    def test_a_hidden_duplicate_leaves_no_trace(self):
        """``own`` and ``hidden`` have the same e-mail: A's row is the same without ``hidden``."""
        self.assertEqual(self.own.email_normalized, self.hidden.email_normalized)
        with_hidden = self.what_a_sees()
        self.hidden.email = "else@example.com"
        self.assertEqual(self.what_a_sees(), with_hidden)

    def test_analysts_are_told_of_duplicates_elsewhere(self):
        row = self.row(self.own)
        self.assertEqual((row.duplicate_count, row.duplicate_elsewhere_count), (0, 1))
        self.assertEqual(self.row(self.own, self.analyst).duplicate_elsewhere_count, 1)
        name = "duplicate_elsewhere_count"
        rows = self.ask(self.a, "crm.customer.quality")
        for door in (
            lambda: rows.search([(name, ">", 0)]),
            lambda: rows.search([("partner_id.user_id", "!=", False), (name, "=", 1)]),
            lambda: rows.search([], order=name),
            lambda: rows.formatted_read_group([], [name], ["__count"]),
            lambda: rows.formatted_read_group([], [], [f"{name}:sum"]),
            lambda: rows.browse(row.id).read([name]),
            lambda: rows.browse(row.id).web_read({name: {}}),
        ):
            with self.assertRaises(AccessError):
                door()

    def test_what_belongs_to_the_same_owner_counts(self):
        self.hidden.user_id = self.a
        self.assertIn("duplicate_email", self.what_a_sees()[1])

    def test_an_account_manager_makes_other_owners(self):
        self.hidden.user_id = self.a
        self.hidden.with_company(self.company).account_manager_id = self.b
        self.assertNotIn("duplicate_email", self.what_a_sees()[1])
        self.own.with_company(self.company).account_manager_id = self.b
        self.assertIn("duplicate_email", self.what_a_sees()[1])

    def test_unowned_ones_count_where_everybody_sees_them(self):
        self.hidden.user_id = False
        self.assertNotIn("duplicate_email", self.what_a_sees()[1])
        self.company.lifecycle_unowned_visible = True
        self.assertIn("duplicate_email", self.what_a_sees()[1])

    # ------------------------------------------------------------------ checking again
    def test_a_user_checks_his_own_and_nobody_else_s(self):
        self.own.phone = "03-6111100"
        self.env.flush_all()
        self.ask(self.a, "res.partner").browse(self.own.id).action_check_quality()
        self.assertNotIn("no_phone", self.row(self.own).issue_ids.mapped("code"))
        self.own.phone = False
        self.row(self.own, self.a).action_check_again()
        self.assertIn("no_phone", self.row(self.own).issue_ids.mapped("code"))
        before = self.state()
        for door in (
            lambda: self.ask(self.a, "res.partner").browse(self.hidden.id).action_check_quality(),
            lambda: self.ask(self.a, "res.partner").browse(self.child.id).action_check_quality(),
            lambda: (
                self.ask(self.a, "crm.customer.quality")
                .browse(self.row(self.hidden).id)
                .action_check_again()
            ),
        ):
            self.assertRefuses(door)
        self.assertEqual(self.state(), before)

    # ------------------------------------------------------------------ merging
    def merging(self, user):
        return self.ask(user, "res.partner").browse(self.own.id).action_merge_duplicates()

    def test_the_merge_is_offered_with_those_the_user_may_see(self):
        twin = self.customer("Twin", email=self.own.email, user_id=self.a.id)
        action = self.merging(self.a)
        self.assertEqual(action["res_model"], "base.partner.merge.automatic.wizard")
        self.assertEqual(set(action["context"]["active_ids"]), set((self.own | twin).ids))
        wizard = (
            self.ask(self.a, "base.partner.merge.automatic.wizard")
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.partner_ids, self.own | twin)
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(len((self.own | twin).exists()), 1)

    def test_an_analyst_is_offered_those_of_other_owners_too(self):
        self.analyst.group_ids += self.env.ref("base.group_partner_manager")
        action = self.merging(self.analyst)
        self.assertEqual(set(action["context"]["active_ids"]), set((self.own | self.hidden).ids))

    def test_without_a_visible_duplicate_there_is_nothing_to_merge(self):
        with self.assertRaisesRegex(UserError, "no duplicate"):
            self.merging(self.a)
        self.hidden.email = "else@example.com"
        with self.assertRaisesRegex(UserError, "no duplicate"):
            self.merging(self.a)

    def test_who_may_not_merge_or_see_is_refused(self):
        for user in (self.analyst, self.employee, self.creator, self.portal):
            with self.assertRaises(AccessError):
                self.merging(user)
        with self.assertRaises(AccessError):
            self.ask(self.a, "res.partner").browse(self.hidden.id).action_merge_duplicates()

    # ------------------------------------------------------------------ companies
    def test_another_company_s_rows_are_not_seen(self):
        other = self.other_company()
        self.values.create({"partner_id": self.own.id, "company_id": other.id})
        self.refresh_quality()
        mine = self.ask(self.analyst, "crm.customer.quality").search([])
        self.assertEqual(mine.company_id, self.company)
