"""Which module carries out which command, and how every command ends."""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from tools.console import ToolError

COMMANDS = {
    "serve": "tools.serve",
    "test": "tools.testing",
    "odoo": "tools.odoo_cli",
    "lint": "tools.lint",
    "bench": "tools.bench",
    "keeper": "tools.postgres",
}


def main(args: Sequence[str]) -> int:
    """Run one command and return its exit code.

    A `ToolError` is a message for the person at the keyboard, not a traceback. A polite end
    (SIGTERM, SIGHUP, Ctrl-C) unwinds the program, so that what it started is stopped.
    """
    if not args or args[0] not in COMMANDS:
        sys.stderr.write("Commands: " + ", ".join(COMMANDS) + "\n")
        return 2
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    try:
        return importlib.import_module(COMMANDS[args[0]]).main(list(args[1:]))
    except ToolError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
