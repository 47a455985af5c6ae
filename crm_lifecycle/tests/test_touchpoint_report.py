from odoo.tests import tagged

from .retention_report_common import RetentionReportCommon

REPORT = "crm.touchpoint.report"
COUNTS = ("on_time", "late", "missed", "skipped", "overdue", "waiting")


@tagged("post_install", "-at_install")
class TestTouchpointReport(RetentionReportCommon):
    """Compliance: what was due, and what came of each."""

    def fill(self):
        """Contacts of each outcome; those that say nothing of compliance beside them."""
        self.closed("done", -100, late=-3)
        self.closed("done", -90, late=0)
        self.closed("done", -80, late=5, put_off_count=2)
        self.closed("missed", -70, late=30)
        self.closed("skipped", -60, skip_reason="On holiday")
        self.due(self.of_ben, -40, user_id=self.ben.id)
        self.closed("done", -50, partner=self.of_ben, user_id=self.ben.id)
        self.due(days=-2)
        self.closed("skipped", -30, is_left=True)
        self.due(days=20, step_id=False, kind="manual")

    def naive(self):
        """The counts by the plainest reading of their definitions, record by record."""
        counts = dict.fromkeys(COUNTS, 0)
        for touch in self.env["crm.touchpoint"].search([("partner_id", "in", self.ours.ids)]):
            if touch.is_left or (not touch.closed_on and touch.due_date > self.today):
                continue
            if touch.state == "done":
                outcome = "on_time" if touch.closed_on <= touch.max_date else "late"
            elif touch.state in ("missed", "skipped"):
                outcome = touch.state
            else:
                latest = max(touch.max_date, touch.put_off_until or touch.max_date)
                outcome = "overdue" if latest < self.today else "waiting"
            counts[outcome] += 1
        return counts

    def test_every_outcome_is_counted_as_the_plain_reading_has_it(self):
        self.fill()
        aggregates = [f"{name}_count:sum" for name in COUNTS]
        found = dict(zip(COUNTS, self.totals(REPORT, *aggregates), strict=True))
        self.assertEqual(found, self.naive())
        self.assertEqual(found["on_time"], 3)
        self.assertEqual(found["overdue"], 1)

    def test_outcomes_add_up_to_what_was_due(self):
        self.fill()
        due, *counts = self.totals(REPORT, "due_count:sum", *[f"{n}_count:sum" for n in COUNTS])
        self.assertEqual(due, sum(counts))
        self.assertEqual(due, 8)

    def test_what_was_no_longer_needed_or_is_not_due_yet_is_left_out(self):
        left = self.closed("skipped", -30, is_left=True)
        later = self.due(days=1)
        today = self.due(self.of_ben, 0)
        found = self.rows(REPORT)
        self.assertNotIn(left.id, found.ids)
        self.assertNotIn(later.id, found.ids)
        self.assertIn(today.id, found.ids)

    def test_rates_are_of_sums_in_every_grouping(self):
        self.fill()
        found = self.groups(REPORT, "user_id", "due_count:sum", "on_time_rate:avg", "done_rate:avg")
        due, on_time, done = found[self.anna.name]
        self.assertEqual(due, 6)
        self.assertAlmostEqual(float(on_time), 2 / 6)
        self.assertAlmostEqual(float(done), 3 / 6)
        _due, on_time, _done = found[self.ben.name]
        self.assertAlmostEqual(float(on_time), 1 / 2)

    def test_put_off_says_nothing_of_the_outcome(self):
        self.fill()
        self.assertEqual(
            self.totals(REPORT, "put_off_count:sum", domain=[("outcome", "=", "late")]), (1,)
        )

    def test_a_contact_put_off_is_overdue_after_that_day_only(self):
        touch = self.due(days=-60, state="put_off", put_off_until=self.day(3))
        self.assertEqual(self.rows(REPORT).outcome, "waiting")
        touch.put_off_until = self.day(-1)
        self.assertEqual(self.rows(REPORT).outcome, "overdue")

    def test_one_done_before_it_was_due_counts_on_the_day_it_was_done(self):
        self.due(days=10, state="done", closed_on=self.day(-5), late_days=-30)
        self.assertEqual(self.rows(REPORT).date, self.day(-5))

    def test_every_dimension_groups_all_rows(self):
        self.fill()
        for name in (
            *("user_id", "tier", "phase", "health", "cadence_id", "step_id", "kind", "outcome"),
            *("salesperson_id", "date:week", "date:month", "partner_id", "company_id"),
        ):
            with self.subTest(name):
                found = self.groups(REPORT, name, "due_count:sum")
                self.assertEqual(sum(count for (count,) in found.values()), 8)

    def test_the_planner_s_own_rows_come_in(self):
        self.plan(-60)
        self.plan(-10)
        self.assertEqual(self.rows(REPORT).outcome, "overdue")
        self.contact(self.partner, 0)
        self.plan(0)
        self.assertEqual(self.rows(REPORT).outcome, "late")

    def test_a_user_has_the_figures_of_own_customers_and_own_contacts(self):
        self.fill()
        mine = self.due(self.of_ben, -1, step_id=False, kind="manual")
        found = self.rows(REPORT, self.anna)
        self.assertEqual(found.partner_id, self.ours)
        self.assertEqual(found.filtered(lambda row: row.partner_id == self.of_ben).ids, mine.ids)
        self.assertEqual(self.totals(REPORT, "due_count:sum", user=self.anna), (7,))
        self.assertEqual(self.totals(REPORT, "due_count:sum", user=self.boss), (9,))

    def test_a_row_opens_its_contact(self):
        touch = self.due(days=-1)
        action = self.rows(REPORT, self.anna).action_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.touchpoint", touch.id))
