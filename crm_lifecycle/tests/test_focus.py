from odoo.exceptions import AccessError
from odoo.tests import tagged

from .retention_common import RetentionCommon


@tagged("post_install", "-at_install")
class TestFocus(RetentionCommon):
    """The company's focus says which screen Lifecycle opens with."""

    def home(self, user):
        action = self.env.ref("crm_lifecycle.action_lifecycle_home").with_user(user)
        return action.with_company(self.company).run()["xml_id"].removeprefix("crm_lifecycle.")

    def test_without_a_focus_it_opens_with_the_customers(self):
        self.assertFalse(self.company.lifecycle_focus)
        self.assertEqual(self.home(self.anna), "action_crm_customer_value")

    def test_each_focus_has_its_screen(self):
        for focus, screen in (
            ("win", "action_crm_lead_win"),
            ("grow", "action_crm_lead_grow"),
            ("keep", "action_crm_touchpoint_today"),
        ):
            with self.subTest(focus):
                self.company.lifecycle_focus = focus
                self.assertEqual(self.home(self.anna), screen)

    def test_who_does_not_sell_gets_no_leads(self):
        self.company.lifecycle_focus = "win"
        clerk = self.persona("retention_clerk", "user")
        self.assertEqual(self.home(clerk), "action_crm_customer_value")

    def test_the_root_menu_opens_it(self):
        root = self.env.ref("crm_lifecycle.menu_lifecycle_root")
        self.assertEqual(root.action, self.env.ref("crm_lifecycle.action_lifecycle_home"))

    def test_a_manager_sets_it_and_others_do_not(self):
        settings = self.env["crm.lifecycle.settings"].with_user(self.boss)
        settings = settings.with_company(self.company).create({"lifecycle_focus": "keep"})
        settings.action_save()
        self.assertEqual(self.company.lifecycle_focus, "keep")
        with self.assertRaises(AccessError):
            self.env["crm.lifecycle.settings"].with_user(self.anna).create({}).action_save()
