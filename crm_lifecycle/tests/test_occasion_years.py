from datetime import date, datetime, timedelta
from random import Random
from unittest import skipUnless
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..engine import hebrew
from .occasion_common import OccasionCommon

ZONES = (
    *("UTC", "Asia/Jerusalem", "America/New_York"),
    *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"),
)
BIRTHS = ("2000-02-29", "1980-12-31", "1990-01-01", "1975-03-29", "1985-10-25")
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
LEAD = 7


@tagged("post_install", "-at_install")
class TestOccasionYears(OccasionCommon):
    """Four years, day by day, in six time zones: nobody is missed, nobody twice."""

    def expected(self, birth, leap_day):
        """Every day of the four years on which somebody has birthday, day by day."""
        birth, found = date.fromisoformat(birth), []
        for offset in range((LAST - FIRST).days + 1):
            today = FIRST + timedelta(days=offset)
            eve = today - timedelta(days=1)
            is_leap = today.year in (2024, 2028)
            if (today.month, today.day) == (birth.month, birth.day):
                found.append(str(today))
            elif (birth.month, birth.day) == (2, 29) and not is_leap:
                if leap_day == "february_28" and (today.month, today.day) == (2, 28):
                    found.append(str(today))
                if leap_day == "march_1" and (eve.month, eve.day) == (2, 28):
                    found.append(str(today))
        return found

    def simulate(self, occasion, zone, pauses=()):
        """The job at any minute of every day, but for pauses; the day it was made, by day."""
        occasion._home().partner_id.tz = zone
        random, made = Random(zone), {}
        moment = datetime.combine(FIRST - timedelta(days=LEAD + 1), datetime.min.time())
        while moment.date() <= LAST:
            # Hourly in truth: here once in every twelve hours, at any time.
            now = moment + timedelta(minutes=random.randrange(12 * 60))
            if now.date() not in pauses and self.is_near(now.date()):
                with patch.object(fields.Datetime, "now", return_value=now):
                    today = occasion._today()
                    if occasion.planned_on != today and occasion._plan():
                        for day in self.days(occasion):
                            made.setdefault(day.id, today)
            moment += timedelta(hours=12)
        return made

    def is_near(self, today):
        """Every day around a birthday (two are at the clock's changes), else one of the week."""
        return today.isocalendar()[0:2] in self.weeks or today.weekday() == 0

    def of_the_years(self, occasion, person):
        dates = self.dates(occasion, contact_id=person.id)
        return [day for day in dates if str(FIRST) <= day <= str(LAST)]

    def check(self, occasion, leap_day):
        for birth, person in self.people.items():
            days = self.of_the_years(occasion, person)
            self.assertEqual(days, self.expected(birth, leap_day), birth)

    def setUp(self):
        super().setUp()
        self.people = {birth: self.person(f"P{birth}", birth) for birth in BIRTHS}
        kept = [day for birth in BIRTHS for day in self.expected(birth, "february_28")]
        self.weeks = {
            (date.fromisoformat(day) + timedelta(days=offset)).isocalendar()[0:2]
            for day in kept
            for offset in range(-LEAD - 2, 4)
        }

    def test_no_birthday_is_missed_or_doubled_and_each_is_early_enough(self):
        for place, zone in enumerate(ZONES):
            leap_day = ("february_28", "march_1")[place % 2]
            occasion = self.occasion(leap_day=leap_day, lead_days=LEAD)
            with self.subTest(zone):
                made = self.simulate(occasion, zone)
                self.check(occasion, leap_day)
                for day in self.days(occasion).filtered(lambda day: day.date >= FIRST):
                    self.assertEqual(made[day.id], day.date - timedelta(days=LEAD))
                    self.assertEqual(day.state, "planned")

    def test_nor_with_pauses_of_up_to_a_month(self):
        random = Random(5)
        starts = [FIRST + timedelta(days=random.randrange(1400)) for _pause in range(25)]
        pauses = {
            start + timedelta(days=day) for start in starts for day in range(random.randrange(31))
        }
        pauses -= {LAST - timedelta(days=day) for day in range(40)}
        occasion = self.occasion(lead_days=LEAD)
        self.simulate(occasion, "Asia/Jerusalem", pauses)
        self.check(occasion, "february_28")

    @skipUnless(hebrew.available(), "pyluach is not installed")
    def test_hebrew_birthdays_against_a_walk_through_the_hebrew_calendar(self):
        occasion = self.occasion(calendar="hebrew", lead_days=LEAD)
        nisan = self.person("Nisan", "1998-04-11")  # 15 Nisan 5758
        adar = self.person("Adar", "1999-03-03")  # 15 Adar 5759, a common year
        self.simulate(occasion, "Asia/Jerusalem")
        walk = [FIRST + timedelta(days=day) for day in range((LAST - FIRST).days + 1)]
        months = {day: hebrew.from_gregorian(day) for day in walk}
        expected = [str(day) for day in walk if months[day][1:] == (1, 15)]
        self.assertEqual(self.of_the_years(occasion, nisan), expected)
        expected = ["2024-03-25", "2025-03-15", "2026-03-04", "2027-03-24"]
        self.assertEqual(self.of_the_years(occasion, adar), expected)
