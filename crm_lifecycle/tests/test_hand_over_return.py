from odoo.exceptions import UserError
from odoo.tests import tagged

from .hand_over_common import HandOverCommon


@tagged("post_install", "-at_install")
class TestHandOverReturn(HandOverCommon):
    """What was handed over until a day comes back after it, if the deputies still have it."""

    def setUp(self):
        super().setUp()
        self.open_lead = self.lead(self.customers[0])
        self.hand = self.done(self.ben, self.carla, rule="even", date_to=self.day(7))

    def line(self, record, kind="salesperson"):
        return self.hand.line_ids.filtered(lambda one: one.kind == kind and one.res_id == record.id)

    def end(self):
        with self.on_day(8):
            self.work()

    def test_on_the_last_day_the_deputies_still_have_it(self):
        with self.on_day(7):
            self.work()
        self.assertEqual(self.hand.state, "moved")
        self.assertNotIn(self.anna, self.customers.user_id)

    def test_the_day_after_it_is_back(self):
        self.end()
        self.assertEqual(self.hand.state, "returned")
        self.assertEqual(self.customers.user_id, self.anna)
        self.assertEqual(self.open_lead.user_id, self.anna)
        self.assertEqual(set(self.hand.line_ids.mapped("state")), {"returned"})

    def test_what_was_changed_meanwhile_stays_and_the_line_says_so(self):
        self.customers[0].user_id = self.boss
        self.open_lead.action_set_won()
        holder = self.open_lead.user_id
        self.end()
        self.assertEqual(self.customers[0].user_id, self.boss)
        self.assertEqual(self.open_lead.user_id, holder)
        for line in (self.line(self.customers[0]), self.line(self.open_lead, "lead")):
            self.assertEqual(line.state, "kept")
            self.assertTrue(line.note)
        self.assertEqual(self.customers[1:].user_id, self.anna)

    def test_what_one_deputy_gave_the_other_stays_with_the_other(self):
        first, other = self.customers[0], {self.ben: self.carla, self.carla: self.ben}
        taker = other[first.user_id]
        first.user_id = taker
        self.end()
        self.assertEqual(first.user_id, taker)

    def test_what_is_gone_is_said(self):
        line = self.line(self.customers[0])
        self.open_lead.unlink()
        self.customers[0].unlink()
        self.end()
        self.assertEqual(line.state, "kept")
        self.assertEqual(self.hand.state, "returned")

    def test_an_appointed_account_manager_is_appointed_again(self):
        customer = self.customer_of(self.carla)
        customer.account_manager_id = self.anna
        hand = self.done(self.ben, date_to=self.day(7))
        self.assertEqual(customer.account_manager_id, self.ben)
        self.end()
        self.assertEqual(hand.state, "returned")
        self.assertEqual(customer.account_manager_id, self.anna)

    def test_what_the_deputies_were_given_themselves_stays_theirs(self):
        new = self.customer_of(self.ben, "New")
        self.end()
        self.assertEqual(new.user_id, self.ben)

    def test_nothing_comes_back_to_who_left_meanwhile(self):
        self.anna.action_archive()
        self.end()
        self.assertEqual(set(self.hand.line_ids.mapped("state")), {"kept"})
        self.assertNotIn(self.anna, self.customers.user_id)

    def test_run_twice_it_is_the_same(self):
        self.end()
        self.customers[0].user_id = self.carla
        self.end()
        self.assertEqual(self.customers[0].user_id, self.carla)
        self.assertEqual(self.customers[1:].user_id, self.anna)

    def test_it_can_be_given_back_before_the_day(self):
        self.hand.with_user(self.anna).action_give_back()
        self.assertEqual(self.customers.user_id, self.anna)
        with self.assertRaises(UserError):
            self.hand.with_user(self.anna).action_give_back()

    def test_what_was_for_good_stays(self):
        customer = self.customer_of(self.anna)
        hand = self.done(self.ben)
        with self.assertRaises(UserError):
            hand.with_user(self.anna).action_give_back()
        with self.on_day(999):
            self.work()
        self.assertEqual(hand.state, "moved")
        self.assertEqual(customer.user_id, self.ben)

    def test_what_the_deputy_did_is_the_owner_s_to_see(self):
        customer = self.customers[0]
        deputy = customer.user_id
        said = self.contact(customer, user=deputy)
        asked = self.env["crm.interaction"].with_user(deputy)
        self.assertTrue(asked.search([("id", "=", said.id)]))
        self.end()
        asked = self.env["crm.interaction"].with_user(self.anna)
        self.assertEqual(asked.search([("id", "=", said.id)]).user_id, deputy)
        asked = self.env["crm.interaction"].with_user(deputy)
        self.assertFalse(asked.search([("id", "=", said.id)]))

    def test_both_changes_stand_in_the_customer_s_history(self):
        self.end()
        first, away, back = self.changes(self.customers[0])
        self.assertEqual((away.from_user_id, back.to_user_id), (self.anna, self.anna))
        self.assertEqual(first.to_user_id, self.anna)
        self.assertTrue(away.reason and back.reason)

    def test_the_owner_is_told_what_did_not_come_back(self):
        self.customers[0].user_id = self.boss
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        self.end()
        told = self.env["mail.message"].search(
            [("id", ">", before), ("partner_ids", "=", self.anna.partner_id.id)]
        )
        self.assertEqual(len(told), 1)
        self.assertIn("1 did not", told.body)
