from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .hand_over_common import HandOverCommon


@tagged("post_install", "-at_install")
class TestHandOverRights(HandOverCommon):
    """Users hand over their own, managers anybody's, and what was confirmed is history."""

    def draft(self, user, **vals):
        """A draft of anna's, made by a persona."""
        rows = [Command.create({"user_id": self.carla.id})]
        return (
            self.env["crm.hand.over"]
            .with_user(user)
            .create({"user_id": self.anna.id, "deputy_ids": rows, **vals})
        )

    def test_a_user_hands_over_their_own(self):
        hand_over = self.draft(self.anna)
        hand_over.action_preview()
        hand_over.action_confirm()
        self.assertEqual(self.customers.user_id, self.carla)

    def test_a_manager_hands_over_anybody_s(self):
        hand_over = self.draft(self.boss)
        hand_over.action_preview()
        hand_over.action_confirm()
        self.assertEqual(self.customers.user_id, self.carla)

    def test_a_user_or_analyst_hands_over_nobody_else_s(self):
        for user in (self.ben, self.analyst):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.draft(user)

    def test_nor_by_changing_whose_it_is(self):
        mine = self.draft(self.ben, user_id=self.ben.id)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.user_id = self.anna
        self.env.invalidate_all()
        self.assertEqual(mine.user_id, self.ben)

    def test_a_list_of_one_s_own_holds_nothing_of_others(self):
        chosen = self.customers.ids
        mine = self.draft(self.ben, user_id=self.ben.id, chosen_customers=chosen)
        mine.action_preview()
        self.assertFalse(mine.line_ids)

    def test_the_deputy_reads_and_changes_nothing(self):
        hand_over = self.draft(self.anna)
        hand_over.action_preview()
        theirs = hand_over.with_user(self.carla)
        self.assertEqual(theirs.user_id, self.anna)
        self.assertEqual(len(theirs.line_ids), 4)
        doors = (
            theirs.action_confirm,
            theirs.action_preview,
            theirs.action_cancel,
            lambda: theirs.write({"reason": "Mine"}),
            lambda: theirs.line_ids.write({"deputy_id": self.ben.id}),
            theirs.line_ids.unlink,
            lambda: theirs.deputy_ids.write({"share": 5}),
        )
        for door in doors:
            with self.assertRaises(AccessError):
                door()

    def test_others_do_not_see_it(self):
        hand_over = self.draft(self.anna)
        hand_over.action_preview()
        rows = self.env["crm.hand.over"].with_user(self.ben)
        self.assertFalse(rows.search([("id", "=", hand_over.id)]))
        lines = self.env["crm.hand.over.line"].with_user(self.ben)
        self.assertFalse(lines.search([("hand_over_id", "=", hand_over.id)]))
        self.assertTrue(rows.with_user(self.analyst).search([("id", "=", hand_over.id)]))

    def test_the_state_and_the_lines_are_the_server_s(self):
        hand_over = self.draft(self.anna)
        hand_over.action_preview()
        line = hand_over.line_ids[0]
        doors = (
            lambda: hand_over.write({"state": "moved"}),
            lambda: self.draft(self.anna, state="running"),
            lambda: line.write({"res_id": 1}),
            lambda: line.write({"state": "moved"}),
            lambda: line.create({"hand_over_id": hand_over.id, "kind": "lead", "res_id": 1}),
        )
        for user in (self.anna, self.boss):
            for door in doors:
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    door()

    def test_a_default_in_the_context_starts_nothing(self):
        sneaky = self.env["crm.hand.over"].with_user(self.anna)
        sneaky = sneaky.with_context(default_state="running")
        hand_over = sneaky.create({"deputy_ids": [Command.create({"user_id": self.ben.id})]})
        self.assertEqual(hand_over.state, "draft")

    def test_what_was_confirmed_is_history(self):
        hand_over = self.draft(self.anna)
        hand_over.action_preview()
        hand_over.action_confirm()
        doors = (
            lambda: hand_over.write({"date_to": self.day(3)}),
            lambda: hand_over.deputy_ids.write({"user_id": self.ben.id}),
            lambda: hand_over.line_ids.write({"deputy_id": self.ben.id}),
            hand_over.line_ids.unlink,
            hand_over.action_cancel,
            hand_over.action_preview,
            hand_over.unlink,
        )
        for door in doors:
            with self.assertRaises(UserError):
                door()
        draft = self.draft(self.anna)
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_what_has_not_begun_can_be_cancelled(self):
        hand_over = self.draft(self.anna, date_from=self.day(3))
        hand_over.action_preview()
        hand_over.action_confirm()
        hand_over.action_cancel()
        with self.on_day(9):
            self.work()
        self.assertEqual(hand_over.state, "cancelled")
        self.assertEqual(self.customers.user_id, self.anna)

    def test_a_deputy_is_somebody_else_of_us_in_the_company(self):
        other = self.other_company()
        stranger = self.persona(
            "retention_far", company_id=other.id, company_ids=[Command.set(other.ids)]
        )
        gone = self.persona("retention_gone")
        gone.action_archive()
        for deputy in (self.anna, stranger, gone):
            rows = [Command.create({"user_id": deputy.id})]
            with self.subTest(deputy=deputy.login), self.assertRaises(ValidationError):
                self.draft(self.boss, deputy_ids=rows)

    def test_nor_is_one_put_into_the_list(self):
        hand_over = self.draft(self.anna)
        hand_over.action_preview()
        with self.assertRaises(ValidationError):
            hand_over.line_ids[0].deputy_id = self.anna

    def test_another_company_s_hand_overs_are_hidden(self):
        other = self.other_company()
        hand_over = self.env["crm.hand.over"].create(
            {"user_id": self.boss.id, "company_id": other.id}
        )
        rows = self.env["crm.hand.over"].with_user(self.boss)
        self.assertFalse(rows.search([("id", "=", hand_over.id)]))

    def test_a_line_opens_what_the_viewer_may_read(self):
        hand_over = self.draft(self.anna)
        hand_over.action_preview()
        action = hand_over.line_ids[0].action_open()
        self.assertEqual(action["res_model"], "res.partner")
        with self.assertRaises(AccessError):
            hand_over.line_ids[0].with_user(self.ben).action_open()

    def test_only_customers_one_sees_are_handed_over_from_the_list(self):
        with self.assertRaises(AccessError):
            self.customers.with_user(self.ben).action_hand_over()
