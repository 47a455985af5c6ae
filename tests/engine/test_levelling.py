from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from engine.levelling import CAP, CAPACITY, Caps, Contact, Taken, level, rank
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 3, 2)  # a Monday
CAPS = Caps(contacts=4, days=30)
EVERY_DAY = {user: {TODAY + timedelta(days=n): 2 for n in range(28)} for user in (1, 2, 3)}
days = st.integers(-40, 27).map(lambda n: TODAY + timedelta(days=n))


def contact(number, **values):
    base = {"user": 1, "customer": number, "person": number, "earliest": TODAY, "due": TODAY}
    return Contact(number, **{**base, "latest": TODAY + timedelta(days=14), **values})


def given_days(contacts, taken=(), capacity=EVERY_DAY, caps=CAPS):
    return {key: one.day for key, one in level(contacts, taken, capacity, caps, TODAY).items()}


@st.composite
def cases(draw):
    contacts = []
    for number in range(draw(st.integers(0, 25))):
        due, customer = draw(days), draw(st.integers(1, 5))
        contacts.append(
            contact(
                number,
                user=draw(st.integers(1, 4)),
                customer=customer,
                person=customer * 10 + draw(st.integers(0, 1)),
                earliest=due,
                due=due,
                latest=due + timedelta(days=draw(st.integers(0, 20))),
                worth=draw(st.integers(-5, 100)),
                weekdays=tuple(draw(st.lists(st.booleans(), min_size=7, max_size=7))),
                planned=draw(st.none() | days),
                urgent=draw(st.booleans()),
            )
        )
    taken = [
        Taken(draw(st.none() | st.integers(1, 4)), customer, customer * 10, draw(days), fixed)
        for customer, fixed in draw(
            st.lists(st.tuples(st.integers(1, 5), st.booleans()), max_size=9)
        )
    ]
    capacity = {
        user: {TODAY + timedelta(days=n): draw(st.integers(0, 2)) for n in range(28)}
        for user in (1, 2, 3)
    }
    return contacts, taken, capacity, Caps(draw(st.integers(1, 4)), draw(st.integers(1, 40)))


@given(cases())
def test_nobody_is_dropped(case):
    contacts, taken, capacity, caps = case
    found = level(contacts, taken, capacity, caps, TODAY)
    assert set(found) == {one.id for one in contacts}
    assert all(one.day is not None or one.reason in (CAP, CAPACITY) for one in found.values())


@given(cases())
def test_capacity_is_never_passed(case):
    contacts, taken, capacity, caps = case
    found = given_days(contacts, taken, capacity, caps)
    used = Counter((one.user, found[one.id]) for one in contacts if found[one.id])
    fixed = Counter((one.user, one.day) for one in taken if one.uses_capacity)
    for (user, day), number in used.items():
        assert number + fixed[user, day] <= capacity[user][day]


@given(cases())
def test_the_cap_of_a_customer_is_never_broken_by_a_planned_contact(case):
    contacts, taken, capacity, caps = case
    found = given_days(contacts, taken, capacity, caps)
    for customer in {one.customer for one in contacts}:
        planned = [found[c.id] for c in contacts if c.customer == customer and found[c.id]]
        made = [one.day for one in taken if one.customer == customer]
        for start in {*planned, *made}:
            within = range(caps.days)
            window = [sum((day - start).days in within for day in kind) for kind in (planned, made)]
            assert not window[0] or sum(window) <= caps.contacts


@given(cases())
def test_one_person_is_contacted_by_one_of_us_in_a_week(case):
    contacts, taken, capacity, caps = case
    found = given_days(contacts, taken, capacity, caps)
    planned = [(c.person, found[c.id], c.user) for c in contacts if found[c.id]]
    made = [(one.person, one.day, one.user) for one in taken if one.user]
    pairs = [*combinations(planned, 2), *((one, other) for one in planned for other in made)]
    for (person, day, user), (other_person, other_day, other_user) in pairs:
        near = person == other_person and abs((day - other_day).days) < caps.apart
        assert not near or user == other_user


@given(cases())
def test_days_suit_the_contact(case):
    contacts, taken, capacity, caps = case
    found = given_days(contacts, taken, capacity, caps)
    for one in contacts:
        day = found[one.id]
        assert day is None or (day >= max(one.earliest, TODAY) and one.weekdays[day.weekday()])


@given(cases(), st.randoms())
def test_the_order_of_the_input_does_not_matter(case, random):
    contacts, taken, capacity, caps = case
    shuffled, others = random.sample(contacts, len(contacts)), random.sample(taken, len(taken))
    before = level(contacts, taken, capacity, caps, TODAY)
    assert level(shuffled, others, capacity, caps, TODAY) == before


@given(cases())
def test_what_came_out_comes_out_again(case):
    contacts, taken, capacity, caps = case
    found = level(contacts, taken, capacity, caps, TODAY)
    again = [replace(one, planned=found[one.id].day) for one in contacts]
    assert level(again, taken, capacity, caps, TODAY) == found


def test_the_most_worth_at_stake_goes_first():
    rows = [contact(n, worth=n * 100) for n in range(1, 6)]
    found = given_days(rows)
    assert [found[n] for n in (5, 4)] == [TODAY, TODAY]
    assert [found[n] for n in (3, 2)] == [TODAY + timedelta(days=1)] * 2
    assert found[1] == TODAY + timedelta(days=2)


def test_lateness_outweighs_worth():
    late = contact(1, worth=100, due=TODAY - timedelta(days=28), latest=TODAY - timedelta(days=14))
    assert rank(late, TODAY) == 300
    assert rank(contact(2, worth=200), TODAY) == 200


def test_worth_nothing_is_ordered_by_lateness():
    late = contact(1, due=TODAY - timedelta(days=7), latest=TODAY + timedelta(days=7))
    assert rank(late, TODAY) == 1.5
    assert rank(replace(late, worth=-80), TODAY) == 1.5


def test_what_was_given_for_tomorrow_stays():
    tomorrow = TODAY + timedelta(days=1)
    rows = [contact(n, worth=n, planned=tomorrow if n < 3 else None) for n in range(1, 6)]
    found = given_days(rows)
    assert found[1] == found[2] == tomorrow
    assert found[5] == found[4] == TODAY


def test_days_off_are_left_out():
    capacity = {1: {TODAY + timedelta(days=n): 1 for n in (2, 5)}}
    found = given_days([contact(n, worth=n) for n in (1, 2)], capacity=capacity)
    assert found == {2: TODAY + timedelta(days=2), 1: TODAY + timedelta(days=5)}


def test_a_person_with_no_days_leaves_all_waiting():
    found = level([contact(1, user=9)], [], EVERY_DAY, CAPS, TODAY)
    assert (found[1].day, found[1].reason) == (None, CAPACITY)


def test_contacts_made_count_toward_the_cap():
    made = [Taken(1, 7, 7, TODAY - timedelta(days=n)) for n in (3, 10, 20, 29)]
    found = level([contact(7)], made, EVERY_DAY, CAPS, TODAY)
    # Thirty days after the oldest of the four.
    assert found[7].day == TODAY + timedelta(days=1)


def test_after_its_last_good_day_it_says_why():
    made = [Taken(1, 7, 7, TODAY - timedelta(days=n)) for n in (3, 10, 11, 12)]
    found = level([contact(7, latest=TODAY + timedelta(days=3))], made, EVERY_DAY, CAPS, TODAY)
    assert (found[7].day, found[7].reason) == (TODAY + timedelta(days=18), CAP)


def test_urgent_ones_go_first():
    rows = [contact(1, worth=1, urgent=True), contact(2, worth=500), contact(3, worth=400)]
    assert given_days(rows)[1] == TODAY
