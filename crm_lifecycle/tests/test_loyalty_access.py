from odoo.exceptions import AccessError
from odoo.tests import tagged

from .loyalty_common import LoyaltyCommon


@tagged("post_install", "-at_install")
class TestLoyaltyAccess(LoyaltyCommon):
    """Managers make the rules; what was given is seen by who looks after the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gold_rule = cls.rule(cls.gold)
        cls.hers = cls.buyer(user=cls.anna)

    def test_own_customers_only(self):
        self.run_job()
        grant = self.grants(self.hers)
        for user, seen in ((self.anna, 1), (self.ben, 0), (self.analyst, 1), (self.boss, 1)):
            found = self.env["crm.loyalty.grant"].with_user(user).search([("id", "=", grant.id)])
            self.assertEqual(len(found), seen, user.login)

    def test_nobody_writes_what_was_given(self):
        self.run_job()
        grant = self.grants(self.hers)
        for user in (self.anna, self.analyst, self.boss):
            with self.assertRaises(AccessError):
                grant.with_user(user).write({"state": "ended"})

    def test_only_managers_have_a_say(self):
        self.run_job()
        for user in (self.anna, self.analyst):
            rule = self.gold_rule.with_user(user)
            doors = (rule.action_switch_on, rule.action_switch_off, rule.action_preview)
            grant = self.grants(self.hers).with_user(user)
            for door in (*doors, grant.action_let_rules_decide):
                with self.assertRaises(AccessError):
                    door()

    def test_who_has_it_is_opened_as_the_user_sees_it(self):
        self.run_job()
        action = self.gold_rule.with_user(self.ben).action_open_grants()
        self.assertFalse(self.env["crm.loyalty.grant"].with_user(self.ben).search(action["domain"]))
