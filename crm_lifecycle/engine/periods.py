"""Calendar periods and the ones before them, for figures that are compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Period:
    """Days from ``start`` on and before ``end``; None: without a bound.

    :param name: month, quarter, year, each with ``_before`` for the previous one, or all
    """

    name: str
    start: date | None
    end: date | None


def compared_periods(today: date) -> tuple[Period, ...]:
    """Month, quarter and year of a day, each followed by the previous one, and all time.

    A period is whole: this month ends with the month, not with ``today``.
    """
    periods = []
    for name, months in MONTHS.items():
        number = _month_number(today)
        start = number - number % months
        periods.append(Period(name, _month(start), _month(start + months)))
        periods.append(Period(f"{name}_before", _month(start - months), _month(start)))
    return (*periods, Period("all", None, None))


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
