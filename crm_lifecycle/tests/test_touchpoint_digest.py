from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .touchpoint_common import TouchpointCommon


@tagged("post_install", "-at_install")
class TestTouchpointDigest(TouchpointCommon):
    """Once a week, to whoever has contacts to make, in their language."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_unowned_visible = False
        cls.env["res.company"].search([]).lifecycle_digest = False
        cls.company.write(
            {"lifecycle_digest": True, "lifecycle_digest_weekday": str(cls.today.weekday())}
        )
        cls.contact(cls.partner, -32)
        cls.plan(-32)
        cls.plan()
        cls.row = cls.env["crm.touchpoint"].search([("partner_id", "=", cls.partner.id)])
        cls.digests = cls.env["crm.touchpoint.digest"]

    def send(self):
        """Run the job; returns the mails it queued, newest first."""
        last = self.env["mail.mail"].sudo().search([], order="id desc", limit=1).id
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 1):
            self.digests._cron_send()
        return self.env["mail.mail"].sudo().search([("id", ">", last)])

    def mail_of(self, user, mails):
        return mails.filtered(lambda mail: user.email in mail.email_to)

    def letter(self, user):
        return self.env["crm.touchpoint.digest.letter"]._of(self.company, user)

    # ------------------------------------------------------------------ when
    def test_a_company_that_switched_nothing_on_gets_nothing(self):
        self.company.lifecycle_digest = False
        self.assertFalse(self.send())

    def test_once_a_week(self):
        self.anna.email, self.boss.email = "anna@example.com", "boss@example.com"
        self.assertEqual(len(self.mail_of(self.anna, self.send())), 1)
        self.assertFalse(self.send())
        later = self.digests._waiting(self.day(6))
        self.assertNotIn(self.anna, [user for _company, user, _week in later])
        later = self.digests._waiting(self.day(7))
        self.assertIn(self.anna, [user for _company, user, _week in later])

    def test_a_server_that_was_down_on_the_day_sends_it_later(self):
        week = self.digests._week(self.company, self.day(3))
        self.assertEqual(week, self.today)

    def test_cut_off_between_two_people_it_goes_on_with_the_next(self):
        self.anna.email, self.boss.email = "anna@example.com", "boss@example.com"
        self.row.max_date = self.day(-1)
        stop = patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 0)
        with stop:
            self.digests._cron_send()
        sent = self.digests.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(sent), 1)
        mails = self.send()
        self.assertFalse(self.mail_of(sent.user_id, mails))
        self.assertEqual(len(mails), 1)

    # ------------------------------------------------------------------ who
    def test_whoever_wants_none_says_so(self):
        self.anna.with_user(self.anna).action_toggle_digest()
        with self.assertRaises(AccessError):
            self.anna.with_user(self.ben).action_toggle_digest()
        readers = self.digests._readers(self.company)
        self.assertNotIn(self.anna, readers)
        self.assertIn(self.boss, readers)

    def test_only_those_with_contacts_and_managers(self):
        readers = self.digests._readers(self.company)
        self.assertIn(self.anna, readers)
        self.assertNotIn(self.ben, readers)
        self.anna.active = False
        self.assertNotIn(self.anna, self.digests._readers(self.company))

    def test_nothing_to_tell_is_no_mail(self):
        self.row.with_user(self.anna).action_skip("Fair")
        self.assertFalse(self.send())

    def test_the_marks_are_nobodys_to_write(self):
        with self.assertRaises(AccessError):
            self.digests.with_user(self.boss).create(
                {"user_id": self.anna.id, "company_id": self.company.id, "week": self.today}
            )
        with self.assertRaises(AccessError):
            self.digests.with_user(self.anna).search([])

    # ------------------------------------------------------------------ what
    def test_what_is_due_this_week_and_what_is_late(self):
        self.assertEqual(self.names(self.anna), ["week"])
        self.row.max_date = self.day(-1)
        self.assertEqual(self.names(self.anna), ["late"])
        body = self.letter(self.anna)._body(self.today)
        self.assertIn("Of Anna", body)

    def test_missed_and_put_off(self):
        self.row.with_user(self.anna).action_put_off(self.day(30), "Abroad")
        self.assertIn("put_off", self.names(self.anna))
        self.assertIn("Abroad", self.letter(self.anna)._body(self.today))
        self.row.write({"state": "missed", "closed_on": self.day(-2)})
        self.assertIn("missed", self.names(self.anna))

    def test_own_customers_at_risk(self):
        self.worth(self.partner, health="risk")
        self.assertIn("risk", self.names(self.anna))
        self.assertNotIn("risk", self.names(self.ben))

    def test_a_manager_sees_who_has_what_left_over(self):
        self.row.max_date = self.day(-1)
        self.assertIn("people", self.names(self.boss))
        self.assertIn(self.anna.name, self.letter(self.boss)._body(self.today))
        self.assertNotIn("people", self.names(self.anna))

    def test_nobody_reads_of_others_customers(self):
        self.row.max_date = self.day(-1)
        self.assertFalse(self.names(self.ben))

    def test_the_focus_orders_it(self):
        self.worth(self.partner, health="risk")
        self.company.lifecycle_focus = "win"
        self.assertEqual(self.names(self.anna), ["week", "risk"])
        self.company.lifecycle_focus = "keep"
        self.assertEqual(self.names(self.anna), ["risk", "week"])

    def names(self, user):
        return [section["name"] for section in self.letter(user)._sections(self.today)]

    def test_from_right_to_left_in_hebrew(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.anna.lang = "he_IL"
        self.assertIn('dir="rtl"', self.letter(self.anna)._body(self.today))

    def test_names_are_text_and_no_markup(self):
        self.partner.name = "<script>alert(1)</script>"
        self.assertNotIn("<script>", self.letter(self.anna)._body(self.today))

    def test_ten_lines_and_how_many_more(self):
        partners = [self.customer_of(self.anna, f"Customer {number}") for number in range(12)]
        for partner in partners:
            self.worth(partner, tier="a")
            self.contact(partner, -35)
        self.plan(0, *partners)
        [section] = self.letter(self.anna)._sections(self.today)
        self.assertEqual(len(section["lines"]), 10)
        self.assertEqual(section["more"], section["count"] - 10)
