from datetime import datetime

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .level_common import LevelCommon


@tagged("post_install", "-at_install")
class TestTouchpointLevel(LevelCommon):
    """Everybody's contacts are given days within capacity and caps."""

    def test_the_most_worth_has_the_first_days(self):
        self.give_days()
        self.assertEqual(self.days(), [0, 0, 1, 1, 2])
        self.assertEqual(self.rows.sorted("worth")[-1].rank, 400)

    def test_a_second_run_writes_nothing(self):
        self.assertEqual(self.give_days(), 5)
        self.assertEqual(self.give_days(), 0)

    def test_days_off_and_leaves_are_left_out(self):
        resource = self.env["resource.resource"].create(
            {
                "name": "Anna",
                "user_id": self.anna.id,
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "tz": "UTC",
            }
        )
        self.give_days()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": resource.id,
                "company_id": self.company.id,
                "calendar_id": resource.calendar_id.id,
                "date_from": datetime.combine(self.today, datetime.min.time()),
                "date_to": datetime.combine(self.day(2), datetime.min.time()),
            }
        )
        self.give_days()
        self.assertEqual(self.days(), [2, 2, 3, 3, 4])

    def test_a_long_absence_is_listed(self):
        self.anna.write({"lifecycle_own_capacity": True, "lifecycle_capacity": 0})
        self.give_days()
        self.assertEqual(self.days(), [None] * 5)
        self.assertEqual(set(self.rows.mapped("waits_for")), {"capacity"})

    def test_who_was_archived_leaves_contacts_waiting(self):
        self.anna.sudo().action_archive()
        self.give_days()
        self.assertEqual(self.days(), [None] * 5)

    def test_a_number_of_one_s_own(self):
        self.anna.write({"lifecycle_own_capacity": True, "lifecycle_capacity": 5})
        self.give_days()
        self.assertEqual(self.days(), [0] * 5)

    def test_the_cap_counts_what_was_made(self):
        self.company.write({"lifecycle_contact_cap": 2, "lifecycle_contact_cap_days": 10})
        best = self.partners[-1]
        for days in (-4, -2):
            self.contact(best, days)
        self.contact(best, -1, direction="in")
        row = self.rows.filtered(lambda row: row.partner_id == best)
        self.due(row)
        self.give_days()
        # Ten days after the first of the two.
        self.assertEqual(row.planned_date, self.day(6))
        self.due(row, latest=3)
        self.give_days()
        self.assertEqual(row.waits_for, "cap")

    def test_do_not_contact_waits_and_is_seen(self):
        self.partners[-1].write({"lifecycle_do_not_contact": True})
        row = self.rows.filtered(lambda row: row.partner_id == self.partners[-1])
        self.give_days()
        self.assertEqual((row.planned_date, row.waits_for), (False, "do_not_contact"))
        self.partners[-1].lifecycle_no_contact_until = self.day(-1)
        self.give_days()
        # The others keep today and tomorrow.
        self.assertEqual((row.planned_date, row.waits_for), (self.day(2), False))

    def test_one_who_wants_no_mail_is_not_sent_any(self):
        self.step.channel_ids = self.mail_channel
        self.partner.email = "no@example.com"
        self.env["mail.blacklist"].create({"email": "no@example.com"})
        row = self.rows.filtered(lambda row: row.partner_id == self.partner)
        self.give_days()
        self.assertEqual(row.waits_for, "do_not_contact")
        self.step.channel_ids |= self.call_channel
        self.give_days()
        self.assertFalse(row.waits_for == "do_not_contact")

    def test_the_weekly_rest_has_no_contacts(self):
        today = self.today.weekday()
        self.company.write(
            {
                "lifecycle_rest_from_day": str(today),
                "lifecycle_rest_from_hour": 0,
                "lifecycle_rest_to_day": str((today + 2) % 7),
                "lifecycle_rest_to_hour": 0,
            }
        )
        self.give_days()
        self.assertEqual(self.days(), [2, 2, 3, 3, 4])

    def test_a_rest_of_all_the_week_is_refused(self):
        with self.assertRaises(ValidationError):
            self.company.lifecycle_rest_from_day = "4"
        with self.assertRaises(ValidationError):
            self.company.write(
                {
                    "lifecycle_hour_from": 20,
                    "lifecycle_rest_from_day": "0",
                    "lifecycle_rest_from_hour": 20,
                    "lifecycle_rest_to_day": "0",
                    "lifecycle_rest_to_hour": 19,
                }
            )

    def test_what_was_put_off_keeps_its_day_and_its_place(self):
        best = self.rows.sorted("worth")[-1]
        self.give_days()
        best.with_user(self.anna).action_put_off(self.day(1), "On holiday")
        self.give_days()
        self.assertEqual((best.state, best.planned_date), ("put_off", self.day(1)))
        others = self.rows - best
        self.assertEqual(self.days(others), [0, 1, 0, 2])

    def test_the_planner_keeps_the_days(self):
        partner = self.add_customer("Fresh", 50)
        self.contact(partner, -40)
        self.plan(0, partner)
        row = self.open_of(partner)
        self.give_days()
        before = (row.planned_date, row.waits_for)
        self.assertTrue(before[0])
        self.assertEqual(self.plan(0, partner)["changed"], 0)
        self.assertEqual((row.planned_date, row.waits_for), before)

    def test_another_company_has_days_of_its_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(self.level._level(other, self.today), 0)
        self.assertFalse(any(self.rows.mapped("planned_date")))

    def test_the_customer_s_next_contact_follows(self):
        self.give_days()
        row = self.rows.sorted("worth")[0]
        value = self.env["crm.customer.value"].search([("partner_id", "=", row.partner_id.id)])
        self.assertEqual(value.next_touch_date, row.planned_date)

    def test_a_company_is_levelled_in_few_queries(self):
        self.give_days()
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            self.level._level(self.company, self.today)
