"""Who of several deputies takes which customer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """Something to hand over: a customer, or a lead without one.

    ``worth`` is in the company's currency; what is worth less than nothing weighs nothing.
    """

    key: int
    worth: float = 0.0
    tier: str | None = None
    country: int | None = None
    state: int | None = None
    city: str | None = None


@dataclass(frozen=True)
class Deputy:
    """Who takes: ``share`` is what they can carry beside the others (2: twice as much)."""

    key: int
    share: float = 1.0
    tiers: frozenset[str] = frozenset()
    country: int | None = None
    state: int | None = None
    city: str | None = None


def choose(rule: str, items: Iterable[Item], deputies: Sequence[Deputy]) -> dict[int, int]:
    """The deputy of each item.

    By ``area`` or ``tier`` an item goes to those who fit it best, and is shared evenly among
    them; where nobody fits, among those who name nothing, and else among all. ``even`` counts
    items, ``worth`` adds up what they are worth. ``all``: the first deputy takes everything.

    :param rule: "all", "area", "tier", "even" or "worth"
    :param deputies: in order; of equals the first takes
    :return: deputy's key by item's key; empty where there is no deputy

    >>> choose("even", [Item(1), Item(2), Item(3)], [Deputy(7), Deputy(8)])
    {1: 7, 2: 8, 3: 7}
    """
    if not deputies:
        return {}
    loads = dict.fromkeys(range(len(deputies)), 0.0)
    chosen = {}
    for item in sorted(items, key=lambda one: (-one.worth, one.key)):
        places = [0] if rule == "all" else _fitting(rule, item, deputies)
        weight = max(item.worth, 0.0) if rule == "worth" else 1.0
        place = min(places, key=lambda one: ((loads[one] + weight) / deputies[one].share, one))
        loads[place] += weight
        chosen[item.key] = deputies[place].key
    return chosen


def _fitting(rule: str, item: Item, deputies: Sequence[Deputy]) -> list[int]:
    """The places of the deputies who fit best."""
    fits = {"area": _area_fits, "tier": _tier_fits}.get(rule)
    if not fits:
        return list(range(len(deputies)))
    grades = [fits(item, deputy) for deputy in deputies]
    best = max(grades)
    return [place for place, grade in enumerate(grades) if grade == best]


def _area_fits(item: Item, deputy: Deputy) -> int:
    """How closely: more for each of country, state and city named; -1 for another area."""
    pairs = (
        (deputy.country, item.country),
        (deputy.state, item.state),
        (_plain(deputy.city), _plain(item.city)),
    )
    named = [(theirs, where) for theirs, where in pairs if theirs]
    if any(theirs != where for theirs, where in named):
        return -1
    return len(named)


def _tier_fits(item: Item, deputy: Deputy) -> int:
    if not deputy.tiers:
        return 0
    return 1 if item.tier in deputy.tiers else -1


def _plain(city: str | None) -> str:
    """A city as it is compared: without case and outer blanks."""
    return (city or "").strip().casefold()
