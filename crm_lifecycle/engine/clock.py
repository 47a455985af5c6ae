"""Arithmetic of working time.

Working time is a list of ``Interval``: in their order, in naive UTC, none overlapping another
(two may touch). Time zones, daylight saving and holidays are in the intervals already, so that
everything here is a sum of lengths. A moment at the end of an interval is worked off there: five
minutes from 17:55, with work to 18:00, are over at 18:00 and not the next morning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Interval:
    """From ``start``, which belongs to it, to ``end``, which does not."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> float:
        """Its length."""
        return (self.end - self.start).total_seconds() / 60


@dataclass(frozen=True)
class Span:
    """A length of working time in the units that people say, the smallest rounded down.

    :param days: working days, of as many hours as a day of the calendar has
    """

    days: int
    hours: int
    minutes: int

    @classmethod
    def of(cls, minutes: float, day_minutes: float) -> Span:
        """The span of so many working minutes, a day being ``day_minutes`` of them."""
        days, rest = divmod(int(minutes), max(int(day_minutes), 1))
        return cls(days, rest // 60, rest % 60)


@dataclass(frozen=True)
class Clock:
    """A clock that counts working minutes down.

    :param since: the moment it counts from
    :param minutes: working minutes it had left then
    """

    since: datetime
    minutes: float

    def moment(self, intervals: Sequence[Interval], offset: float = 0) -> datetime | None:
        """When it is ``offset`` working minutes after its end (before it, when negative).

        Never before ``since``.

        :return: None where there is no such moment within the intervals
        """
        return add_minutes(intervals, self.since, max(self.minutes + offset, 0))

    def left(self, intervals: Sequence[Interval], now: datetime) -> float:
        """Working minutes that are left; negative by as many as it is late."""
        return self.minutes - minutes_between(intervals, self.since, now)

    def stopped(self, intervals: Sequence[Interval], now: datetime) -> Clock:
        """The clock that goes on later with what this one has left at ``now``."""
        return Clock(now, max(self.left(intervals, now), 0))


def add_minutes(intervals: Iterable[Interval], start: datetime, minutes: float) -> datetime | None:
    """The moment at which ``minutes`` of working time have passed since ``start``.

    :param minutes: not negative; of none, the moment is ``start`` itself
    :return: None where the intervals do not hold so much
    :raises ValueError: on negative minutes
    """
    if minutes < 0:
        raise ValueError("A clock counts forward.")
    if not minutes:
        return start
    left = timedelta(minutes=minutes)
    for interval in intervals:
        begin = max(interval.start, start)
        if begin >= interval.end:
            continue
        if left <= interval.end - begin:
            return begin + left
        left -= interval.end - begin
    return None


def minutes_between(intervals: Iterable[Interval], start: datetime, end: datetime) -> float:
    """Working minutes from ``start`` to ``end``; none where ``end`` is not later."""
    return sum(
        Interval(max(one.start, start), min(one.end, end)).minutes
        for one in intervals
        if one.start < end and one.end > start and start < end
    )


def is_working(intervals: Iterable[Interval], moment: datetime) -> bool:
    """Whether there is work at that moment; at the end of an interval there is none."""
    return any(one.start <= moment < one.end for one in intervals)


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time in order, with what overlaps or touches in one piece."""
    result: list[Interval] = []
    for one in sorted(intervals, key=lambda each: (each.start, each.end)):
        if result and one.start <= result[-1].end:
            result[-1] = Interval(result[-1].start, max(one.end, result[-1].end))
        elif one.start < one.end:
            result.append(one)
    return result


def subtract(intervals: Iterable[Interval], away: Iterable[Interval]) -> list[Interval]:
    """The working time of ``intervals`` without that of ``away`` (in any order)."""
    result = list(intervals)
    for gone in joined(away):
        result = [piece for one in result for piece in _without(one, gone)]
    return result


def _without(one: Interval, gone: Interval) -> list[Interval]:
    if gone.end <= one.start or gone.start >= one.end:
        return [one]
    pieces = [Interval(one.start, gone.start), Interval(gone.end, one.end)]
    return [piece for piece in pieces if piece.start < piece.end]
