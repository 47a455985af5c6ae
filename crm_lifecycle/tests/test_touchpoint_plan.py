from odoo.tests import tagged

from .touchpoint_common import MONTHLY, TouchpointCommon


@tagged("post_install", "-at_install")
class TestTouchpointPlan(TouchpointCommon):
    """When the next contact with a customer is due, and what closes it."""

    def test_a_new_customer_is_due_after_the_ideal_interval(self):
        self.plan(-10)
        row = self.assertOpen(20, 35)
        self.assertEqual((row.state, row.kind, row.name), ("planned", "cadence", "Call"))
        self.assertEqual(row.user_id, self.anna)
        self.assertEqual(row.cadence_id, self.monthly)

    def test_the_last_contact_counts(self):
        self.contact(self.partner, -12)
        self.plan()
        self.assertOpen(18, 33)

    def test_who_was_silent_for_long_is_due_at_once_and_not_late(self):
        self.contact(self.partner, -300)
        self.plan()
        self.assertOpen(0, 15)

    def test_the_same_plan_twice_writes_nothing(self):
        self.contact(self.partner, -12)
        self.plan()
        self.assertEqual(self.plan(), {"closed": 0, "changed": 0, "inserted": 0})

    def test_a_contact_closes_the_due_one_and_plans_the_next(self):
        self.plan(-40)
        contact = self.contact(self.partner, -5, user=self.ben)
        self.assertEqual(self.plan(), {"closed": 1, "changed": 0, "inserted": 1})
        done = self.touchpoints(self.partner, "done")
        self.assertEqual(done.interaction_id, contact)
        self.assertEqual(done.closed_on, self.day(-5))
        self.assertEqual(done.closed_user_id, self.ben)
        self.assertEqual(done.late_days, -10)
        self.assertOpen(25, 40)

    def test_whoever_started_it(self):
        self.plan(-40)
        self.contact(self.partner, -5, direction="in")
        self.plan()
        self.assertEqual(len(self.touchpoints(self.partner, "done")), 1)

    def test_a_late_contact_is_late(self):
        self.plan(-60)
        self.contact(self.partner, -5)
        self.plan()
        self.assertEqual(self.touchpoints(self.partner, "done").late_days, 10)

    def test_only_the_step_s_channels_count(self):
        self.step.channel_ids = self.visit_channel
        self.plan(-40)
        self.contact(self.partner, -5)
        self.assertEqual(self.plan()["closed"], 0)
        self.contact(self.partner, -4, channel=self.visit_channel)
        self.assertEqual(self.plan()["closed"], 1)

    def test_a_channel_that_is_no_contact_does_not_count(self):
        self.plan(-40)
        self.call_channel.is_touch = False
        self.contact(self.partner, -5)
        self.assertEqual(self.plan()["closed"], 0)

    def test_only_the_step_s_direction_counts(self):
        self.step.direction = "out"
        self.plan(-40)
        self.contact(self.partner, -5, direction="in")
        self.assertEqual(self.plan()["closed"], 0)

    def test_only_the_responsible_s_contacts_count_where_the_step_says_so(self):
        self.step.only_responsible = True
        self.plan(-40)
        self.contact(self.partner, -5, user=self.ben)
        self.assertEqual(self.plan()["closed"], 0)
        self.contact(self.partner, -4, user=self.anna)
        self.assertEqual(self.plan()["closed"], 1)

    def test_a_contact_logged_later_for_an_earlier_day_moves_the_next(self):
        self.contact(self.partner, -20)
        self.plan()
        self.contact(self.partner, -3)
        self.plan()
        self.assertOpen(27)

    def test_a_deleted_contact_moves_the_next_back(self):
        self.contact(self.partner, -20)
        later = self.contact(self.partner, -3)
        self.plan(-3)
        later.unlink()
        self.plan()
        self.assertOpen(10)

    def test_what_was_not_done_is_missed_and_the_next_is_due_at_once(self):
        self.contact(self.partner, -80)
        self.plan(-80)
        self.plan(-5)
        self.assertFalse(self.touchpoints(self.partner, "missed"))
        self.plan(-4)
        missed = self.touchpoints(self.partner, "missed")
        self.assertEqual((missed.closed_on, missed.late_days), (self.day(-5), 30))
        self.assertOpen(-4, 11)
        self.assertFalse(any(self.plan(-4).values()))

    def test_the_step_s_weekdays_hold(self):
        self.step.write(
            dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), False)
        )
        self.plan()
        due = self.open_of().due_date
        self.assertIn(due.weekday(), (5, 6))
        self.assertLess((due - self.day(30)).days, 6)

    def test_at_risk_halves_the_interval(self):
        self.contact(self.partner, -4)
        self.plan()
        self.worth(self.partner, health="risk")
        self.assertEqual(self.plan(), {"closed": 0, "changed": 1, "inserted": 0})
        self.assertOpen(11, 41)
        self.worth(self.partner, health="good")
        self.plan()
        self.assertOpen(26, 41)

    def test_two_steps_have_their_own_days(self):
        yearly = {"name": "Visit", "ideal_number": 12, "max_number": 14, "max_unit": "months"}
        self.monthly.write({"step_ids": [(0, 0, {**yearly, "channel_ids": self.visit_channel})]})
        self.contact(self.partner, -4)
        self.plan()
        call, visit = self.open_of()
        self.assertEqual((call.name, visit.name), ("Call", "Visit"))
        self.assertEqual(call.due_date, self.day(26))
        self.assertGreater(visit.due_date, self.day(360))

    def test_one_customer_costs_a_statement_for_the_plan_and_one_for_the_day(self):
        self.contact(self.partner, -4)
        self.plan()
        self.contact(self.partner, -1)
        self.env.flush_all()
        scope = self.planner._scope(self.partner.ids)
        with self.assertQueryCount(2):
            self.planner._replan(scope)
        self.assertOpen(29)

    def test_the_queue_plans_a_changed_customer(self):
        self.invoice(self.partner, 100.0)
        self.monthly.tier_a = False
        self.work_off()
        self.assertOpen(30)
        self.contact(self.partner, 0, user=self.anna)
        self.work_off()
        self.assertEqual(len(self.open_of()), 1)

    def test_the_next_contact_is_on_the_customer(self):
        self.contact(self.partner, -4)
        self.plan()
        row = self.value_of(self.partner)
        self.assertEqual(row.next_touch_date, self.day(26))
        customer = self.partner.with_user(self.anna)
        self.assertEqual(customer.next_touch_date, self.day(26))
        found = customer.search([("next_touch_date", "=", self.day(26))])
        self.assertIn(self.partner, found)
        self.monthly.state = "paused"
        self.plan()
        self.assertFalse(row.next_touch_date)

    def test_the_plan_asks_only_of_its_own_company(self):
        other = self.other_company()
        contact = self.contact(self.partner, -4)
        contact.company_id = other
        self.plan()
        self.assertOpen(30)

    def test_steps_of_other_cadences_are_not_this_customer_s(self):
        self.cadence("For B", [dict(MONTHLY)], tier_b=True)
        self.plan()
        self.assertOpen(30)
