"""Periods and month ends."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from engine.dates import month_ends, period_start
from hypothesis import given
from hypothesis import strategies as st

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(days, st.integers(1, 4000))
def test_a_period_has_as_many_days_as_asked_for(as_of, length):
    start = period_start(as_of, length)
    inside = [start + timedelta(days=offset) for offset in (1, length)]
    assert inside[0] > start
    assert inside[-1] == as_of


@pytest.mark.parametrize("length", [0, -3])
def test_a_period_without_a_day_is_refused(length):
    with pytest.raises(ValueError, match="at least one day"):
        period_start(date(2026, 1, 1), length)


def test_month_ends_know_leap_years():
    assert month_ends(date(2024, 3, 1), 2) == [date(2024, 1, 31), date(2024, 2, 29)]
    assert month_ends(date(2023, 3, 31), 1) == [date(2023, 2, 28)]


def test_the_running_month_is_not_over_on_its_last_day():
    assert month_ends(date(2026, 1, 31), 1) == [date(2025, 12, 31)]


@given(days, st.integers(0, 60))
def test_month_ends_are_last_days_of_consecutive_months(as_of, count):
    ends = month_ends(as_of, count)
    assert len(ends) == count
    assert all((end + timedelta(days=1)).day == 1 for end in ends)
    assert all(1 <= (after - before).days <= 31 for before, after in pairwise(ends))
    assert not ends or ends[-1] < as_of
