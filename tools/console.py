"""What a person sees while things are made: one line a step, with progress where it takes long.

Goes to standard error, so that the output of `bin/odoo` can be piped.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 2.0  # seconds before a step starts to tell how far it is

Progress = Callable[[], str]


class ToolError(Exception):
    """Something the user must know or do: shown as it is, without a traceback."""


def say(text: str = "") -> None:
    """One line for the person who runs the command."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def result(text: str = "") -> None:
    """One line of the command's own output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


@contextmanager
def step(title: str, progress: Progress | None = None) -> Iterator[None]:
    """Show a step: a line at its start, how far it is on a terminal, a line at its end."""
    say(f"- {title} ...")
    started = time.monotonic()
    done = threading.Event()
    ticker = _start_ticker(progress, done)
    outcome = "stopped"
    try:
        yield
        outcome = "done"
    finally:
        done.set()
        if ticker:
            ticker.join()
        say(f"- {title}: {outcome} in {seconds(time.monotonic() - started)}{_tail(progress)}")


def _start_ticker(progress: Progress | None, done: threading.Event) -> threading.Thread | None:
    if progress is None or not sys.stderr.isatty():
        return None
    ticker = threading.Thread(target=_tick, args=(progress, done), daemon=True)
    ticker.start()
    return ticker


def _tick(progress: Progress, done: threading.Event) -> None:
    started = time.monotonic()
    if done.wait(PATIENCE):
        return
    while not done.wait(0.5):
        sys.stderr.write(f"\r\x1b[K  {_safely(progress)} {seconds(time.monotonic() - started)}")
        sys.stderr.flush()
    sys.stderr.write("\r\x1b[K")


def _safely(progress: Progress) -> str:
    """Progress is a courtesy: a file that vanishes while it is measured is no error."""
    try:
        return progress()
    except OSError:
        return ""


def _tail(progress: Progress | None) -> str:
    text = _safely(progress) if progress else ""
    return f" ({text})" if text else ""


def seconds(duration: float) -> str:
    """A duration as people say it: `0.4 s`, `12 s`, `3 min 20 s`."""
    if duration < 10:  # noqa: PLR2004
        return f"{duration:.1f} s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def megabytes(size: int) -> str:
    """A size in MB."""
    return f"{size / 1e6:.0f} MB" if size >= 1e7 else f"{size / 1e6:.1f} MB"  # noqa: PLR2004


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder that may still be growing."""
    total = 0
    for base, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(base, name)).st_size
            except OSError:
                continue
    return total


def growing(folder: Path, expected: int = 0) -> Progress:
    """Progress as the size of a folder: in percent when the final size is known."""

    def text() -> str:
        size = size_of(folder)
        if not expected:
            return megabytes(size)
        return f"{min(100, 100 * size // expected)} % of {megabytes(expected)}"

    return text
