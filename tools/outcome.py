"""What a part of the tests came to, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools import console

SHOWN = 40  # problems shown of one part


@dataclass(frozen=True)
class Outcome:
    """The tests of one part. A part without any test has failed."""

    part: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: Sequence[str] = field(default_factory=tuple)
    notes: Sequence[str] = field(default_factory=tuple)
    log: Path | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it may be called passed."""
        return not self.failed and self.passed > 0

    def lines(self) -> list[str]:
        """What is told about it."""
        verdict = "passed" if self.ok else "FAILED"
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"
        lines = [f"[{self.part}] {verdict}: {counts} in {console.seconds(self.seconds)}"]
        lines += [f"    {text}" for text in self.notes]
        lines += [f"    {text}" for text in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"    ... and {len(self.problems) - SHOWN} more")
        if not self.ok and self.log:
            lines.append(f"    log: {self.log}")
        return lines


def broken(part: str, reason: str) -> Outcome:
    """A part that could not run at all."""
    return Outcome(part, failed=1, problems=reason.splitlines())


def joined(part: str, outcomes: Sequence[Outcome]) -> Outcome:
    """Several outcomes as one."""
    return Outcome(
        part,
        sum(found.passed for found in outcomes),
        sum(found.failed for found in outcomes),
        sum(found.skipped for found in outcomes),
        [text for found in outcomes for text in found.problems],
        [text for found in outcomes for text in found.notes],
        next((found.log for found in outcomes if found.log and not found.ok), None),
    )


def total(outcomes: Sequence[Outcome]) -> str:
    """The one line at the end."""
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    return f"{passed} passed, {failed} failed, {skipped} skipped"
