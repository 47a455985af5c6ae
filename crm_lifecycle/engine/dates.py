"""Periods, month ends, ages and birthdays."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, floor

# Ages as statistics report them: lowest and highest full years of life, both included.
AGE_BANDS = {
    "0-17": (0, 17),
    "18-24": (18, 24),
    "25-34": (25, 34),
    "35-44": (35, 44),
    "45-54": (45, 54),
    "55-64": (55, 64),
    "65-74": (65, 74),
    "75+": (75, None),
}
EARLIEST_BIRTH = date(1870, 1, 1)


def period_start(as_of: date, days: int) -> date:
    """The last day *before* a trailing period: a day belongs to it when it is later.

    :param days: length of the period, at least 1
    :raises ValueError: on a period without a day
    """
    if days < 1:
        raise ValueError("A period has at least one day.")
    return as_of - timedelta(days=days)


def month_ends(as_of: date, count: int) -> list[date]:
    """The last days of the ``count`` months that ended before ``as_of``, oldest first.

    The month of ``as_of`` is not over and not in the list, not even on its last day.
    """
    ends = []
    first = as_of.replace(day=1)
    for _month in range(count):
        end = first - timedelta(days=1)
        ends.append(end)
        first = end.replace(day=1)
    return ends[::-1]


def anniversary(day: date, year: int) -> date:
    """The day of ``year`` on which ``day`` returns; 29 February returns on the 28th.

    PostgreSQL's ``day + interval 'n years'`` and dateutil's ``relativedelta`` do the same.
    """
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def age(birth: date, as_of: date) -> int | None:
    """Full years of life; None before the birth."""
    if birth > as_of:
        return None
    return as_of.year - birth.year - (anniversary(birth, as_of.year) > as_of)


def age_band(years: int | None) -> str | None:
    """The key of ``AGE_BANDS`` that an age belongs to; None where the age is not known."""
    if years is None:
        return None
    return next(band for band, (_low, high) in AGE_BANDS.items() if high is None or years <= high)


def days_to_birthday(birth: date, as_of: date) -> int | None:
    """Days until the next birthday, 0 on the day itself; None before the birth."""
    if birth > as_of:
        return None
    this_year = anniversary(birth, as_of.year)
    coming = this_year if this_year >= as_of else anniversary(birth, as_of.year + 1)
    return (coming - as_of).days


def born_by(as_of: date, years: int) -> date:
    """The latest day of birth of somebody who is at least ``years`` old.

    Whoever was born on it or before has ``age(birth, as_of) >= years``, and nobody else. Ages
    beyond the calendar give its first and last day.
    """
    if years <= 0:
        return as_of
    if years >= as_of.year:
        return date.min
    born = anniversary(as_of, as_of.year - years)
    eve = born + timedelta(days=1)
    # On 28 February of a common year those of the 29th have their birthday as well.
    return eve if age(eve, as_of) == years else born


def born_between(as_of: date, low: int, high: int | None) -> tuple[date, date]:
    """The days of birth of those who are ``low`` to ``high`` years old.

    :return: a day *before* the first of them, and the last of them
    """
    after = date.min if high is None else born_by(as_of, high + 1)
    return after, born_by(as_of, low)


def at_least(operator: str, value: float) -> int:
    """The whole number from which on ``x <operator> value`` changes its truth.

    ``x > 17.5`` and ``x >= 18`` hold from 18 on; ``x < 18`` and ``x <= 17`` until before 18.

    :param operator: one of ``<``, ``<=``, ``>``, ``>=``
    """
    return floor(value) + 1 if operator in (">", "<=") else ceil(value)
