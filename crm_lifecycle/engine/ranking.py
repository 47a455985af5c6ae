"""Percent ranks, tiers and breakpoints.

The set-based SQL of the ``value`` room computes the same for all customers at once; this
module is the definition, used for single values, for previews and as the tests' oracle.

Source: percent rank as in SQL:2003, ``(rank - 1) / (n - 1)``, ties sharing the lowest rank.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

TIERS = ("a", "b", "c", "d")
STEPS = 100
WHOLE = 100  # percent


@dataclass(frozen=True)
class TierCutoffs:
    """How many percent of the ranked customers are in tier A, and in tier B.

    :param a: percent of the customers in tier A, 0-100
    :param b: percent of the customers in tier B, 0-100; ``a + b`` is at most 100
    :raises ValueError: when the percentages make no partition
    """

    a: float = 20.0
    b: float = 30.0

    def __post_init__(self) -> None:
        # "not (0 <= x)" also refuses NaN, which "x < 0" would let through.
        if not (self.a >= 0 and self.b >= 0 and self.a + self.b <= WHOLE):
            raise ValueError("The percentages of tiers A and B are 0 or more, at most 100 in all.")

    @property
    def floor_a(self) -> float:
        """The lowest score (0-100) of tier A."""
        return WHOLE - self.a

    @property
    def floor_b(self) -> float:
        """The lowest score (0-100) of tier B."""
        return WHOLE - self.a - self.b


def percent_ranks(values: Sequence[float]) -> list[float]:
    """The percent rank of each value among all, 0-100, in the order given.

    One value alone ranks 0, as in SQL.
    """
    ordered = sorted(values)
    last = len(ordered) - 1
    if last <= 0:
        return [0.0] * len(ordered)
    return [100 * bisect_left(ordered, value) / last for value in values]


def breakpoints(values: Sequence[float]) -> list[float]:
    """The values at percents 0, 1 .. 100 of the ranking: 101 numbers, or none without values.

    Percent p is the smallest value whose cumulative share is at least p, as SQL's
    ``percentile_disc``.
    """
    ordered = sorted(values)
    count = len(ordered)
    if not count:
        return []
    # -(-x // y) rounds up: the position is ceil(p * n / 100), counted from one.
    return [ordered[max(-(-step * count // STEPS), 1) - 1] for step in range(STEPS + 1)]


def place(value: float, points: Sequence[float]) -> float:
    """The score of a value against stored breakpoints, to the nearest percent below.

    Used between two nightly rankings; without breakpoints the score is 0. Values that are
    equal rank with the lowest of them, as they do in ``percent_ranks``.
    """
    below = bisect_left(points, value)
    between = below == len(points) or points[below] != value
    return float(max(below - between, 0))


def tier(score: float, value: float, cutoffs: TierCutoffs) -> str:
    """The tier of a ranked customer: ``a``, ``b``, ``c``, or ``d`` for worth at or below zero."""
    if value <= 0:
        return "d"
    if score >= cutoffs.floor_a:
        return "a"
    return "b" if score >= cutoffs.floor_b else "c"
