from odoo.exceptions import AccessError
from odoo.tests import tagged

from .health_common import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthChange(HealthCommon):
    """A change of health is kept with its reasons; a fall into risk is told once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.changes.search([("is_to_tell", "=", True)]).write({"is_to_tell": False})
        cls.fallen = cls.buyer("Fallen", 112, 91, 70)

    def healthy(self, partner=None, before="good"):
        """The customer's row, as if yesterday it had been in good health."""
        [value] = self.rate(partner or self.fallen)
        value.health = before
        value.flush_recordset()
        return value

    def of(self, partner):
        return self.changes.search([("partner_id", "=", partner.id)])

    def told(self, user):
        """The messages that a user was told of customers at risk."""
        return self.env["mail.message"].search(
            [("partner_ids", "in", user.partner_id.ids), ("subject", "like", "at risk now")]
        )

    def test_the_first_rating_is_no_change(self):
        self.rate(self.fallen)
        self.assertFalse(self.of(self.fallen))

    def test_a_change_keeps_from_to_score_and_reasons(self):
        value = self.healthy()
        self.rate(self.fallen)
        change = self.of(self.fallen)
        self.assertEqual((change.from_health, change.to_health), ("good", "risk"))
        self.assertEqual(change.score, value.risk_score)
        self.assertEqual(change.reasons, value.risk_reasons)
        self.assertIn("high risk", change.summary)

    def test_a_fall_is_told_once(self):
        self.healthy()
        for _night in range(3):
            self.rate(self.fallen)
            self.changes._tell_batch()
        [message] = self.told(self.anna)
        self.assertIn("Fallen", message.body)
        self.assertIn("high risk", message.body)
        change = self.of(self.fallen)
        self.assertEqual(change.told_user_id, self.anna)
        self.assertTrue(change.told_at)
        self.assertFalse(self.told(self.ben))

    def test_a_new_fall_is_told_again(self):
        for before in ("good", "lost"):
            self.healthy(before=before)
            self.rate(self.fallen)
            self.changes._tell_batch()
        self.assertEqual(len(self.told(self.anna)), 2)

    def test_getting_better_is_kept_and_not_told(self):
        value = self.healthy(before="risk")
        self.invoice(self.fallen, 10)
        self.rate(self.fallen)
        self.assertNotEqual(value.health, "risk")
        self.changes._tell_batch()
        self.assertFalse(self.told(self.anna))
        self.assertEqual(self.of(self.fallen).from_health, "risk")

    def test_the_account_manager_is_told_before_the_salesperson(self):
        self.fallen.account_manager_id = self.ben
        self.healthy()
        self.rate(self.fallen)
        self.changes._tell_batch()
        self.assertTrue(self.told(self.ben))
        self.assertFalse(self.told(self.anna))

    def test_who_does_not_use_the_app_or_left_is_not_told(self):
        outsider = self.persona("health_outsider", None)
        partner = self.buyer("Theirs", 112, 91, 70, user=outsider)
        gone = self.buyer("Gone's", 112, 91, 70, user=self.ben)
        self.healthy(partner)
        self.healthy(gone)
        self.ben.active = False
        self.rate(partner, gone)
        self.assertEqual(self.changes._tell_batch(), 2)
        self.assertFalse(self.told(outsider) | self.told(self.ben))
        self.assertFalse(self.of(partner).is_to_tell)

    def test_one_message_a_person_however_many_customers(self):
        others = [self.buyer(f"Also {number}", 112, 91, 70) for number in range(3)]
        for partner in (self.fallen, *others):
            self.healthy(partner)
        self.rate(self.fallen, *others)
        self.assertEqual(self.changes._tell_batch(), 4)
        self.assertEqual(self.told(self.anna).subject, "4 of your customers are at risk now")

    def test_a_batch_takes_what_it_is_asked_for_and_the_rest_waits(self):
        other = self.buyer("Also", 112, 91, 70)
        self.healthy()
        self.healthy(other)
        self.rate(self.fallen, other)
        self.assertEqual([self.changes._tell_batch(1) for _time in range(3)], [1, 1, 0])

    def test_a_company_may_not_want_to_be_told(self):
        self.company.lifecycle_health_tell = False
        self.healthy()
        self.rate(self.fallen)
        self.assertFalse(self.of(self.fallen).is_to_tell)

    def test_users_see_the_changes_of_their_customers(self):
        self.healthy()
        self.rate(self.fallen)
        change = self.of(self.fallen)
        for user, sees in ((self.anna, 1), (self.ben, 0), (self.analyst, 1), (self.boss, 1)):
            self.assertEqual(
                len(self.of(self.fallen).with_user(user)._filtered_access("read")), sees
            )
        with self.assertRaises(AccessError):
            change.with_user(self.boss).write({"to_health": "good"})
        with self.assertRaises(AccessError):
            change.with_user(self.ben).action_open_partner()
        self.assertEqual(
            change.with_user(self.anna).action_open_partner()["res_id"], self.fallen.id
        )
