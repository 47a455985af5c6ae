from odoo.exceptions import AccessError
from odoo.tests import tagged

from .retention_report_common import RetentionReportCommon

NEGLECT = "crm.customer.neglect"


@tagged("post_install", "-at_install")
class TestCustomerNeglect(RetentionReportCommon):
    """Customers untouched for longer than their maximum, and what they are worth."""

    def test_the_day_after_the_maximum_and_not_before(self):
        self.contact(self.partner, -45)
        self.plan()
        self.assertFalse(self.rows(NEGLECT))
        self.open_of().since_date = self.day(-46)
        row = self.rows(NEGLECT)
        self.assertEqual((row.days_over, row.days_untouched), (1, 46))
        self.assertEqual(row.limit_date, self.day(-1))

    def test_worth_tier_and_whose_they_are(self):
        self.contact(self.partner, -100)
        self.worth(self.partner, value_period=5000, health="good")
        self.plan()
        row = self.rows(NEGLECT)
        self.assertEqual((row.tier, row.health, row.worth), ("a", "good", 5000))
        self.assertEqual(row.salesperson_id, self.anna)
        self.assertEqual((row.cadence_id, row.step_id), (self.monthly, self.step))
        found = self.groups(NEGLECT, "tier", "customer_count:sum", "worth:sum", "days_over:avg")
        self.assertEqual(found, {"a": (1, 5000, 55)})

    def test_a_contact_ends_it(self):
        self.contact(self.partner, -100)
        self.plan()
        self.contact(self.partner, 0)
        self.plan()
        self.assertFalse(self.rows(NEGLECT))

    def test_a_missed_contact_is_no_contact(self):
        self.contact(self.partner, -200)
        for days in (-200, -120, -100, -60, -20, 0):
            self.plan(days)
        self.assertTrue(self.touchpoints(self.partner, "missed"))
        row = self.rows(NEGLECT)
        self.assertEqual(row.since_date, self.day(-200))
        self.assertEqual(row.days_over, 155)

    def test_the_worst_step_is_shown_and_the_customer_counted_once(self):
        weekly = {"ideal_number": 1, "ideal_unit": "weeks", "max_number": 2, "max_unit": "weeks"}
        self.monthly.write({"step_ids": [(0, 0, {"name": "Mail", **weekly})]})
        self.contact(self.partner, -100)
        self.plan()
        row = self.rows(NEGLECT)
        self.assertEqual(len(row), 1)
        self.assertEqual(row.step_id.name, "Mail")
        self.assertEqual(row.days_over, 86)

    def test_months_are_those_of_the_calendar(self):
        self.step.write(
            {"ideal_number": 1, "ideal_unit": "months", "max_number": 2, "max_unit": "months"}
        )
        self.due(days=0, since_date="2020-12-31", latest=0)
        self.assertEqual(str(self.rows(NEGLECT).limit_date), "2021-02-28")

    def test_without_a_running_cadence_nobody_is_neglected(self):
        self.contact(self.partner, -100)
        self.plan()
        self.monthly.state = "draft"
        self.plan()
        self.assertFalse(self.rows(NEGLECT))

    def test_a_user_sees_own_customers_only(self):
        for partner in self.ours:
            self.due(partner, -100, since_date=self.day(-130))
        self.assertEqual(self.rows(NEGLECT, self.anna).partner_id, self.partner)
        self.assertEqual(self.rows(NEGLECT, self.ben).partner_id, self.of_ben)
        self.assertEqual(self.totals(NEGLECT, "customer_count:sum", user=self.anna), (1,))
        self.assertEqual(self.totals(NEGLECT, "customer_count:sum"), (2,))

    def test_a_row_opens_the_customer_of_who_may_see_it(self):
        self.due(self.partner, -100, since_date=self.day(-130))
        row = self.rows(NEGLECT, self.anna)
        self.assertEqual(row.action_open_partner()["res_id"], self.partner.id)
        with self.assertRaises(AccessError):
            self.ask(NEGLECT, self.ben).browse(row.id).action_open_partner()
