from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .touchpoint_common import MONTHLY, TouchpointCommon


@tagged("post_install", "-at_install")
class TestTouchpointAction(TouchpointCommon):
    """Put off, skip, open again, log: by whom, with what, and what comes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_unowned_visible = False
        cls.contact(cls.partner, -40)
        cls.plan(-40)
        cls.row = cls.env["crm.touchpoint"].search([("partner_id", "=", cls.partner.id)])
        cls.mine = cls.row.with_user(cls.anna)

    def as_(self, user):
        return self.row.with_user(user)

    # ------------------------------------------------------------------ put off
    def test_put_off_until_a_day(self):
        self.mine.action_put_off(str(self.day(5)), "  On\n holiday ")
        row = self.row
        self.assertEqual((row.state, row.put_off_until), ("put_off", self.day(5)))
        self.assertEqual((row.put_off_reason, row.put_off_count), ("On holiday", 1))
        self.plan(4)
        self.assertEqual(row.state, "put_off")
        self.assertEqual(self.value_of(self.partner).next_touch_date, self.day(5))

    def test_it_comes_back_on_its_day(self):
        self.mine.action_put_off(self.day(5), "Holiday")
        self.plan(5)
        self.assertEqual((self.row.state, self.row.planned_date), ("planned", self.day(5)))
        self.assertFalse(any(self.plan(5).values()))
        self.mine.action_put_off(self.day(9), "Again")
        self.assertEqual(self.row.put_off_count, 2)

    def test_patience_begins_on_the_day_it_was_put_off_to(self):
        self.mine.action_put_off(self.day(60), "Sabbatical")
        self.plan(90)
        self.assertEqual(self.row.state, "planned")
        self.plan(91)
        self.assertEqual(self.row.state, "missed")

    def test_a_contact_closes_it_all_the_same(self):
        self.mine.action_put_off(self.day(5), "Holiday")
        self.contact(self.partner, 0)
        self.plan()
        self.assertEqual(self.row.state, "done")

    def test_only_to_a_later_day_and_with_a_reason(self):
        for until, reason in (
            (self.today, "x"),
            ("never", "x"),
            (None, "x"),
            (self.day(3), "  "),
            (self.day(3), None),
        ):
            with self.subTest(until=until), self.assertRaises(UserError):
                self.mine.action_put_off(until, reason)

    # ------------------------------------------------------------------ skip, open again
    def test_a_skipped_one_is_counted_from_that_day(self):
        self.mine.action_skip("Was at the fair")
        self.assertEqual((self.row.state, self.row.closed_user_id), ("skipped", self.anna))
        self.assertEqual(self.row.closed_on, self.today)
        self.plan()
        self.assertOpen(30, 45)

    def test_a_skip_has_a_reason(self):
        with self.assertRaises(UserError):
            self.mine.action_skip("")

    def test_what_is_closed_stays_closed(self):
        self.mine.action_skip("Fair")
        with self.assertRaises(UserError):
            self.mine.action_skip("Again")
        with self.assertRaises(UserError):
            self.mine.action_put_off(self.day(3), "Later")

    def test_open_again(self):
        self.mine.action_skip("Fair")
        self.plan()
        follower = self.open_of()
        self.mine.action_reopen()
        self.assertEqual(self.open_of(), self.row)
        self.assertEqual((follower.state, follower.is_left), ("skipped", True))
        self.plan()
        self.assertOpen(-10)

    def test_what_is_done_is_not_opened_again(self):
        self.contact(self.partner, 0)
        self.plan()
        with self.assertRaises(UserError):
            self.mine.action_reopen()

    # ------------------------------------------------------------------ who
    def test_others_do_nothing(self):
        for call in (
            lambda row: row.action_put_off(self.day(3), "x"),
            lambda row: row.action_skip("x"),
            lambda row: row.action_reopen(),
            lambda row: row.action_log(),
            lambda row: row.action_open_partner(),
        ):
            with self.assertRaises(AccessError):
                call(self.as_(self.ben))

    def test_an_analyst_reads_and_decides_nothing(self):
        row = self.as_(self.analyst)
        self.assertEqual(row.state, "planned")
        with self.assertRaises(AccessError):
            row.action_skip("x")

    def test_a_manager_decides(self):
        self.as_(self.boss).action_skip("Not now")
        self.assertEqual(self.row.state, "skipped")

    def test_who_makes_the_contact_decides(self):
        self.step.write({"responsible_type": "user", "user_id": self.ben.id})
        self.plan()
        self.as_(self.ben).action_put_off(self.day(3), "Ill")
        self.assertEqual(self.row.state, "put_off")

    def test_nobody_writes_the_row(self):
        for user in (self.anna, self.boss):
            with self.assertRaises(AccessError):
                self.as_(user).write({"state": "done"})

    def test_the_dialog_decides(self):
        dialog = self.env["crm.touchpoint.decide"].with_user(self.anna)
        dialog.create({"touchpoint_id": self.row.id, "reason": "Ill"}).action_save()
        self.assertEqual(self.row.put_off_until, self.day(7))
        dialog.create(
            {"touchpoint_id": self.row.id, "decision": "skip", "reason": "Fair"}
        ).action_save()
        self.assertEqual(self.row.skip_reason, "Fair")

    def test_the_dialog_asks_who(self):
        dialog = self.env["crm.touchpoint.decide"].with_user(self.ben)
        dialog = dialog.create({"touchpoint_id": self.row.id, "reason": "x"})
        with self.assertRaises(AccessError):
            dialog.action_save()

    def test_log_opens_the_usual_dialog(self):
        action = self.mine.action_log()
        self.assertEqual(action["res_model"], "crm.interaction.log")
        self.assertEqual(action["context"]["default_partner_id"], self.partner.id)

    # ------------------------------------------------------------------ its task
    def task(self):
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.partner.id,
                "user_id": self.anna.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
            }
        )
        self.row.write({"activity_id": activity.id, "state": "scheduled"})
        return activity

    def test_a_contact_closes_the_task(self):
        activity = self.task()
        self.contact(self.partner, 0)
        self.plan()
        self.assertEqual(self.row.state, "done")
        self.assertFalse(activity.active)
        self.assertTrue(activity.not_needed)
        self.assertIn("due contact", activity.feedback)

    def test_a_skip_closes_the_task(self):
        activity = self.task()
        self.mine.action_skip("Fair")
        self.assertFalse(activity.active)

    # ------------------------------------------------------------------ merge, delete
    def test_a_merge_keeps_every_row_and_one_open(self):
        other = self.customer_of(self.anna, "Other")
        self.worth(other, tier="a")
        self.contact(other, -70)
        self.plan(-40, other)
        theirs = self.open_of(other)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner | other).ids, self.partner)
        self.env.invalidate_all()
        self.assertEqual(theirs.partner_id, self.partner)
        self.assertEqual(theirs.state, "skipped")
        self.assertIn("merged", theirs.skip_reason)
        self.assertEqual(self.open_of(), self.row)
        self.plan()
        self.assertEqual(self.open_of(), self.row)

    def test_a_merge_of_two_sources_keeps_one_open(self):
        kept = self.customer_of(self.anna, "Kept")
        other = self.customer_of(self.anna, "Other")
        self.worth(other, tier="a")
        self.plan(-40, other)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner | other | kept).ids, kept)
        self.env.invalidate_all()
        self.assertEqual(len(self.touchpoints(kept)), 2)
        self.assertEqual(len(self.open_of(kept)), 1)

    def test_a_deleted_user_leaves_the_row(self):
        user = self.persona("retention_short")
        self.step.write({"responsible_type": "user", "user_id": user.id})
        self.plan()
        self.step.write({"responsible_type": "manager", "user_id": False})
        user.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.row.user_id)
        self.plan()
        self.assertEqual(self.row.user_id, self.anna)

    def test_a_new_step_of_a_running_cadence_is_planned_beside(self):
        self.monthly.step_ids = [Command.create({**MONTHLY, "name": "Letter"})]
        self.plan()
        self.assertEqual(set(self.open_of().mapped("name")), {"Call", "Letter"})
