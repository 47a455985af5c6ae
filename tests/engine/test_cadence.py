"""When the next contact of a cadence is due."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from engine.cadence import EVERY_DAY, Interval, Rhythm, due_days, first_allowed, next_due
from hypothesis import given
from hypothesis import strategies as st

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
units = st.sampled_from(["days", "weeks", "months"])
intervals = st.builds(Interval, st.integers(1, 400), units)
weekdays = st.tuples(*[st.booleans()] * 7)
rhythms = st.builds(Rhythm, intervals, intervals, weekdays)
MONTHLY = Rhythm(Interval(1, "months"), Interval(6, "weeks"))


@given(days, intervals)
def test_an_interval_is_that_of_the_calendar(day, interval):
    assert interval.after(day) == day + relativedelta(**{interval.unit: interval.number})


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2024, 1, 31), date(2024, 2, 29)),
        (date(2023, 1, 31), date(2023, 2, 28)),
        (date(2023, 12, 31), date(2024, 1, 31)),
        (date(2023, 3, 31), date(2023, 4, 30)),
    ],
)
def test_a_month_ends_where_the_shorter_one_does(day, after):
    assert Interval(1, "months").after(day) == after


def test_half_a_year_over_a_leap_day():
    assert Interval(6, "months").after(date(2023, 8, 31)) == date(2024, 2, 29)


def test_the_next_is_due_after_the_ideal_and_late_after_the_longest_interval():
    due = next_due(MONTHLY, date(2026, 3, 1))
    assert due.day == date(2026, 4, 1)
    assert due.latest == date(2026, 3, 1) + timedelta(weeks=6)
    assert due.missed_after == due.latest + timedelta(days=31)


def test_at_risk_halves_the_interval_and_makes_nothing_late():
    due = next_due(MONTHLY, date(2026, 3, 1), at_risk=True)
    assert due.day == date(2026, 3, 17)
    assert due.latest == next_due(MONTHLY, date(2026, 3, 1)).latest


def test_who_was_silent_for_years_is_due_at_once_and_not_late():
    due = next_due(MONTHLY, date(2020, 3, 1), not_before=date(2026, 5, 5))
    assert due.day == date(2026, 5, 5)
    assert due.latest > due.day


def test_a_latest_day_before_the_ideal_one_is_the_ideal_one():
    rhythm = Rhythm(Interval(2, "months"), Interval(1, "weeks"))
    due = next_due(rhythm, date(2026, 1, 1))
    assert due.day == due.latest == date(2026, 3, 1)


def test_the_first_allowed_day():
    tuesdays = (False, True, False, False, False, False, False)
    assert first_allowed(date(2026, 11, 22), tuesdays) == date(2026, 11, 24)
    assert first_allowed(date(2026, 11, 24), tuesdays) == date(2026, 11, 24)


def test_no_weekday_means_any():
    assert first_allowed(date(2026, 11, 22), (False,) * 7) == date(2026, 11, 22)


@given(rhythms, days, st.none() | days, st.booleans())
def test_days_are_in_order_and_allowed(rhythm, since, not_before, at_risk):
    due = next_due(rhythm, since, not_before=not_before, at_risk=at_risk)
    assert since <= due.day <= due.latest
    assert not_before is None or due.day >= not_before
    assert due.missed_after > since
    assert not any(rhythm.weekdays) or rhythm.weekdays[due.day.weekday()]


@given(rhythms, days)
def test_risk_only_pulls_nearer(rhythm, since):
    assert next_due(rhythm, since, at_risk=True).day <= next_due(rhythm, since).day


@given(rhythms, days, days)
def test_a_later_contact_is_never_due_earlier(rhythm, one, other):
    earlier, later = sorted((one, other))
    assert next_due(rhythm, earlier).day <= next_due(rhythm, later).day


def test_due_days_of_twelve_weeks():
    weekly = Rhythm(Interval(1, "weeks"), Interval(2, "weeks"), EVERY_DAY)
    first = date(2026, 1, 5)
    found = due_days(weekly, first, first + timedelta(days=83))
    assert found == [first + timedelta(weeks=week) for week in range(12)]


@given(rhythms, days, st.integers(0, 90))
def test_due_days_end_and_never_repeat(rhythm, first, length):
    found = due_days(rhythm, first, first + timedelta(days=length))
    assert found[0] == first
    assert sorted(set(found)) == found
