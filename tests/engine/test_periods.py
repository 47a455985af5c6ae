from datetime import date

from engine.periods import compared_periods


def bounds(today):
    return {one.name: (one.start, one.end) for one in compared_periods(today)}


def test_a_month_a_quarter_and_a_year_are_whole_and_follow_each_other():
    found = bounds(date(2026, 5, 31))
    assert found["month"] == (date(2026, 5, 1), date(2026, 6, 1))
    assert found["month_before"] == (date(2026, 4, 1), date(2026, 5, 1))
    assert found["quarter"] == (date(2026, 4, 1), date(2026, 7, 1))
    assert found["quarter_before"] == (date(2026, 1, 1), date(2026, 4, 1))
    assert found["year"] == (date(2026, 1, 1), date(2027, 1, 1))
    assert found["year_before"] == (date(2025, 1, 1), date(2026, 1, 1))


def test_before_january_is_the_december_of_the_year_before():
    found = bounds(date(2026, 1, 1))
    assert found["month_before"] == (date(2025, 12, 1), date(2026, 1, 1))
    assert found["quarter_before"] == (date(2025, 10, 1), date(2026, 1, 1))


def test_december_ends_with_the_year():
    assert bounds(date(2024, 12, 31))["month"] == (date(2024, 12, 1), date(2025, 1, 1))


def test_all_time_has_no_bounds():
    assert bounds(date(2026, 5, 31))["all"] == (None, None)


def test_every_period_is_followed_by_the_one_before_it():
    names = [one.name for one in compared_periods(date(2026, 5, 31))]
    pairs = list(zip(names[::2], names[1::2], strict=False))
    assert all(before == f"{name}_before" for name, before in pairs)
