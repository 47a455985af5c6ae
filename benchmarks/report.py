"""The table of the figures: on the screen, and in docs/performance.md."""

from __future__ import annotations

import dataclasses
import json
import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

BEGIN = "<!-- bin/bench writes from here -->"
END = "<!-- to here -->"
COMPARE = {"<=": operator.le, ">=": operator.ge, "==": operator.eq}


@dataclass(frozen=True)
class Result:
    """One figure: what was measured, beside what, and how the two compare.

    :param value: the ratio (or, where ``beside`` is empty, the number itself)
    :param aim: such as ``<= 1.5``; empty where the figure is for orientation
    :param ours: what our side took, with its unit
    :param theirs: what the other side took
    :param size: ``S``, ``M``, or ``M / S`` for how something grows
    :param seconds: what our side took, for comparing sizes
    :param grows: the aim of M beside S; "-" to report it without an aim
    :param key: the name of the function that measured it
    """

    figure: str
    beside: str
    value: float
    aim: str = ""
    ours: str = ""
    theirs: str = ""
    size: str = ""
    seconds: float = 0.0
    grows: str = ""
    key: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None without one."""
        if not self.aim:
            return None
        sign, number = self.aim.split()
        return COMPARE[sign](self.value, float(number))

    def of(self, key: str) -> Result:
        """The same, with the name of the function that measured it."""
        return dataclasses.replace(self, key=key)


def milliseconds(seconds: float) -> str:
    """A duration for people: 0.84 ms, 84 ms, 8.4 s."""
    if seconds >= 1:
        return f"{seconds:.1f} s" if seconds < 100 else f"{seconds:.0f} s"
    return f"{seconds * 1000:.{1 if seconds < 0.1 else 0}f} ms"


COLUMNS = ("Figure", "Beside", "Size", "Ours", "Theirs", "Ratio", "Aim", "Met")


def cells(result: Result) -> tuple[str, ...]:
    met = {None: "", True: "yes", False: "**no**"}[result.met]
    return (
        result.figure,
        result.beside,
        result.size,
        result.ours,
        result.theirs,
        number(result.value),
        result.aim,
        met,
    )


def number(value: float) -> str:
    """Three digits are enough."""
    if math.isinf(value):
        return "-"
    if value == int(value) or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"


def table(results: Iterable[Result]) -> str:
    """The results as a Markdown table, which also reads well on a screen."""
    rows = [COLUMNS, *(cells(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def write(path: Path, results: Iterable[Result], facts: Mapping[str, str]) -> None:
    """Put the table into a document, between the two marks, leaving the rest alone."""
    text = path.read_text() if path.exists() else f"# Performance\n\n{BEGIN}\n{END}\n"
    if BEGIN not in text or END not in text:
        text += f"\n{BEGIN}\n{END}\n"
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    said = "\n".join(f"- {name}: {value}" for name, value in facts.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{before}{BEGIN}\n\n{said}\n\n{table(results)}\n\n{END}{after}")


def save(path: Path, results: Iterable[Result]) -> None:
    """Keep results, so that a figure can be measured again without the others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], indent=1))


def load(path: Path) -> list[Result]:
    """The kept results, none at first."""
    if not path.exists():
        return []
    return [Result(**values) for values in json.loads(path.read_text())]


def merged(
    kept: Iterable[Result], new: Iterable[Result], key: str, order: Sequence[str]
) -> list[Result]:
    """``kept`` with the results of one function replaced, in the order of the table."""
    results = [result for result in kept if result.key != key and result.key in order]
    return sorted([*results, *new], key=lambda result: order.index(result.key))


def growth(results: Iterable[Result]) -> list[Result]:
    """How the figures that ask for it grow from S to M: ten times the rows."""
    results = list(results)
    small = {(r.figure, r.beside): r for r in results if r.size == "S"}
    rows = []
    for large in (r for r in results if r.size == "M" and r.grows):
        other = small.get((large.figure, large.beside))
        if other and other.seconds:
            rows.append(
                Result(
                    large.figure,
                    "the same at S, a tenth of the rows",
                    large.seconds / other.seconds,
                    large.grows.strip("-"),
                    large.ours,
                    other.ours,
                    "M / S",
                    key=large.key,
                )
            )
    return rows
