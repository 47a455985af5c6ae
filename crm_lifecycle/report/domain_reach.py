from collections.abc import Callable, Collection
from datetime import datetime

from odoo.fields import Domain


def reach(
    domain: Domain, every: frozenset, told: Callable[[Domain], set | None], model=None
) -> frozenset:
    """Values of a column that rows of a domain may have: none that they have is missing.

    :param domain: with a ``model``, it is optimized first
    :param every: all values there are
    :param told: the values that a single condition leaves; None: it says nothing about them
    """
    domain = domain.optimize(model) if model is not None else domain
    if domain.is_false():
        return frozenset()
    operator = getattr(domain, "OPERATOR", None)
    if operator in ("&", "|"):
        parts = [reach(part, every, told) for part in domain.children]
        return frozenset.intersection(*parts) if operator == "&" else frozenset.union(*parts)
    if not hasattr(domain, "field_expr"):
        return every
    found = told(domain)
    return every if found is None else every & frozenset(found)


def named(condition: Domain, name: str, every: frozenset) -> set | None:
    """The values that a condition on the column ``name`` leaves; None where it tells nothing."""
    listed = isinstance(condition.value, Collection) and not isinstance(condition.value, str)
    if condition.field_expr != name or not listed or condition.operator not in ("in", "not in"):
        return None
    values = set(condition.value)
    return values if condition.operator == "in" else set(every) - values


def compared(domain: Domain, name: str) -> list[tuple[str, datetime]]:
    """Comparisons of the moment ``name`` that every row of an optimized domain meets.

    :return: list of (operator, moment)
    """
    parts = domain.children if getattr(domain, "OPERATOR", None) == "&" else [domain]
    return [
        (part.operator, part.value)
        for part in parts
        if getattr(part, "field_expr", None) == name and isinstance(part.value, datetime)
    ]
