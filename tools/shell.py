"""Running other programs: into a log, for their output, or in the foreground."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tools.console import ToolError

TAIL = 15  # lines of a log that an error shows
GRACE = 15  # seconds a child has to end when we are ended
PR_SET_PDEATHSIG = 1
TIMED_OUT = 124
NAMED = 6  # words of a command that name it in an error

Command = Sequence[str | Path]


class CommandError(ToolError):
    """A program ended badly: says which, with the end of what it printed."""

    def __init__(self, command: Command, code: int, output: str, log: Path | None = None):
        tail = last_lines(output)
        where = f"\nThe whole log: {log}" if log else ""
        super().__init__(f"`{_name(command)}` ended with code {code}.\n{tail}{where}")
        self.code = code
        self.output = output


def last_lines(text: str) -> str:
    """The end of a log, where the reason usually is."""
    return "\n".join(text.rstrip().splitlines()[-TAIL:])


def _name(command: Command) -> str:
    shown = [*map(str, command[:NAMED]), *(["..."] if len(command) > NAMED else [])]
    return " ".join(shown)


def output(command: Command, env: Mapping[str, str] | None = None, stdin: str = "") -> str:
    """What a short program prints; raises `CommandError`."""
    done = subprocess.run(  # noqa: PLW1510 - checked below, with its output in the message
        [str(word) for word in command], env=env, input=stdin, capture_output=True, text=True
    )
    if done.returncode:
        raise CommandError(command, done.returncode, done.stdout + done.stderr)
    return done.stdout


def logged(
    command: Command,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: Path | None = None,
) -> None:
    """Run a program with its output in a log; raises `CommandError` with the log's end."""
    code = logged_code(command, log, env, cwd, stdin=stdin)
    if code:
        raise CommandError(command, code, log.read_text(errors="replace"), log)


def logged_code(
    command: Command,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    limit: float | None = None,
    stdin: Path | None = None,
) -> int:
    """Run a program with its output in a log and return its exit code.

    One that takes longer than `limit` seconds is ended, with code 124 as timeout(1) gives it.
    """
    with log.open("wb") as out, (stdin or Path(os.devnull)).open("rb") as text:
        process = _start(command, env, cwd, stdin=text, stdout=out, stderr=out)
        with ended_with_us(process):
            try:
                return exit_code(process.wait(limit))
            except subprocess.TimeoutExpired:
                return TIMED_OUT


def foreground(command: Command, env: Mapping[str, str], cwd: Path | None = None) -> int:
    """Run a program as if it had been typed: its terminal, its signals, its exit code."""
    process = _start(command, env, cwd)
    with ended_with_us(process), _forwarding(process):
        return exit_code(process.wait())


def start(command: Command, log: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program with its output in a log. Whoever calls ends it."""
    with log.open("ab") as out:
        return _start(command, env, None, stdin=subprocess.DEVNULL, stdout=out, stderr=out)


def _start(
    command: Command, env: Mapping[str, str] | None, cwd: Path | None, **streams: object
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(word) for word in command],
        env=env,
        cwd=cwd,
        preexec_fn=_follow_parent(),  # noqa: PLW1509 - one system call, no lock
        **streams,
    )


def _follow_parent() -> Callable[[], None] | None:
    """On Linux a child is told to end when we are killed, even by SIGKILL."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def exit_code(code: int) -> int:
    """The exit code as a shell gives it: 128 + the signal's number when killed by one."""
    return 128 - code if code < 0 else code


@contextmanager
def ended_with_us(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever happens in the block, the process does not survive it."""
    try:
        yield
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> int:
    """End a process, politely first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
    return exit_code(process.wait())


@contextmanager
def _forwarding(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Pass signals on to the child; Ctrl-C on a terminal reaches it by itself."""

    def forward(number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGINT or not os.isatty(0):
            process.send_signal(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, forward) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
