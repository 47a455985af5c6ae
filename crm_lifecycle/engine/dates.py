"""Periods and month ends."""

from __future__ import annotations

from datetime import date, timedelta


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
