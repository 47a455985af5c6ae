from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .screen_common import PHONE, ScreenCommon

SETTINGS = {
    "lifecycle_screen_overdue_amount": 500,
    "lifecycle_screen_overdue_days": 20,
    "lifecycle_screen_worth": True,
    "lifecycle_screen_release_required": True,
}


@tagged("post_install", "-at_install")
class TestLeadScreeningSettings(ScreenCommon):
    """Managers say what is screened, each company for itself; nothing is, until they do."""

    def settings(self, user):
        return self.env["crm.lifecycle.settings"].with_user(user).with_company(self.company)

    def test_nothing_is_screened_until_a_manager_says_so(self):
        for name in SETTINGS:
            self.assertFalse(self.company[name])

    def test_a_manager_sets_them_for_their_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.settings(self.manager).create(SETTINGS).action_save()
        self.assertEqual({name: self.company[name] for name in SETTINGS}, SETTINGS)
        self.assertFalse(other.lifecycle_screen_worth)

    def test_the_form_shows_what_is_set(self):
        self.company.write(SETTINGS)
        form = Form(self.settings(self.manager))
        self.assertEqual(form.lifecycle_screen_overdue_days, 20)
        self.assertTrue(form.lifecycle_screen_release_required)

    def test_a_new_limit_holds_from_the_next_lead_on(self):
        self.worth(self.known, tier="d")
        self.assertEqual(self.arrive(phone=PHONE).screening_state, "clear")
        self.settings(self.manager).create(SETTINGS).action_save()
        self.assertEqual(self.arrive(phone=PHONE).screening_state, "flagged")

    def test_nobody_else_sets_or_reads_them(self):
        for user in (self.seller, self.leader):
            with self.subTest(user.login):
                with self.assertRaises(AccessError):
                    self.settings(user).create(SETTINGS)
                with self.assertRaises(AccessError):
                    self.company.with_user(user).read(list(SETTINGS))
                with self.assertRaises(AccessError):
                    self.company.with_user(user).write(SETTINGS)

    def test_senseless_limits_are_refused(self):
        for name, value in (
            ("lifecycle_screen_overdue_amount", -1),
            ("lifecycle_screen_overdue_days", -1),
            ("lifecycle_screen_overdue_days", 40000),
        ):
            with (
                self.subTest(name, value=value),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
            ):
                self.company[name] = value
                self.company.flush_recordset()
