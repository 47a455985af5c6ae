"""Giving due contacts a day: nobody has more than they can do, no customer is contacted too often.

Contacts are taken by worth at stake x lateness, and each has the first day that is free: within
the capacity of who makes it, on a weekday that suits, and within the caps of the customer. What
was given today or tomorrow keeps its day where that is possible. So the same input gives the
same days, and the days that came out, put in again, come out unchanged.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

CAPACITY = "capacity"
CAP = "cap"
KEPT_DAYS = 1


@dataclass(frozen=True)
class Contact:
    """A contact that needs a day.

    :param user: who makes it
    :param person: whom it is with: the customer, or a person there
    :param earliest: not before this day
    :param due: the ideal day, from which it is late
    :param latest: the last good day
    :param worth: at stake, in company currency
    :param weekdays: Monday to Sunday, whether it may be made then
    :param planned: the day it was given before
    :param urgent: before all others
    """

    id: int
    user: int
    customer: int
    person: int
    earliest: date
    due: date
    latest: date
    worth: float = 0.0
    weekdays: tuple[bool, ...] = (True,) * 7
    planned: date | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Taken:
    """A contact that was made, or that has a day nobody moves (``uses_capacity``)."""

    user: int | None
    customer: int
    person: int
    day: date
    uses_capacity: bool = False


@dataclass(frozen=True)
class Caps:
    """A customer has at most ``contacts`` in ``days`` days, a person one of us in ``apart``."""

    contacts: int
    days: int
    apart: int = 7


@dataclass(frozen=True)
class Placed:
    """The day of a contact, or none; and why that is none or after its last good day."""

    day: date | None
    reason: str | None
    rank: float


def rank(contact: Contact, today: date) -> float:
    """Worth at stake x lateness: 1 until the due day, 2 on the last good day, 3 as long after.

    A customer worth nothing counts as worth 1, so that lateness orders those, too.
    """
    span = max((contact.latest - contact.due).days, 1)
    late = max((today - contact.due).days, 0)
    return round(max(contact.worth, 1.0) * (1 + late / span), 2)


class Calendar:
    """What is free: people's days, and what the caps of customers leave."""

    def __init__(self, capacity: Mapping[int, Mapping[date, int]], caps: Caps) -> None:
        """Begin with nothing taken.

        :param capacity: contacts by day for each person; a day that is missing is a day off
        """
        self._left = {user: dict(days) for user, days in capacity.items()}
        self._caps = caps
        self._of_customer: dict[int, list[date]] = {}
        self._of_person: dict[int, list[tuple[date, int]]] = {}

    def take(self, item: Taken) -> None:
        """Note a contact on a day."""
        insort(self._of_customer.setdefault(item.customer, []), item.day)
        if item.user is not None:
            insort(self._of_person.setdefault(item.person, []), (item.day, item.user))
            if item.uses_capacity and item.user in self._left:
                left = self._left[item.user]
                left[item.day] = left.get(item.day, 0) - 1

    def give_back(self, item: Taken) -> None:
        """Take back what ``take`` noted."""
        self._of_customer[item.customer].remove(item.day)
        if item.user is not None:
            self._of_person[item.person].remove((item.day, item.user))
            if item.uses_capacity and item.user in self._left:
                self._left[item.user][item.day] += 1

    def refusal(self, contact: Contact, day: date) -> str | None:
        """Why the contact cannot be on the day; None when it can."""
        if self._left.get(contact.user, {}).get(day, 0) <= 0:
            return CAPACITY
        if self._too_often(contact.customer, day) or self._by_another(contact, day):
            return CAP
        return None

    def reason(self, contact: Contact, day: date) -> str | None:
        """As ``refusal``, but the cap first: more people would not help there."""
        if self._too_often(contact.customer, day) or self._by_another(contact, day):
            return CAP
        return self.refusal(contact, day)

    def _too_often(self, customer: int, day: date) -> bool:
        """Whether some stretch of days with this one would hold more than the cap."""
        days = self._of_customer.get(customer, [])
        most, place = self._caps.contacts, bisect_left(days, day)
        around = [*days[max(place - most, 0) : place], day, *days[place : place + most]]
        return any(
            (around[index + most] - around[index]).days < self._caps.days
            for index in range(len(around) - most)
        )

    def _by_another(self, contact: Contact, day: date) -> bool:
        """Whether somebody else of us contacts the same person within the days apart."""
        return any(
            user != contact.user and abs((day - other).days) < self._caps.apart
            for other, user in self._of_person.get(contact.person, [])
        )


def level(
    contacts: Iterable[Contact],
    taken: Iterable[Taken],
    capacity: Mapping[int, Mapping[date, int]],
    caps: Caps,
    today: date,
    days: int = 28,
) -> dict[int, Placed]:
    """Give each contact a day.

    :param contacts: the open ones
    :param taken: made already, or with a fixed day
    :param capacity: contacts by day for each person
    :param days: how many days from today on are given
    :return: the day, or why there is none, by contact's id; each contact is there
    """
    calendar = Calendar(capacity, caps)
    for item in taken:
        calendar.take(item)
    ordered = sorted(contacts, key=lambda one: (not one.urgent, -rank(one, today), one.id))
    found: dict[int, date] = {}
    for contact in ordered:
        _try_day(calendar, contact, _kept_day(contact, today), found)
    for contact in ordered:
        if contact.id not in found:
            free = (
                day for day in _days(contact, today, days) if not calendar.refusal(contact, day)
            )
            _try_day(calendar, contact, next(free, None), found)
    return {
        contact.id: Placed(
            found.get(contact.id),
            _reason(calendar, contact, found.get(contact.id), today, days),
            rank(contact, today),
        )
        for contact in ordered
    }


def _kept_day(contact: Contact, today: date) -> date | None:
    """The day that was given before, where it stays if it can: today or tomorrow."""
    if contact.planned is None or (contact.planned - today).days > KEPT_DAYS:
        return None
    day = max(contact.planned, today)
    return day if day >= contact.earliest and contact.weekdays[day.weekday()] else None


def _try_day(
    calendar: Calendar, contact: Contact, day: date | None, found: dict[int, date]
) -> None:
    if day is not None and not calendar.refusal(contact, day):
        calendar.take(_taken(contact, day))
        found[contact.id] = day


def _days(contact: Contact, today: date, days: int) -> Iterable[date]:
    """The days that would suit the contact itself, first to last."""
    end = today + timedelta(days=days)
    day = max(contact.earliest, today)
    while day < end:
        if contact.weekdays[day.weekday()]:
            yield day
        day += timedelta(days=1)


def _reason(
    calendar: Calendar, contact: Contact, day: date | None, today: date, days: int
) -> str | None:
    """Why the contact has no day, or one after its last good day, by what is free in the end."""
    wished = next(iter(_days(contact, today, days)), None)
    if day is None:
        return (wished and calendar.reason(contact, wished)) or CAPACITY
    if day <= contact.latest or wished is None or wished > contact.latest:
        return None
    # But for the contact itself.
    calendar.give_back(_taken(contact, day))
    reason = calendar.reason(contact, wished)
    calendar.take(_taken(contact, day))
    return reason


def _taken(contact: Contact, day: date) -> Taken:
    return Taken(contact.user, contact.customer, contact.person, day, uses_capacity=True)
