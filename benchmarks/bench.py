"""What a figure gets to work with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date

from benchmarks import databases
from benchmarks.measure import Cost, cost, ratio
from benchmarks.report import Result, milliseconds
from benchmarks.sizes import Size


@dataclass(frozen=True)
class Bench:
    """Two databases with the same rows: with the addon, and without.

    :param times: how often each thing is measured, at least three
    """

    db: str
    size: Size
    as_of: date
    times: int = 3

    @property
    def bare(self) -> str:
        return f"{self.db}_bare"

    def env(self, db: str | None = None, **options) -> AbstractContextManager:
        """An Odoo environment with a cursor of its own; with the addon unless told."""
        return databases.environment(db or self.db, **options)

    def measure(self, work: Callable, db: str | None = None, **options) -> Cost:
        """What ``work(env)`` costs in an environment of its own."""
        with self.env(db, **options) as env:
            return cost(env.cr, lambda: work(env))

    def result(
        self, figure: str, beside: str, ours: float, theirs: float, aim: str = "", grows: str = ""
    ) -> Result:
        """A figure of two durations in seconds.

        :param grows: the aim of what it may be at M beside S; "-" without an aim
        """
        return Result(
            figure,
            beside,
            ratio(ours, theirs),
            aim,
            milliseconds(ours),
            milliseconds(theirs),
            self.size.name,
            ours,
            grows,
        )
