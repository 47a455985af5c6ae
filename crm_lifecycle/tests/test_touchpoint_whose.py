from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .touchpoint_common import MONTHLY, TouchpointCommon


@tagged("post_install", "-at_install")
class TestTouchpointWhose(TouchpointCommon):
    """Which cadence is a customer's, who makes its contacts, and what happens to who leaves it."""

    def cadence_of(self, partner=None):
        self.plan(0, partner or self.partner)
        return self.open_of(partner).cadence_id

    def test_the_first_that_fits(self):
        first = self.cadence("First", [dict(MONTHLY)], sequence=1)
        self.assertEqual(self.cadence_of(), first)
        first.sequence = 99
        self.assertEqual(self.cadence_of(), self.monthly)

    def test_a_draft_asks_for_nothing(self):
        self.monthly.state = "draft"
        self.assertFalse(self.cadence_of())

    def test_tier_phase_and_health_all_hold(self):
        self.monthly.write({"phase_retention": True, "health_good": True})
        self.worth(self.partner, phase="retention", health="risk")
        self.assertFalse(self.cadence_of())
        self.worth(self.partner, health="good")
        self.assertEqual(self.cadence_of(), self.monthly)

    def test_no_health_known_fits_only_a_cadence_that_does_not_ask(self):
        self.monthly.health_good = True
        self.assertFalse(self.cadence_of())

    def test_a_segment_is_one_of_those_chosen(self):
        gold, silver = self.env["res.partner.category"].create([{"name": "G"}, {"name": "S"}])
        self.monthly.segment_ids = gold | silver
        self.assertFalse(self.cadence_of())
        self.partner.category_id = silver
        self.assertEqual(self.cadence_of(), self.monthly)

    def test_a_condition_on_the_contact(self):
        self.monthly.domain = "[('city', '=', 'Haifa')]"
        self.assertFalse(self.cadence_of())
        self.partner.city = "Haifa"
        self.assertEqual(self.cadence_of(), self.monthly)

    def test_a_condition_never_depends_on_who_runs_it(self):
        self.monthly.domain = "[('customer_value', '>', 50)]"
        self.worth(self.partner, value_period=100)
        planner = self.planner.with_user(self.ben).sudo()
        planner._replan(planner._scope(self.partner.ids))
        self.assertEqual(self.open_of().cadence_id, self.monthly)

    def test_a_condition_that_cannot_be_read_is_refused(self):
        with self.assertRaises(ValidationError):
            self.monthly.domain = "[('password', '=', 'x')]"

    def test_a_condition_that_broke_later_fits_nobody_and_is_logged(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_cadence SET domain = 'broken' WHERE id = %s", [self.monthly.id]
        )
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        with mute_logger("odoo.addons.crm_lifecycle.models.retention.touchpoint_plan_source"):
            self.assertFalse(self.cadence_of())

    # ------------------------------------------------------------------ who leaves
    def assertLeft(self, reason):
        left = self.touchpoints(self.partner, "skipped")
        self.assertEqual(len(left), 1)
        self.assertIn(reason, left.skip_reason)
        self.assertFalse(self.open_of())
        return left

    def test_who_no_longer_fits_is_skipped_with_the_reason(self):
        self.plan()
        self.worth(self.partner, tier="c")
        self.plan()
        self.assertLeft("no longer fits")

    def test_a_paused_cadence_closes_its_open_contacts(self):
        self.plan()
        self.monthly.state = "paused"
        self.plan()
        self.assertLeft("not running")

    def test_an_archived_customer(self):
        self.plan()
        self.partner.active = False
        self.plan()
        self.assertLeft("archived")

    def test_a_deleted_step_and_cadence_leave_the_history(self):
        self.plan()
        self.monthly.unlink()
        self.plan()
        self.assertLeft("not running")

    def test_an_archived_step(self):
        self.plan()
        self.step.active = False
        self.plan()
        self.assertLeft("does not ask")

    def test_who_comes_back_starts_anew(self):
        self.plan(-100)
        self.worth(self.partner, tier="c")
        self.plan(-90)
        self.worth(self.partner, tier="a")
        self.plan()
        self.assertOpen(30)

    # ------------------------------------------------------------------ by whom
    def user_of(self):
        self.plan()
        return self.open_of().user_id

    def test_the_account_manager_before_the_salesperson(self):
        self.partner.with_company(self.company).account_manager_id = self.ben
        self.assertEqual(self.user_of(), self.ben)

    def test_the_salesperson_where_the_step_says_so(self):
        self.step.responsible_type = "salesperson"
        self.partner.with_company(self.company).account_manager_id = self.ben
        self.assertEqual(self.user_of(), self.anna)

    def test_somebody_named(self):
        self.step.write({"responsible_type": "user", "user_id": self.boss.id})
        self.assertEqual(self.user_of(), self.boss)

    def test_the_team_leader(self):
        self.step.responsible_type = "team_leader"
        self.env["crm.team"].create(
            {
                "name": "Of the boss",
                "user_id": self.boss.id,
                "company_id": False,
                "crm_team_member_ids": [Command.create({"user_id": self.anna.id})],
            }
        )
        self.assertEqual(self.user_of(), self.boss)

    def test_the_responsible_follows_a_hand_over(self):
        self.plan()
        self.partner.user_id = self.ben
        self.assertEqual(self.user_of(), self.ben)

    def test_an_archived_person_s_contacts_go_to_who_is_left(self):
        self.partner.with_company(self.company).account_manager_id = self.ben
        self.plan()
        self.ben.active = False
        self.assertEqual(self.user_of(), self.anna)

    def test_nobody_is_left(self):
        self.plan()
        self.anna.active = False
        self.assertFalse(self.user_of())
        self.assertEqual(self.open_of().waits_for, "nobody")
        self.anna.active = True
        self.assertEqual(self.user_of(), self.anna)
        self.assertFalse(self.open_of().waits_for)

    # ------------------------------------------------------------------ rules of cadences
    def test_a_named_person_is_named(self):
        with self.assertRaises(ValidationError):
            self.step.responsible_type = "user"

    def test_the_longest_interval_is_not_shorter_than_the_usual_one(self):
        with self.assertRaises(ValidationError):
            self.step.max_number = 20

    def test_a_month_and_four_weeks_go_together(self):
        self.step.write(
            {"ideal_number": 1, "ideal_unit": "months", "max_number": 4, "max_unit": "weeks"}
        )

    def test_one_weekday_at_least(self):
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        with self.assertRaises(ValidationError):
            self.step.write(dict.fromkeys(days, False))

    def test_nobody_starts_a_cadence_by_writing_its_state(self):
        cadence = self.monthly.with_user(self.boss)
        with self.assertRaises(UserError):
            cadence.state = "paused"
        with self.assertRaises(UserError):
            cadence.create({"name": "Runs", "state": "running"})
