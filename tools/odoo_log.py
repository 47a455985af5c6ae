"""What an Odoo log says: which tests ran and how, and which lines should not be there.

A log line is `date time pid LEVEL database logger: message`; lines without that beginning (a
traceback, say) belong to the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.console import ToolError

HEAD = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+"
    r" (?P<level>[A-Z]+) \S+ (?P<logger>[\w.]+): (?P<text>.*)$"
)
STARTED = re.compile(r"^Starting (\w+\.\w+) \.\.\.")
BROKEN = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(setUpClass \(\S+\)|\w+\.\w+)")
SET_UP = re.compile(r"setUpClass \((?P<module>\S+)\.(?P<name>\w+)\)")
SKIPPED = re.compile(r"^skipped (.+?) : (.*)", re.DOTALL)
SUMMARY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")
SUSPECT = {"WARNING", "ERROR", "CRITICAL"}


@dataclass(frozen=True)
class Entry:
    """One message of a log, with the lines that follow it."""

    level: str
    logger: str
    text: str

    def __str__(self) -> str:
        """The message as people look for it, on one line."""
        return f"{self.level} {self.logger}: {self.text.splitlines()[0] if self.text else ''}"


@dataclass(frozen=True)
class Run:
    """The tests of one log. Tests are named `module.Class.method`."""

    total: int
    broken: tuple[str, ...]
    skipped: Mapping[str, str]
    complete: bool

    @property
    def passed(self) -> int:
        """How many tests neither failed nor were skipped."""
        return max(0, self.total - len(self.broken) - len(self.skipped))


def entries(text: str) -> Iterator[Entry]:
    """The messages of a log."""
    head, lines = None, []
    for line in text.splitlines():
        found = HEAD.match(line)
        if not found:
            lines.append(line)
            continue
        if head:
            yield _entry(head, lines)
        head, lines = found, []
    if head:
        yield _entry(head, lines)


def _entry(head: re.Match[str], lines: list[str]) -> Entry:
    return Entry(head["level"], head["logger"], "\n".join([head["text"], *lines]))


def read(text: str) -> Run:
    """Count the tests of a log.

    The lines of the single tests say which; Odoo's closing line says how many. When the two
    disagree the worse one is believed, and without the closing line the run is not complete.
    """
    started: list[str] = []
    broken: dict[str, None] = {}
    skipped: dict[str, str] = {}
    for entry in entries(text):
        if found := STARTED.match(entry.text):
            started.append(_name(entry, found[1]))
        elif entry.level == "ERROR" and (found := BROKEN.match(entry.text)):
            broken[_name(entry, found[1])] = None
        elif found := SKIPPED.match(entry.text):
            skipped[_name(entry, found[1])] = found[2]
    closing = [tuple(map(int, found)) for found in SUMMARY.findall(text)]
    claimed = max((failures + errors for failures, errors, _total in closing), default=0)
    if claimed and not broken:
        broken = {f"unnamed test {number}": None for number in range(1, claimed + 1)}
    outside = sum(name not in started for name in (*broken, *skipped))
    total = max([len(started), *(total for *_counts, total in closing)]) + outside
    return Run(total, tuple(broken), skipped, complete=bool(closing))


def _name(entry: Entry, text: str) -> str:
    """`module.Class.method`, or `module.Class` when the class could not even begin."""
    set_up = SET_UP.match(text)
    if set_up:
        return f"{_module(set_up['module'])}.{set_up['name']}"
    return f"{_module(entry.logger)}.{text}"


def _module(logger: str) -> str:
    found = re.match(r"odoo\.(?:addons\.)?(\w+)", logger)
    return found[1] if found else logger


def suspects(text: str, allowed: Iterable[re.Pattern[str]] = ()) -> list[Entry]:
    """Warnings and errors that no allowed pattern covers, less what is counted as a test."""
    patterns = list(allowed)
    return [
        entry
        for entry in entries(text)
        if entry.level in SUSPECT
        and not BROKEN.match(entry.text)
        and not SUMMARY.search(entry.text)
        and not any(pattern.search(str(entry)) for pattern in patterns)
    ]


def read_list(file: Path) -> dict[str, str]:
    """Entries of a list in which each line has a reason: `entry  # reason`."""
    found: dict[str, str] = {}
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    for number, line in enumerate(lines, 1):
        entry, mark, reason = line.partition("  # ")
        if not line.strip() or line.startswith("#"):
            continue
        if not mark or not reason.strip():
            raise ToolError(f"{file}:{number}: say why, as in `entry  # reason`.")
        found[entry.strip()] = reason.strip()
    return found


def read_patterns(file: Path) -> list[re.Pattern[str]]:
    """The allow-list of a log: regular expressions with their reasons."""
    try:
        return [re.compile(entry) for entry in read_list(file)]
    except re.error as error:
        raise ToolError(f"{file}: not a regular expression: {error}") from error
