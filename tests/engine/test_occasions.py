"""When occasions fall, against published dates and against other ways of computing them."""

from datetime import date, timedelta

import pytest
from engine import hebrew, occasions
from hypothesis import given
from hypothesis import strategies as st

DAYS = st.dates(date(1870, 1, 1), date(2100, 12, 31))
NOW = st.dates(date(1990, 1, 1), date(2100, 12, 31))
RULES = st.sampled_from([occasions.FEBRUARY_28, occasions.MARCH_1])
needs_hebrew = pytest.mark.skipif(not hebrew.available(), reason="pyluach is not installed")


def days(found):
    return [one.date for one in found]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (occasions.FEBRUARY_28, ["2024-02-29", "2025-02-28", "2026-02-28", "2028-02-29"]),
        (occasions.MARCH_1, ["2024-02-29", "2025-03-01", "2026-03-01", "2028-02-29"]),
    ],
)
def test_29_february_has_a_rule(rule, expected):
    found = occasions.yearly(date(2000, 2, 29), date(2024, 1, 1), date(2028, 12, 31), leap_day=rule)
    assert set(map(date.fromisoformat, expected)) <= set(days(found))
    assert [one.year for one in found] == [2024, 2025, 2026, 2027, 2028]
    assert found[0].number == 24


@given(day=DAYS, first=NOW, length=st.integers(0, 1500), rule=RULES)
def test_a_birthday_is_once_in_every_year(day, first, length, rule):
    last = first + timedelta(days=length)
    found = occasions.yearly(day, first, last, leap_day=rule)
    expected = []
    for offset in range(length + 1):
        today = first + timedelta(days=offset)
        same = (today.month, today.day) == (day.month, day.day)
        moved = (day.month, day.day) == (2, 29) and (today.year % 4 or today.year == 2100)
        target = (2, 28) if rule == occasions.FEBRUARY_28 else (3, 1)
        if today > day and (same or (moved and (today.month, today.day) == target)):
            expected.append(today)
    assert days(found) == expected


@given(day=DAYS, first=NOW, cut=st.integers(0, 800))
def test_two_parts_of_a_range_have_what_the_whole_has(day, first, cut):
    last = first + timedelta(days=800)
    middle = first + timedelta(days=cut)
    left = occasions.yearly(day, first, middle)
    right = occasions.yearly(day, middle + timedelta(days=1), last)
    assert left + right == occasions.yearly(day, first, last)


def test_the_day_itself_is_no_return_of_it():
    day = date(2026, 5, 1)
    assert occasions.yearly(day, day, day) == []
    assert days(occasions.yearly(day, day, date(2027, 5, 1))) == [date(2027, 5, 1)]


def test_nothing_falls_into_a_range_that_ends_before_it_begins():
    assert occasions.yearly(date(2000, 1, 1), date(2026, 2, 1), date(2026, 1, 1)) == []
    assert occasions.holiday("easter", date(2026, 2, 1), date(2025, 1, 1)) == []


def test_what_is_once_is_known_by_its_day():
    assert occasions.once(date(2026, 12, 31)) == occasions.Occurrence(date(2026, 12, 31), 20261231)


@pytest.mark.parametrize(
    ("code", "published"),
    [
        ("easter", ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28"]),
        ("easter_orthodox", ["2024-05-05", "2025-04-20", "2026-04-12", "2027-05-02"]),
        pytest.param(
            "rosh_hashana",
            ["2024-10-03", "2025-09-23", "2026-09-12", "2027-10-02"],
            marks=needs_hebrew,
        ),
        pytest.param("yom_kippur", ["2024-10-12", "2025-10-02", "2026-09-21"], marks=needs_hebrew),
        pytest.param("sukkot", ["2024-10-17", "2025-10-07", "2026-09-26"], marks=needs_hebrew),
        pytest.param("hanukkah", ["2024-12-26", "2025-12-15", "2026-12-05"], marks=needs_hebrew),
        pytest.param("purim", ["2024-03-24", "2025-03-14", "2026-03-03"], marks=needs_hebrew),
        pytest.param("pesach", ["2024-04-23", "2025-04-13", "2026-04-02"], marks=needs_hebrew),
        pytest.param("shavuot", ["2024-06-12", "2025-06-02", "2026-05-22"], marks=needs_hebrew),
    ],
)
def test_moving_holidays_are_the_published_ones(code, published):
    published = list(map(date.fromisoformat, published))
    found = occasions.holiday(code, date(2024, 1, 1), date(published[-1].year, 12, 31))
    assert days(found) == published


def test_fixed_holidays():
    found = occasions.holiday("fixed", date(2024, 1, 1), date(2026, 1, 1), 1, 1)
    assert days(found) == [date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)]
    leap = occasions.holiday("fixed", date(2023, 1, 1), date(2024, 12, 31), 2, 29)
    assert days(leap) == [date(2023, 2, 28), date(2024, 2, 29)]
    with pytest.raises(ValueError, match="day"):
        occasions.holiday("fixed", date(2024, 1, 1), date(2024, 1, 1), 2, 30)


def test_an_unknown_holiday_is_an_error():
    with pytest.raises(KeyError):
        occasions.holiday("someday", date(2024, 1, 1), date(2024, 1, 1))


@needs_hebrew
@pytest.mark.parametrize(
    ("born", "year", "expected"),
    [
        # 15 Adar of a common year (5783): Adar II of the leap year 5784.
        ("2023-03-08", 5784, "2024-03-25"),
        # 15 Adar I of 5784: Adar of the common year 5785, Adar I of the leap year 5787.
        ("2024-02-24", 5785, "2025-03-15"),
        ("2024-02-24", 5787, "2027-02-22"),
        # 15 Adar II of 5784.
        ("2024-03-25", 5785, "2025-03-15"),
        ("2024-03-25", 5787, "2027-03-24"),
        # 30 Kislev 5785, which 5784 does not have: 1 Tevet.
        ("2024-12-31", 5784, "2023-12-13"),
    ],
)
def test_hebrew_birthdays_of_rare_days(born, year, expected):
    assert hebrew.anniversary(date.fromisoformat(born), year) == date.fromisoformat(expected)


@needs_hebrew
@given(day=DAYS, first=NOW)
def test_a_hebrew_birthday_is_once_in_every_hebrew_year(day, first):
    last = first + timedelta(days=4 * 366)
    found = occasions.yearly(day, first, last, calendar=occasions.HEBREW)
    years = [one.year for one in found]
    assert years == list(range(years[0], years[0] + len(years))) if years else last <= day
    for one in found:
        assert first <= one.date <= last
        assert one.date > day
        month, number = hebrew.from_gregorian(day)[1:]
        this = hebrew.from_gregorian(one.date)
        if month < hebrew.ADAR and number < 30:
            assert this == (one.year, month, number)
    gaps = [right - left for left, right in zip(days(found), days(found)[1:], strict=False)]
    assert all(timedelta(days=353) <= gap <= timedelta(days=386) for gap in gaps)


@needs_hebrew
@given(day=DAYS)
def test_there_and_back_in_the_hebrew_calendar(day):
    assert hebrew.to_gregorian(*hebrew.from_gregorian(day)) == day


@pytest.mark.parametrize("year", [5784, 5787])
def test_leap_years_have_two_adars(year):
    assert hebrew.last_month(year) == 13
    assert hebrew.last_month(year + 1) == 12


def test_without_the_package_only_hebrew_dates_are_refused(monkeypatch):
    monkeypatch.setattr(hebrew, "HebrewDate", None)
    assert not hebrew.available()
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    with pytest.raises(hebrew.HebrewCalendarMissingError):
        occasions.yearly(date(2000, 1, 1), first, last, calendar=occasions.HEBREW)
    with pytest.raises(hebrew.HebrewCalendarMissingError):
        occasions.holiday("pesach", first, last)
    assert occasions.holiday("easter", first, last)
    assert occasions.yearly(date(2000, 1, 1), first, last)


@given(day=DAYS, year=st.integers(1990, 2100), rule=RULES)
def test_the_return_in_a_year_is_the_one_of_the_range(day, year, rule):
    found = occasions.yearly(day, date(year, 1, 1), date(year, 12, 31), leap_day=rule)
    assert day.year >= year or found[0].date == occasions.in_year(
        day, year, occasions.GREGORIAN, rule
    )


@needs_hebrew
def test_the_return_in_a_hebrew_year():
    expected = hebrew.anniversary(date(2000, 1, 1), 5786)
    assert occasions.in_year(date(2000, 1, 1), 5786, occasions.HEBREW, "") == expected
