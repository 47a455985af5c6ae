"""Periods, month ends, ages and birthdays."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from engine.dates import (
    AGE_BANDS,
    age,
    age_band,
    at_least,
    born_between,
    born_by,
    days_to_birthday,
    month_ends,
    period_start,
)
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


# ---------------------------------------------------------------------- ages and birthdays
births = st.dates(date(1870, 1, 1), date(2090, 12, 31))
FOUR_YEARS = [date(2024, 1, 1) + timedelta(days=number) for number in range(1461)]


@given(births, days)
def test_an_age_grows_by_one_on_each_birthday(birth, as_of):
    """The plainest reading: count the birthdays there were, one a year."""
    if birth > as_of:
        assert age(birth, as_of) is None
        return
    had = [year for year in range(birth.year + 1, as_of.year + 1) if naive(birth, year) <= as_of]
    assert age(birth, as_of) == len(had)


def naive(birth, year):
    """The birthday of a year: its day, or the one before where the year has no such day."""
    if (birth.month, birth.day) == (2, 29):
        return date(year, 3, 1) - timedelta(days=1)
    return date(year, birth.month, birth.day)


def test_who_was_born_on_29_february_has_a_birthday_each_year():
    leapling = date(2000, 2, 29)
    birthdays = [day for day in FOUR_YEARS if days_to_birthday(leapling, day) == 0]
    assert birthdays == [
        date(2024, 2, 29),
        date(2025, 2, 28),
        date(2026, 2, 28),
        date(2027, 2, 28),
    ]
    assert [age(leapling, day) for day in birthdays] == [24, 25, 26, 27]
    assert age(leapling, date(2024, 2, 28)) == 23
    assert age(leapling, date(2025, 2, 27)) == 24


@given(births.filter(lambda birth: birth < FOUR_YEARS[0]))
def test_everybody_has_four_birthdays_in_four_years(birth):
    assert sum(days_to_birthday(birth, day) == 0 for day in FOUR_YEARS) == 4


@given(births, days)
def test_after_the_days_to_the_birthday_the_age_is_one_more(birth, as_of):
    left = days_to_birthday(birth, as_of)
    if left is None:
        assert birth > as_of
        return
    assert 0 <= left <= 366
    if left:
        assert age(birth, as_of + timedelta(days=left)) == age(birth, as_of) + 1
        assert age(birth, as_of + timedelta(days=left - 1)) == age(birth, as_of)


@given(days, st.integers(-3, 130))
def test_born_by_parts_the_old_from_the_young(as_of, years):
    latest = born_by(as_of, years)
    assert age(latest, as_of) >= years
    following = age(latest + timedelta(days=1), as_of)
    assert following is None or following < years


@pytest.mark.parametrize("as_of", [date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)])
@pytest.mark.parametrize("years", range(1, 12))
def test_born_by_around_the_leap_day(as_of, years):
    window = [date(as_of.year - years, 2, 20) + timedelta(days=number) for number in range(20)]
    old = [birth for birth in window if age(birth, as_of) >= years]
    assert born_by(as_of, years) == old[-1]


def test_ages_beyond_the_calendar():
    assert born_by(date(2026, 1, 1), 2026) == date.min
    assert born_by(date(2026, 1, 1), 10**9) == date.min
    assert born_by(date(2026, 1, 1), 0) == date(2026, 1, 1)


@given(births, days)
def test_each_age_is_in_the_one_band_whose_days_of_birth_it_has(birth, as_of):
    band = age_band(age(birth, as_of))
    found = [
        name
        for name, (low, high) in AGE_BANDS.items()
        if born_between(as_of, low, high)[0] < birth <= born_between(as_of, low, high)[1]
    ]
    assert found == ([band] if band else [])


@pytest.mark.parametrize(
    ("years", "band"),
    [
        (None, None),
        (0, "0-17"),
        (17, "0-17"),
        (18, "18-24"),
        (24, "18-24"),
        (25, "25-34"),
        (64, "55-64"),
        (65, "65-74"),
        (74, "65-74"),
        (75, "75+"),
        (130, "75+"),
    ],
)
def test_the_edges_of_the_bands(years, band):
    assert age_band(years) == band


@given(
    st.sampled_from(["<", "<=", ">", ">="]),
    st.floats(-10, 130, allow_nan=False),
    st.integers(0, 130),
)
def test_a_comparison_is_one_with_a_whole_number(operator, value, years):
    compared = {
        "<": years < value,
        "<=": years <= value,
        ">": years > value,
        ">=": years >= value,
    }[operator]
    reached = years >= at_least(operator, value)
    assert compared == (reached if operator in (">", ">=") else not reached)
