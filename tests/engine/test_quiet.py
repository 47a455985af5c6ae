from engine.quiet import Quiet
from hypothesis import given
from hypothesis import strategies as st

FRIDAY, SATURDAY, SUNDAY, MONDAY = 4, 5, 6, 0
REST = Quiet(9, 18, rest_from=FRIDAY * 24 + 16, rest_to=SATURDAY * 24 + 20)


def test_nothing_said_means_any_time():
    assert Quiet().hours(MONDAY) == (0, 24)
    assert all(Quiet().weekdays())


def test_friday_ends_when_the_rest_begins():
    assert REST.hours(FRIDAY) == (9, 16)


def test_saturday_is_quiet_when_the_evening_is_after_hours():
    assert REST.hours(SATURDAY) is None
    assert REST.weekdays() == (True, True, True, True, True, False, True)


def test_a_rest_over_the_end_of_the_week():
    quiet = Quiet(9, 18, rest_from=SATURDAY * 24, rest_to=MONDAY * 24 + 12)
    assert quiet.hours(SUNDAY) is None
    assert quiet.hours(MONDAY) == (12, 18)


def test_the_hours_of_the_contact_narrow_it():
    assert REST.hours(MONDAY, 16, 24) == (16, 18)
    assert REST.hours(FRIDAY, 16, 24) is None


def test_a_rest_within_a_day_leaves_the_longer_part():
    quiet = Quiet(8, 18, rest_from=12, rest_to=13)
    assert quiet.hours(MONDAY) == (13, 18)


@given(
    st.floats(0, 12),
    st.floats(12, 24),
    st.integers(0, 167),
    st.integers(0, 167),
    st.integers(0, 6),
)
def test_no_hour_of_the_rest_is_ever_given(start, end, rest_from, rest_to, weekday):
    quiet = Quiet(start, end, rest_from, rest_to)
    found = quiet.hours(weekday)
    if found is None:
        return
    assert start <= found[0] < found[1] <= end
    middle = (found[0] + found[1]) / 2 + weekday * 24
    length = (rest_to - rest_from) % 168
    assert not length or (middle - rest_from) % 168 >= length
