from datetime import datetime, timedelta

import pytest
from engine.clock import (
    Clock,
    Interval,
    add_minutes,
    is_working,
    joined,
    minutes_between,
    subtract,
)
from hypothesis import given
from hypothesis import strategies as st

MONDAY = datetime.fromisoformat("2026-03-02")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


# Two shifts a day, Monday to Friday of two weeks.
SHIFTS = [
    Interval(at(day, start), at(day, end))
    for day in (*range(5), *range(7, 12))
    for start, end in ((9, 12), (13, 18))
]

spans = st.lists(st.integers(0, 3000), min_size=2, max_size=40).map(
    lambda points: [
        Interval(MONDAY + timedelta(minutes=start), MONDAY + timedelta(minutes=end))
        for start, end in zip(sorted(points)[::2], sorted(points)[1::2], strict=False)
        if start < end
    ]
)
moments = st.integers(0, 3100).map(lambda minute: MONDAY + timedelta(minutes=minute))


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        (at(0, 9), 15, at(0, 9, 15)),
        (at(4, 17, 55), 15, at(7, 9, 10)),
        (at(4, 17, 55), 5, at(4, 18)),
        (at(4, 18), 5, at(7, 9, 5)),
        (at(0, 11, 50), 20, at(0, 13, 10)),
        (at(0, 12), 0, at(0, 12)),
        (at(5, 3), 1, at(7, 9, 1)),
        (at(0, 9), 8 * 60 + 1, at(1, 9, 1)),
        (at(0, 9), 0.5, at(0, 9) + timedelta(seconds=30)),
        (at(0, 9), 10 * 8 * 60, at(11, 18)),
        (at(0, 9), 10 * 8 * 60 + 1, None),
        (at(20, 0), 1, None),
    ],
)
def test_minutes_are_added_within_working_time(start, minutes, expected):
    assert add_minutes(SHIFTS, start, minutes) == expected


def test_a_clock_does_not_count_backwards():
    with pytest.raises(ValueError, match="forward"):
        add_minutes(SHIFTS, at(0, 9), -1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (at(0, 9), at(0, 10), 60),
        (at(0, 8), at(0, 20), 480),
        (at(0, 12), at(0, 13), 0),
        (at(4, 17), at(7, 10), 120),
        (at(0, 10), at(0, 9), 0),
        (at(0, 10), at(0, 10), 0),
    ],
)
def test_minutes_between_two_moments(start, end, expected):
    assert minutes_between(SHIFTS, start, end) == expected


def test_at_its_end_an_interval_is_over():
    assert is_working(SHIFTS, at(0, 9))
    assert not is_working(SHIFTS, at(0, 12))
    assert not is_working([], at(0, 9))


def test_leave_is_taken_out_of_working_time():
    left = subtract(SHIFTS[:2], [Interval(at(0, 11), at(0, 14)), Interval(at(0, 10), at(0, 12))])
    assert left == [Interval(at(0, 9), at(0, 10)), Interval(at(0, 14), at(0, 18))]


def test_what_touches_is_joined():
    pieces = [Interval(at(0, 9), at(0, 10)), Interval(at(0, 10), at(0, 11))]
    assert joined(reversed(pieces)) == [Interval(at(0, 9), at(0, 11))]


def test_a_clock_that_is_stopped_keeps_what_it_has_left():
    clock = Clock(at(4, 17, 55), 15)
    stopped = clock.stopped(SHIFTS, at(4, 20))
    assert stopped == Clock(at(4, 20), 10)
    assert Clock(at(8, 9), stopped.minutes).moment(SHIFTS) == at(8, 9, 10)


def test_moments_before_and_after_the_end_of_a_clock():
    clock = Clock(at(0, 9), 60)
    assert clock.moment(SHIFTS, -15) == at(0, 9, 45)
    assert clock.moment(SHIFTS, 150) == at(0, 13, 30)
    assert clock.moment(SHIFTS, -90) == at(0, 9)


def test_a_late_clock_has_less_than_nothing_left():
    assert Clock(at(0, 9), 60).left(SHIFTS, at(0, 10, 20)) == -20


@given(spans, moments, st.integers(1, 500))
def test_adding_and_measuring_undo_each_other(intervals, start, minutes):
    end = add_minutes(intervals, start, minutes)
    if end is None:
        assert minutes_between(intervals, start, at(99, 0)) < minutes
    else:
        assert minutes_between(intervals, start, end) == pytest.approx(minutes)


@given(spans, spans, moments)
def test_a_moment_is_left_when_it_is_worked_and_not_away(intervals, away, moment):
    left = is_working(subtract(intervals, away), moment)
    assert left == (is_working(intervals, moment) and not is_working(away, moment))


@given(spans, st.lists(moments, min_size=3, max_size=3))
def test_working_time_adds_up(intervals, points):
    first, second, third = sorted(points)
    whole = minutes_between(intervals, first, third)
    parts = minutes_between(intervals, first, second) + minutes_between(intervals, second, third)
    assert parts == pytest.approx(whole)
