"""The figures of the table, each a function from a ``Bench`` to results.

@figure("name")
def measure(bench: Bench) -> list[Result]: ...
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

MODULES = (
    "refresh",
    "revenue",
    "changed",
    "posting",
    "message",
    "screens",
    "beside_refresh",
    "excel",
    "segments",
    "pipeline",
)
FIGURES: dict[str, Callable] = {}


def figure(name: str) -> Callable:
    """Put a function among the figures."""

    def register(function: Callable) -> Callable:
        FIGURES[name] = function
        return function

    return register


def load() -> dict[str, Callable]:
    """All figures by name, in the order of the table."""
    for module in MODULES:
        import_module(f"{__name__}.{module}")
    return FIGURES
