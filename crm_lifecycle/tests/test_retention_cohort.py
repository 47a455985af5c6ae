from datetime import date, timedelta
from random import Random

from odoo.tests import freeze_time, tagged

from .retention_report_common import RetentionReportCommon

COHORT = "crm.retention.cohort"
TODAY = "2026-05-10 12:00:00"


@tagged("post_install", "-at_install")
class TestRetentionCohort(RetentionReportCommon):
    """Kept, lost and won-back customers, against a plain count."""

    def statuses(self, unit="year", partner=None):
        """Status by period of a customer."""
        rows = self.rows(COHORT, partners=partner or self.partner)
        return {str(row.period_start): row.status for row in rows if row.unit == unit}

    @freeze_time(TODAY)
    def test_the_life_of_a_customer_year_by_year(self):
        for year in (2020, 2021, 2024):
            self.invoice(self.partner, 100, date(year, 6, 1))
        self.assertEqual(
            self.statuses(),
            {
                "2020-01-01": "new",
                "2021-01-01": "kept",
                "2022-01-01": "lost",
                "2023-01-01": "away",
                "2024-01-01": "won_back",
                "2025-01-01": "lost",
                "2026-01-01": "away",
            },
        )

    @freeze_time(TODAY)
    def test_quarters_begin_in_january_april_july_and_october(self):
        for day in (date(2025, 9, 30), date(2025, 10, 1), date(2026, 4, 1)):
            self.invoice(self.partner, 100, day)
        self.assertEqual(
            self.statuses("quarter"),
            {
                "2025-07-01": "new",
                "2025-10-01": "kept",
                "2026-01-01": "lost",
                "2026-04-01": "won_back",
            },
        )

    @freeze_time(TODAY)
    def test_the_running_period_is_marked(self):
        self.invoice(self.partner, 100, date(2025, 6, 1))
        running = self.rows(COHORT).filtered("is_running")
        self.assertEqual({str(row.period_start) for row in running}, {"2026-01-01", "2026-04-01"})

    @freeze_time(TODAY)
    def test_worth_lost_is_that_of_the_period_before(self):
        self.invoice(self.partner, 700, date(2023, 6, 1))
        self.hours(self.partner, 50, date(2023, 6, 2))
        self.invoice(self.of_ben, 300, date(2023, 6, 1))
        self.invoice(self.of_ben, 400, date(2024, 6, 1))
        aggregates = ("kept_count:sum", "lost_count:sum", "worth:sum", "lost_worth:sum")
        found = self.groups(
            COHORT, "period_start:year", *aggregates, domain=[("unit", "=", "year")]
        )
        self.assertEqual(found[date(2023, 1, 1)], (0, 0, 950, 0))
        self.assertEqual(found[date(2024, 1, 1)], (1, 1, 400, 650))
        [(rate,)] = [
            figures
            for key, figures in self.groups(
                COHORT, "period_start:year", "retention_rate:avg", domain=[("unit", "=", "year")]
            ).items()
            if key == date(2024, 1, 1)
        ]
        self.assertEqual(float(rate), 0.5)

    @freeze_time(TODAY)
    def test_a_credit_note_is_no_purchase(self):
        self.invoice(self.partner, 100, date(2023, 6, 1))
        self.invoice(self.partner, 40, date(2024, 6, 1), move_type="out_refund")
        self.assertEqual(self.statuses()["2024-01-01"], "lost")

    @freeze_time(TODAY)
    def test_a_company_s_purchases_are_its_own(self):
        other = self.other_company()
        self.assertFalse(self.ask(COHORT).search([("company_id", "=", other.id)]))

    @freeze_time(TODAY)
    def test_random_histories_agree_with_a_plain_count(self):
        random = Random(5)
        for unit in ("year", "quarter"):
            customers = [self.customer_of(self.anna, f"{unit} {n}") for n in range(6)]
            truth = {}
            for customer in customers:
                days = {
                    date(2022, 1, 1) + timedelta(days=random.randrange(1500))
                    for _n in range(random.randint(1, 6))
                }
                for day in days:
                    self.invoice(customer, 10, day)
                truth[customer.id] = self._naive(unit, days)
            rows = self.ask(COHORT).search([("partner_id", "in", list(truth)), ("unit", "=", unit)])
            found = {}
            for row in rows:
                found.setdefault(row.partner_id.id, {})[self._place(unit, row.period_start)] = (
                    row.status
                )
            self.assertEqual(found, truth)

    @staticmethod
    def _place(unit, day):
        return day.year if unit == "year" else day.year * 4 + (day.month - 1) // 3

    def _naive(self, unit, days):
        places = {self._place(unit, day) for day in days}
        first, last = min(places), self._place(unit, date(2026, 5, 10))
        statuses = {}
        for place in range(first, last + 1):
            here, before = place in places, place - 1 in places
            if place == first:
                statuses[place] = "new"
            elif here:
                statuses[place] = "kept" if before else "won_back"
            else:
                statuses[place] = "lost" if before else "away"
        return statuses

    @freeze_time(TODAY)
    def test_ids_are_unique_and_open_their_own_row(self):
        for partner in self.ours:
            self.invoice(partner, 100, date(2024, 2, 1))
        rows = self.rows(COHORT)
        self.assertEqual(len(set(rows.ids)), len(rows))
        row = self.ask(COHORT, self.anna).browse(
            rows.filtered(lambda one: one.partner_id == self.partner)[0].id
        )
        self.assertEqual(row.partner_id, self.partner)
        self.assertEqual(row.action_open_partner()["res_id"], self.partner.id)

    @freeze_time(TODAY)
    def test_a_user_has_the_figures_of_own_customers(self):
        for partner in self.ours:
            self.invoice(partner, 100, date(2024, 2, 1))
        self.assertEqual(self.rows(COHORT, self.anna).partner_id, self.partner)
        domain = [("unit", "=", "year")]
        self.assertEqual(self.totals(COHORT, "new_count:sum", user=self.ben, domain=domain), (1,))
        self.assertEqual(self.totals(COHORT, "new_count:sum", domain=domain), (2,))
