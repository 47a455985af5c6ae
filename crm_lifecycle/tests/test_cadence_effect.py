from odoo.tests import tagged

from .retention_report_common import RetentionReportCommon

EFFECT = "crm.cadence.effect"


@tagged("post_install", "-at_install")
class TestCadenceEffect(RetentionReportCommon):
    """Contacts and worth of the 180 days before a customer came under a cadence, and after."""

    def came(self, days=-200, partner=None, **vals):
        return self.due(partner, days, floor_date=self.day(days), **vals)

    def test_contacts_and_worth_of_either_side(self):
        self.came()
        for days in (-381, -380, -201, -200, -21, -20):
            self.contact(self.partner, days)
            self.invoice(self.partner, 100, self.day(days))
        self.hours(self.partner, 30, self.day(-100))
        row = self.rows(EFFECT)
        self.assertEqual((row.contacts_before, row.contacts_after), (2, 2))
        self.assertEqual(row.worth_before, self.naive_worth(-380, -201))
        self.assertEqual(row.worth_after, self.naive_worth(-200, -21))
        self.assertEqual(row.worth_change, row.worth_after - row.worth_before)
        self.assertTrue(row.is_over)

    def naive_worth(self, first, last):
        """Invoices less costs of those days, record by record."""
        days = [self.day(first), self.day(last)]
        invoices = self.env["account.move"].search(
            [
                ("commercial_partner_id", "=", self.partner.id),
                ("state", "=", "posted"),
                ("invoice_date", ">=", days[0]),
                ("invoice_date", "<=", days[1]),
            ]
        )
        talks = self.env["crm.interaction"].search([("partner_id", "=", self.partner.id)])
        hours = self.env["account.analytic.line"].search([("partner_id", "=", self.partner.id)])
        return (
            sum(invoices.mapped("amount_untaxed_signed"))
            - sum(talk.cost for talk in talks if days[0] <= talk.date.date() <= days[1])
            + sum(line.amount for line in hours if days[0] <= line.date <= days[1])
        )

    def test_who_came_lately_is_not_over_yet(self):
        self.came(-179)
        self.assertFalse(self.rows(EFFECT).is_over)
        self.came(-180, self.of_ben)
        self.assertTrue(self.rows(EFFECT, partners=self.of_ben).is_over)

    def test_the_first_cadence_counts(self):
        later = self.cadence("Later", [{"name": "Mail"}])
        self.came(-100, cadence_id=later.id, step_id=later.step_ids.id)
        self.came(-300)
        row = self.rows(EFFECT)
        self.assertEqual((row.cadence_id, row.date), (self.monthly, self.day(-300)))

    def test_contacts_asked_for_otherwise_do_not_count_as_a_cadence(self):
        self.came(kind="manual", cadence_id=False, step_id=False)
        self.assertFalse(self.rows(EFFECT))

    def test_the_planner_s_first_day_is_the_day_they_came(self):
        self.contact(self.partner, -250)
        self.plan(-200)
        self.plan(-100)
        self.assertEqual(self.rows(EFFECT).date, self.day(-200))

    def test_averages_are_per_customer(self):
        self.came()
        self.came(partner=self.of_ben)
        for partner, days in ((self.partner, -210), (self.partner, -220), (self.partner, -100)):
            self.contact(partner, days)
        found = self.totals(
            EFFECT,
            *("customer_count:sum", "average_contacts_before:avg", "average_contacts_after:avg"),
        )
        self.assertEqual(tuple(map(float, found)), (2, 1, 0.5))

    def test_a_user_has_the_figures_of_own_customers(self):
        self.came()
        self.came(partner=self.of_ben)
        self.assertEqual(self.rows(EFFECT, self.anna).partner_id, self.partner)
        self.assertEqual(self.totals(EFFECT, "customer_count:sum", user=self.ben), (1,))
        self.assertEqual(self.totals(EFFECT, "customer_count:sum"), (2,))
