"""The Hebrew calendar, by the package pyluach where it is installed; nobody else imports it."""

from __future__ import annotations

from datetime import date, timedelta

try:
    from pyluach.dates import HebrewDate
except ImportError:  # an optional package
    HebrewDate = None

# Months as pyluach and the Bible count them: the year's number changes with Tishri.
NISAN, SIVAN, TISHRI, KISLEV, ADAR = 1, 3, 7, 9, 12
# So many years in so many have a second Adar.
LEAP_YEARS, CYCLE = 7, 19


class HebrewCalendarMissingError(RuntimeError):
    """The package pyluach is not installed."""


def available() -> bool:
    """Whether Hebrew dates can be computed here."""
    return HebrewDate is not None


def from_gregorian(day: date) -> tuple[int, int, int]:
    """Year, month and day of a Gregorian day (of its daylight: Hebrew days begin at nightfall).

    :raises HebrewCalendarMissingError: without pyluach
    """
    hebrew = _calendar().from_pydate(day)
    return hebrew.year, hebrew.month, hebrew.day


def to_gregorian(year: int, month: int, day: int) -> date:
    """The Gregorian day whose daylight is that Hebrew day.

    Days beyond the month's length go on into the next one.

    :raises HebrewCalendarMissingError: without pyluach
    """
    first: date = _calendar()(year, month, 1).to_pydate()
    return first + timedelta(days=day - 1)


def last_month(year: int) -> int:
    """Adar of a common year (12), Adar II of a leap year (13)."""
    return ADAR + 1 if (LEAP_YEARS * year + 1) % CYCLE < LEAP_YEARS else ADAR


def anniversary(day: date, year: int) -> date:
    """The Gregorian day on which the Hebrew birthday of ``day`` falls in a Hebrew year.

    Who was born in Adar of a common year, or in Adar II, has it in the year's last month; who
    was born in Adar I, in Adar I or in the only Adar. The 30th of a month that has 29 days
    this year is the first of the next one.
    Source: Reingold and Dershowitz, Calendrical Calculations, ``hebrew-birthday``.

    :raises HebrewCalendarMissingError: without pyluach
    """
    birth_year, month, number = from_gregorian(day)
    if month == last_month(birth_year):
        month = last_month(year)
    return to_gregorian(year, month, number)


def _calendar() -> type:
    if HebrewDate is None:
        raise HebrewCalendarMissingError("Install the Python package pyluach.")
    return HebrewDate
