from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestValueSettings(LifecycleCommon):
    """Settings are by company, and show their effect before they are saved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        customers = [cls.customer(f"Customer {number}") for number in range(10)]
        for number, customer in enumerate(customers, 1):
            cls.invoice(customer, 10.0 * number)
        cls.refresh(*customers)

    def setUp(self):
        super().setUp()
        # Other apps warn of their own settings in the same form.
        quiet = mute_logger("odoo.tests.form.onchange")
        quiet.__enter__()
        self.addCleanup(quiet.__exit__)

    def settings(self):
        return Form(self.env["res.config.settings"])

    def test_the_preview_says_how_many_and_how_much(self):
        with self.settings() as form:
            lines = form.lifecycle_tier_preview.splitlines()
        # 90 and 100 of 550 are tier A, 60 to 80 tier B.
        self.assertIn("A: 2 customers, 35% of value", lines[0])
        self.assertIn("B: 3 customers, 38% of value", lines[1])

    def test_the_preview_follows_the_form_before_saving(self):
        form = self.settings()
        form.lifecycle_tier_a_percent = 50
        self.assertIn("A: 5 customers", form.lifecycle_tier_preview)
        self.assertEqual(self.company.lifecycle_tier_a_percent, 20)

    def test_the_period_shows_whom_it_would_rank(self):
        old = self.customer("Old")
        self.invoice(old, 1000.0, fields.Date.subtract(self.today, days=500))
        form = self.settings()
        self.assertIn("10 customers", form.lifecycle_period_preview)
        self.assertIn("550.00", form.lifecycle_period_preview)
        form.lifecycle_period_days = 600
        self.assertIn("11 customers", form.lifecycle_period_preview)
        self.assertIn("1,550.00", form.lifecycle_period_preview)

    def test_the_preview_names_impossible_percentages(self):
        form = self.settings()
        form.lifecycle_tier_a_percent = 90
        self.assertIn("at most 100", form.lifecycle_tier_preview)

    def test_the_phase_preview_counts_who_would_be_kept(self):
        form = self.settings()
        self.assertIn("Retention: 0 customers", form.lifecycle_phase_preview)
        form.lifecycle_retention_purchases = 1
        self.assertIn("Retention: 5 customers", form.lifecycle_phase_preview)

    def test_saving_sets_the_company_s(self):
        with self.settings() as form:
            form.lifecycle_period_days = 180
            form.lifecycle_retention_tier = "a"
        self.assertEqual(self.company.lifecycle_period_days, 180)
        self.assertEqual(self.company.lifecycle_retention_tier, "a")

    @mute_logger("odoo.sql_db")
    def test_senseless_settings_are_refused(self):
        for vals in (
            {"lifecycle_period_days": 0},
            {"lifecycle_period_days": -5},
            {"lifecycle_return_cost": -1},
            {"lifecycle_retention_purchases": 0},
            {"lifecycle_retention_tenure_days": -1},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.company.write(vals)
                self.company.flush_recordset()
            self.company.invalidate_recordset()

    def test_a_manager_without_the_system_s_rights_sets_them(self):
        manager = self.persona("settings_manager", "manager")
        form = Form(self.env(user=manager, su=False)["crm.lifecycle.settings"])
        self.assertEqual(form.lifecycle_period_days, 365)
        self.assertIn("A: 2 customers", form.lifecycle_tier_preview)
        form.lifecycle_tier_a_percent = 40
        self.assertIn("A: 4 customers", form.lifecycle_tier_preview)
        self.assertEqual(self.company.lifecycle_tier_a_percent, 20)
        form.save().action_save()
        self.assertEqual(self.company.lifecycle_tier_a_percent, 40)

    def test_senseless_settings_of_a_manager_are_refused(self):
        manager = self.persona("settings_manager2", "manager")
        form = Form(self.env(user=manager, su=False)["crm.lifecycle.settings"])
        form.lifecycle_tier_a_percent = 90
        with self.assertRaises(ValidationError):
            form.save().action_save()

    def test_nobody_else_sets_them(self):
        for role in ("user", "analyst", None):
            other = self.persona(f"settings_{role}", role)
            settings = self.env(user=other, su=False)["crm.lifecycle.settings"]
            with self.assertRaises(AccessError):
                settings.create({"lifecycle_retention_tier": "a"})
        theirs = self.env["crm.lifecycle.settings"].create({})
        with self.assertRaises(AccessError):
            theirs.with_user(other).action_save()
