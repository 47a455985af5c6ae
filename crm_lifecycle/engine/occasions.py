"""When an occasion falls: birthdays, anniversaries and holidays in two calendars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from dateutil.easter import easter

from . import hebrew

GREGORIAN, HEBREW = "gregorian", "hebrew"
FEBRUARY_28, MARCH_1 = "february_28", "march_1"
# A yearly occasion is not kept twice within so many days, even if its date was corrected.
MIN_GAP_DAYS = 180

# Holidays of the Hebrew calendar: month and day on which they begin (the first daylight).
HEBREW_HOLIDAYS = {
    "rosh_hashana": (hebrew.TISHRI, 1),
    "yom_kippur": (hebrew.TISHRI, 10),
    "sukkot": (hebrew.TISHRI, 15),
    "hanukkah": (hebrew.KISLEV, 25),
    "purim": (0, 14),  # of the year's last month
    "pesach": (hebrew.NISAN, 15),
    "shavuot": (hebrew.SIVAN, 6),
}


@dataclass(frozen=True)
class Occurrence:
    """One day on which an occasion falls.

    :param year: the year it belongs to, of the occasion's own calendar; once only: the day, as
        the number YYYYMMDD. An occasion has one occurrence for one year.
    :param number: how many years after the first day; 0 where nobody counts
    """

    date: date
    year: int
    number: int = 0


def once(day: date) -> Occurrence:
    """The only occurrence of a day that does not return."""
    return Occurrence(day, day.year * 10000 + day.month * 100 + day.day)


def yearly(
    day: date, first: date, last: date, calendar: str = GREGORIAN, leap_day: str = FEBRUARY_28
) -> list[Occurrence]:
    """The returns of a day from ``first`` to ``last``, both included; its own is none of them.

    :param calendar: ``gregorian`` or ``hebrew``
    :param leap_day: when 29 February is kept in common years
    :raises hebrew.HebrewCalendarMissingError: for a Hebrew date without pyluach
    """
    if calendar == HEBREW:
        origin = hebrew.from_gregorian(day)[0] if last > day else 0
        return _between(first, last, day, origin, lambda year: hebrew.anniversary(day, year), 3760)
    return _between(first, last, day, day.year, lambda year: gregorian(day, year, leap_day), 0)


def in_year(day: date, year: int, calendar: str, leap_day: str) -> date:
    """The return of a day in a year of the calendar."""
    if calendar == HEBREW:
        return hebrew.anniversary(day, year)
    return gregorian(day, year, leap_day)


def gregorian(day: date, year: int, leap_day: str = FEBRUARY_28) -> date:
    """The day of ``year`` on which ``day`` returns."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1) if leap_day == MARCH_1 else date(year, 2, 28)


def holiday(
    code: str, first: date, last: date, month: int = 1, day: int = 1, leap_day: str = FEBRUARY_28
) -> list[Occurrence]:
    """A holiday from ``first`` to ``last``, both included.

    :param code: a key of ``HEBREW_HOLIDAYS``, ``easter`` (Western), ``easter_orthodox`` or
        ``fixed`` (``month`` and ``day`` of the Gregorian calendar)
    :raises hebrew.HebrewCalendarMissingError: for a Hebrew one without pyluach
    :raises KeyError: on a code that is none of these
    :raises ValueError: on a day that no year has
    """
    if code == "fixed":
        fixed = date(2000, month, day)
        return _between(first, last, None, None, lambda year: gregorian(fixed, year, leap_day), 0)
    if code in ("easter", "easter_orthodox"):
        method = 3 if code == "easter" else 2
        return _between(first, last, None, None, lambda year: easter(year, method), 0)
    month, day = HEBREW_HOLIDAYS[code]
    return _between(first, last, None, None, lambda year: _hebrew_holiday(year, month, day), 3760)


def _hebrew_holiday(year: int, month: int, day: int) -> date:
    return hebrew.to_gregorian(year, month or hebrew.last_month(year), day)


def _between(
    first: date,
    last: date,
    after: date | None,
    origin: int | None,
    day_of: Callable[[int], date],
    era: int,
) -> list[Occurrence]:
    """The days of every year of the calendar that has days in the range."""
    return [
        Occurrence(day, year, year - origin if origin is not None else 0)
        for year in _years(first, last, era)
        for day in [day_of(year)]
        if first <= day <= last and (after is None or day > after)
    ]


def _years(first: date, last: date, era: int) -> Iterator[int]:
    """The years that may have days in the range; a Hebrew year begins in the autumn before."""
    if last < first:
        return iter(())
    return iter(range(first.year + era, last.year + era + (2 if era else 1)))
