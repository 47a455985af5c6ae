"""Percent ranks, tiers and breakpoints."""

import math

import pytest
from engine.ranking import TierCutoffs, breakpoints, percent_ranks, place, tier
from hypothesis import given
from hypothesis import strategies as st

amounts = st.lists(st.integers(-1000, 1000).map(float), min_size=1, max_size=60)


def test_percent_ranks_are_those_of_sql():
    # SELECT percent_rank() OVER (ORDER BY v) FROM (VALUES (10), (40), (40), (70), (100)) t(v)
    assert percent_ranks([10, 40, 40, 70, 100]) == [0, 25, 25, 75, 100]


def test_the_order_given_is_kept():
    assert percent_ranks([3, 1, 2]) == [100, 0, 50]


def test_one_value_alone_ranks_zero():
    assert percent_ranks([5]) == [0]


def test_no_values_have_no_ranks():
    assert percent_ranks([]) == []
    assert breakpoints([]) == []


@given(amounts)
def test_a_larger_value_never_ranks_lower(values):
    ranked = sorted(zip(values, percent_ranks(values), strict=True))
    scores = [score for _value, score in ranked]
    assert scores == sorted(scores)
    assert all(0 <= score <= 100 for score in scores)


@given(amounts)
def test_breakpoints_are_101_values_of_the_ranking_in_order(values):
    points = breakpoints(values)
    assert len(points) == 101
    assert points == sorted(points)
    assert set(points) <= set(values)
    assert (points[0], points[-1]) == (min(values), max(values))


@given(amounts, st.integers(-1500, 1500))
def test_a_placed_value_is_between_its_neighbours(values, value):
    points = breakpoints(values)
    score = int(place(value, points))
    assert 0 <= score <= 100
    if value < points[0]:
        assert score == 0
    else:
        assert points[score] <= value
        assert score == 100 or points[score + 1] >= value


@given(amounts)
def test_equal_values_are_placed_with_the_lowest_of_them(values):
    points = breakpoints(values)
    for value in values:
        if value in points:
            assert place(value, points) == points.index(value)


@given(st.lists(st.integers(0, 10**6), min_size=200, max_size=300, unique=True))
def test_placing_is_within_a_percent_of_the_exact_rank(values):
    exact = percent_ranks(values)
    points = breakpoints(values)
    for value, score in zip(values, exact, strict=True):
        assert abs(place(value, points) - score) <= 1.5


def test_without_breakpoints_the_score_is_zero():
    assert place(500, []) == 0


@pytest.mark.parametrize(
    ("score", "value", "expected"),
    [
        (100, 10, "a"),
        (80, 10, "a"),
        (79.99, 10, "b"),
        (50, 10, "b"),
        (49.99, 10, "c"),
        (0, 10, "c"),
        (100, 0, "d"),
        (100, -5, "d"),
    ],
)
def test_tiers(score, value, expected):
    assert tier(score, value, TierCutoffs()) == expected


@pytest.mark.parametrize(("a", "b"), [(-1, 30), (20, -1), (60, 41), (101, 0), (math.nan, 10)])
def test_percentages_that_are_no_partition_are_refused(a, b):
    with pytest.raises(ValueError, match="at most 100"):
        TierCutoffs(a, b)


def test_everybody_may_be_in_one_tier():
    assert tier(0, 1, TierCutoffs(100, 0)) == "a"
    assert tier(0, 1, TierCutoffs(0, 100)) == "b"
    assert tier(99, 1, TierCutoffs(0, 0)) == "c"
