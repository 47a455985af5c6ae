"""How much a customer is at risk, in points that add up, and the level that follows.

Each factor gives a *share* from its measure ``m``: 0 up to ``start``, 1 from ``full`` on and a
straight line between them,

    share = min(max((m - start) / (full - start), 0), 1),

rounded to a ten-thousandth. Its *units* are the weight times the share, in ten-thousandths of a
point. The score is their sum, rounded half up to whole points, at most 100. Reasons are whole
points as well and add up to the score exactly: each gets the whole part of its units (scaled down
where all together are over 100), and the points that are missing go to the largest remainders
(Hamilton's method of apportionment), the earlier factor first where two are equal.

``crm.health.source`` does the same in SQL, in whole numbers, so that both agree to the point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

POINT = 10_000
MOST = 100


@dataclass(frozen=True)
class Levels:
    """From when on a customer is what.

    :param watch: score from which on a customer is to be watched
    :param risk: score from which on a customer is at risk
    :param new_days: a customer is new for so many days from the first purchase
    :param lost_times: lost after so many times the rhythm without a purchase,
    :param lost_days: and at least so many days
    """

    watch: int = 25
    risk: int = 50
    new_days: int = 90
    lost_times: float = 4.0
    lost_days: int = 365


@dataclass(frozen=True)
class Customer:
    """What the level is decided from, beside the score.

    :param age_days: since the first purchase
    :param quiet_days: since the last purchase
    :param rhythm_days: between two purchases, usually; None where nothing is known of it
    """

    age_days: int
    quiet_days: int
    rhythm_days: Decimal | None = None


def units(measure: Decimal, start: Decimal, full: Decimal, weight: int) -> int:
    """Ten-thousandths of a point that a measure is worth: never less for a larger measure.

    :param measure: what was measured; more is worse
    :param weight: points at the full share, 0 to 100
    :raises ValueError: where ``full`` is not above ``start``
    """
    if full <= start:
        raise ValueError("The full share begins above the first one.")
    share = (Fraction(measure) - Fraction(start)) / (Fraction(full) - Fraction(start))
    share = min(max(share, Fraction(0)), Fraction(1)) * POINT
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    return weight * int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def score(parts: Sequence[int]) -> int:
    """The score of a customer whose factors are worth these units: 0 to 100."""
    return min((sum(parts) + POINT // 2) // POINT, MOST)


def points(parts: Sequence[int]) -> list[int]:
    """Whole points of each factor, in the same order; their sum is the score.

    :param parts: units by factor, none below zero
    """
    total = sum(parts)
    quotas = [part * MOST * POINT // total if total > MOST * POINT else part for part in parts]
    missing = score(parts) - sum(quota // POINT for quota in quotas)
    order = sorted(range(len(quotas)), key=lambda place: (-(quotas[place] % POINT), place))
    lucky = set(order[:missing])
    return [quota // POINT + (place in lucky) for place, quota in enumerate(quotas)]


def level(customer: Customer, risk_score: int, levels: Levels) -> str:
    """``lost``, ``risk``, ``new``, ``watch`` or ``good``: the first of them that fits."""
    if is_lost(customer, levels):
        return "lost"
    if risk_score >= levels.risk:
        return "risk"
    if customer.age_days < levels.new_days:
        return "new"
    return "watch" if risk_score >= levels.watch else "good"


def is_lost(customer: Customer, levels: Levels) -> bool:
    """Quiet for longer than so many rhythms and so many days.

    Where nothing is known of the rhythm, the days alone decide.
    """
    if customer.quiet_days < levels.lost_days:
        return False
    if customer.rhythm_days is None:
        return True
    return customer.quiet_days > Decimal(str(levels.lost_times)) * customer.rhythm_days
