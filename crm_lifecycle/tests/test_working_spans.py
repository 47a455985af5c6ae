from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestWorkingSpans(TransactionCase):
    """Working time is said in the units that people use: from a working day on, in days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create({"name": "Office"})

    def test_less_than_an_hour_is_minutes(self):
        self.assertEqual(self.calendar._span(0), "0 min")
        self.assertEqual(self.calendar._span(59.9), "59 min")

    def test_less_than_a_day_is_hours(self):
        self.calendar.hours_per_day = 8
        self.assertEqual(self.calendar._span(60), "1 h")
        self.assertEqual(self.calendar._span(75), "1 h 15 min")
        self.assertEqual(self.calendar._span(479), "7 h 59 min")

    def test_a_day_has_the_hours_of_the_calendar(self):
        self.calendar.hours_per_day = 9
        self.assertEqual(self.calendar._span(480), "8 h")
        self.assertEqual(self.calendar._span(540), "1 day")
        self.assertEqual(self.calendar._span(600), "1 day 1 h")

    def test_more_than_a_day_is_days_and_hours(self):
        self.calendar.hours_per_day = 8
        self.assertEqual(self.calendar._span(3000), "6 days 2 h")
        self.assertEqual(self.calendar._span(2880), "6 days")

    def test_without_a_calendar_a_day_has_eight_hours(self):
        self.assertEqual(self.env["resource.calendar"]._span(12780), "26 days 5 h")
