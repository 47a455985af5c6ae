"""Which customers a piece of SQL is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from odoo.tools import SQL


@dataclass(frozen=True)
class Scope:
    """A set of commercial partners, as a range of ids or as a list.

    A range is for walking over everybody, a list for the few that changed.

    :param as_of: the day the trailing period ends
    :param until: leave out whatever is later than this day (a past moment); None for now
    """

    as_of: date
    until: date | None = None
    low: int = 0
    high: int = 2**31 - 1
    customers: tuple[int, ...] | None = None

    def of_customer(self, column: SQL) -> SQL:
        """The condition on a column that holds the commercial partner."""
        if self.customers is None:
            return SQL("%s BETWEEN %s AND %s", column, self.low, self.high)
        return SQL("%s = ANY(%s)", column, list(self.customers))

    def up_to(self, column: SQL) -> SQL:
        """The condition that a day is not later than the moment asked for."""
        return SQL("TRUE") if self.until is None else SQL("%s <= %s", column, self.until)
