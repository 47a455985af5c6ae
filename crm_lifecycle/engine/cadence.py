"""When the next contact of a cadence is due."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

EVERY_DAY = (True,) * 7


@dataclass(frozen=True)
class Interval:
    """So many days, weeks or months.

    :param number: one or more
    :param unit: ``days``, ``weeks`` or ``months``
    """

    number: int
    unit: str

    def after(self, day: date) -> date:
        """The day so much later.

        A month later is the same day of the month, or the last where that month is shorter:
        31 January and one month is 28 or 29 February. PostgreSQL's ``day + interval`` and
        dateutil's ``relativedelta`` do the same.
        """
        if self.unit != "months":
            return day + timedelta(days=self.number * (7 if self.unit == "weeks" else 1))
        years, month = divmod(day.month - 1 + self.number, 12)
        year, month = day.year + years, month + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class Rhythm:
    """How often a step asks for a contact.

    :param ideal: after the last contact, the next is due
    :param longest: after the last contact, the next is late
    :param weekdays: Monday to Sunday; none chosen means any
    """

    ideal: Interval
    longest: Interval
    weekdays: tuple[bool, ...] = EVERY_DAY


@dataclass(frozen=True)
class Due:
    """The next contact.

    :param day: the ideal day
    :param latest: the last good one
    :param missed_after: when it has not happened by the end of this day, it is missed
    """

    day: date
    latest: date
    missed_after: date


def first_allowed(day: date, weekdays: tuple[bool, ...]) -> date:
    """The first day from ``day`` on that is one of the weekdays."""
    if not any(weekdays):
        return day
    return next(
        candidate
        for candidate in (day + timedelta(days=offset) for offset in range(7))
        if weekdays[candidate.weekday()]
    )


def next_due(
    rhythm: Rhythm, since: date, *, not_before: date | None = None, at_risk: bool = False
) -> Due:
    """When the next contact is due.

    ``day = max(since + ideal, not_before)``, moved on to an allowed weekday. At risk, half of
    the days (rounded up) take the place of the ideal interval; the latest day stays, so that a
    change of health makes nothing late. ``latest`` lies ``longest - ideal`` after the day
    that it is without the risk, and one more ideal interval later the contact is missed.

    :param since: the last contact that counts, or the day from which we count
    :param not_before: e.g. the day the customer came under the cadence
    """
    floor = not_before or since
    ideal = (rhythm.ideal.after(since) - since).days
    slack = max((rhythm.longest.after(since) - rhythm.ideal.after(since)).days, 0)
    near = (ideal + 1) // 2 if at_risk else ideal
    late = max(since + timedelta(days=ideal), floor) + timedelta(days=slack)
    day = first_allowed(max(since + timedelta(days=near), floor), rhythm.weekdays)
    return Due(day, max(late, day), late + timedelta(days=ideal))


def due_days(rhythm: Rhythm, first: date, until: date) -> list[date]:
    """The days until a last one on which contacts are due, if each is made on its day.

    :param first: the day the first is due
    """
    days = []
    day = first
    while day <= until:
        days.append(day)
        day = max(next_due(rhythm, day).day, day + timedelta(days=1))
    return days
