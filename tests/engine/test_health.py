"""Risk in points that add up, and the level that follows."""

from dataclasses import replace
from decimal import Decimal

import pytest
from engine.health import Customer, Levels, is_lost, level, points, score, units
from hypothesis import given
from hypothesis import strategies as st

MEASURES = st.decimals(-1000, 1000, places=2)
PARTS = st.lists(st.integers(0, 1_000_000), max_size=12)


def test_nothing_up_to_the_start_all_from_full_on_and_a_line_between():
    got = [units(Decimal(m), Decimal(1), Decimal(3), 40) for m in (0, 1, 2, 3, 9)]
    assert got == [0, 0, 200_000, 400_000, 400_000]


def test_a_share_is_rounded_half_up_to_a_ten_thousandth():
    assert units(Decimal("0.5"), Decimal(0), Decimal(10_000), 1) == 1
    assert units(Decimal("0.49"), Decimal(0), Decimal(10_000), 1) == 0


def test_a_range_without_width_is_refused():
    with pytest.raises(ValueError, match="above"):
        units(Decimal(1), Decimal(2), Decimal(2), 10)


@given(MEASURES, MEASURES, st.integers(0, 100))
def test_a_worse_measure_is_never_worth_less(one, other, weight):
    low, high = sorted((one, other))
    start, full = Decimal("-10.5"), Decimal("99.25")
    assert units(low, start, full, weight) <= units(high, start, full, weight)
    assert 0 <= units(high, start, full, weight) <= weight * 10_000


@given(PARTS)
def test_the_points_add_up_to_the_score(parts):
    shared = points(parts)
    assert sum(shared) == score(parts)
    assert 0 <= score(parts) <= 100
    assert all(share >= 0 for share in shared)


@given(PARTS)
def test_a_point_is_given_to_who_has_a_part_of_it(parts):
    assert all(part or not share for part, share in zip(parts, points(parts), strict=True))


@given(PARTS.filter(lambda parts: sum(parts) <= 1_000_000))
def test_below_a_hundred_no_reason_is_a_point_off(parts):
    assert all(abs(p - u / 10_000) < 1 for p, u in zip(points(parts), parts, strict=True))


@given(PARTS, st.integers(0, 11), st.integers(0, 1_000_000))
def test_one_reason_more_never_lowers_the_score(parts, place, more):
    if place < len(parts):
        worse = [part + (more if at == place else 0) for at, part in enumerate(parts)]
        assert score(worse) >= score(parts)


def test_halves_go_to_the_earlier_factor():
    assert points([105_000, 105_000]) == [11, 10]


def test_more_than_a_hundred_is_scaled_down():
    assert points([1_000_000, 500_000, 500_000]) == [50, 25, 25]
    assert points([700_000, 700_000, 700_000]) == [34, 33, 33]


GOOD = Customer(age_days=900, quiet_days=10, rhythm_days=Decimal(30))


@pytest.mark.parametrize(
    ("change", "risk_score", "expected"),
    [
        ({}, 0, "good"),
        ({}, 29, "good"),
        ({}, 30, "watch"),
        ({}, 59, "watch"),
        ({}, 60, "risk"),
        ({"age_days": 89}, 59, "new"),
        ({"age_days": 90}, 0, "good"),
        ({"age_days": 89}, 60, "risk"),
        ({"quiet_days": 365}, 0, "lost"),
        ({"quiet_days": 364}, 100, "risk"),
    ],
)
def test_the_first_level_that_fits(change, risk_score, expected):
    assert level(replace(GOOD, **change), risk_score, Levels(watch=30, risk=60)) == expected


def test_lost_is_by_the_customer_s_own_rhythm():
    slow = replace(GOOD, quiet_days=400, rhythm_days=Decimal(100))
    assert not is_lost(slow, Levels())
    assert is_lost(replace(slow, quiet_days=401), Levels())
    assert is_lost(replace(slow, rhythm_days=None), Levels())
