from datetime import date

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .health_common import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthBacktest(HealthCommon):
    """Looking back, against a past made by hand whose numbers are known.

    The month ends on 31 March of last year. By then all buy every 30 days but *Slow*, every 120.
    *Gone* has been quiet for 90 days and never comes back; *Back* as well, and bought again in
    May; *Slow* has been quiet for 100 days, less than its rhythm, and comes back; *Sudden* bought
    on the 21st and never again. Flagged: Gone and Back. Left: Gone and Sudden. The plain rule
    names the two who were quiet for longest: Slow and one of the two others.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.end = date(cls.today.year - 1, 3, 31)
        cls.only("quiet")
        cls.gone = cls.history("Gone", 150, 120, 90)
        cls.back = cls.history("Back", 151, 121, 91, -40)
        cls.slow = cls.history("Slow", 340, 220, 100, -30)
        cls.sudden = cls.history("Sudden", 70, 40, 10)
        cls.refresh(cls.gone, cls.back, cls.slow, cls.sudden)
        cls.backtests = cls.env["crm.health.backtest"]

    @classmethod
    def history(cls, name, *days_before):
        """A customer with purchases so many days before the month's end (negative: after)."""
        partner = cls.customer_of(cls.anna, name)
        for days in days_before:
            day = fields.Date.subtract(cls.end, days=days)
            cls.invoice(partner, 100, day, invoice_date_due=cls.day(30))
        return partner

    def look_back(self):
        backtest = self.backtests._start(self.company)
        while not backtest._step():
            continue
        return backtest

    def month(self, backtest):
        return backtest.month_ids.filtered(lambda month: month.date == self.end)

    def test_the_month_of_the_hand_made_past(self):
        month = self.month(self.look_back())
        self.assertEqual((month.customers, month.flagged, month.flagged_left), (4, 2, 1))
        self.assertEqual((month.gone, month.rule_left), (2, 0))

    def test_a_past_day_is_rated_as_it_was(self):
        rated = self.rated_on(self.end)
        self.assertEqual(
            {row["partner_id"]: row["new_health"] for row in rated.values()},
            {
                self.gone.id: "risk",
                self.back.id: "risk",
                self.slow.id: "good",
                self.sudden.id: "new",
            },
        )
        self.assertEqual(rated[self.gone.id]["quiet_days"], 90)

    def test_what_happened_later_is_not_known(self):
        before = self.rated_on(self.end)
        self.contact(self.gone, -3, is_complaint=True, satisfaction="1")
        self.event(self.gone, 90)
        self.due(self.gone, 30)
        self.returned_delivery(self.gone)
        self.only(complaints=20, events=100, contact=10, returns=10, quiet=50)
        after = self.rated_on(self.end)
        self.assertEqual(after[self.gone.id]["new_score"], before[self.gone.id]["new_score"])

    def test_what_was_paid_later_was_owed_on_that_day(self):
        self.only(payment=15)
        due = fields.Date.subtract(self.end, days=67)
        move = self.invoice(self.sudden, 50, due, invoice_date_due=due)
        self.pay(move, fields.Date.add(self.end, days=5))
        self.assertEqual(self.rated_on(self.end)[self.sudden.id]["new_score"], 15)
        later = fields.Date.add(self.end, days=6)
        self.assertEqual(self.rated_on(later)[self.sudden.id]["new_score"], 0)

    def test_a_complaint_was_open_until_it_was_closed(self):
        self.only(complaints=30)
        ago = (self.end - self.today).days
        talk = self.contact(self.sudden, ago - 400, is_complaint=True)
        talk.write({"complaint_state": "closed", "satisfaction": "4"})
        self.assertEqual(self.rated_on(self.end)[self.sudden.id]["new_score"], 10)

    def test_the_figures_are_those_of_the_months(self):
        backtest = self.look_back()
        months = backtest.month_ids
        flagged, left = sum(months.mapped("flagged")), sum(months.mapped("gone"))
        hit = sum(months.mapped("flagged_left"))
        self.assertEqual(backtest.flagged_stayed, flagged - hit)
        self.assertEqual(backtest.missed, left - hit)
        self.assertAlmostEqual(backtest.precision, 100 * hit / flagged, 1)
        self.assertAlmostEqual(backtest.recall, 100 * hit / left, 1)

    def test_it_says_better_worse_as_well_or_too_few(self):
        backtest = self.backtests._start(self.company)
        vals = {"backtest_id": backtest.id, "date": self.end, "customers": 50, "gone": 9}
        month = self.env["crm.health.backtest.month"].create(vals)
        for flagged, hit, rule, words in (
            (4, 4, 0, "Too few to tell: 4 customers"),
            (8, 6, 3, "Better than the plain rule"),
            (8, 3, 6, "Worse than the plain rule"),
            (8, 3, 3, "does as well"),
        ):
            month.write({"flagged": flagged, "flagged_left": hit, "rule_left": rule})
            self.assertIn(words, backtest.sentence)
        self.assertEqual((backtest.lift, backtest.precision, backtest.missed), (1, 37.5, 6))

    def test_a_month_whose_horizon_is_not_over_is_left_out(self):
        last = max(self.look_back().month_ids.mapped("date"))
        self.assertLessEqual(last, self.day(-self.company.lifecycle_health_left_days))

    def test_without_a_past_it_says_so(self):
        other = self.other_company()
        backtest = self.backtests._start(other)
        self.assertTrue(backtest._step())
        self.assertIn("No month's end", backtest.sentence)

    def test_killed_it_goes_on_with_the_next_month(self):
        whole = self.look_back()
        backtest = self.backtests._start(self.company)
        for _month in range(3):
            backtest._step()
        backtest.invalidate_recordset()
        self.assertEqual(len(backtest.month_ids), 3)
        while not backtest._step():
            continue
        names = ["date", "customers", "flagged", "flagged_left", "gone", "rule_left"]
        rows = [[month[name] for name in names] for month in whole.month_ids.sorted("date")]
        again = [[month[name] for name in names] for month in backtest.month_ids.sorted("date")]
        self.assertEqual(again, rows)

    def test_only_managers_look_back_and_analysts_read(self):
        backtest = self.look_back()
        for user in (self.anna, self.analyst):
            with self.assertRaises(AccessError):
                self.backtests.with_user(user).action_look_back()
        with self.assertRaises(AccessError):
            backtest.with_user(self.anna).read(["sentence"])
        self.assertTrue(backtest.with_user(self.analyst).sentence)
        self.backtests.with_user(self.boss).action_look_back()
        self.assertEqual(
            self.backtests.search([("company_id", "=", self.company.id)], limit=1).state, "working"
        )
