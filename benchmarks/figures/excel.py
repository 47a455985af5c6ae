"""Excel of everybody. The workbook's own module measures; this is where it puts its results."""

from __future__ import annotations

from importlib.util import find_spec

from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.report import Result

MODULE = "benchmarks.workbook"  # with ``measure(bench: Bench) -> list[Result]``


@figure("excel")
def excel(bench: Bench) -> list[Result]:
    """Nothing until ``benchmarks/workbook.py`` is there."""
    if not find_spec(MODULE):
        return []
    from importlib import import_module

    return import_module(MODULE).measure(bench)
