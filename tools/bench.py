"""bin/bench: the benchmarks, run by Odoo's Python with Odoo on its path."""

from __future__ import annotations

from tools import paths, runtime, shell
from tools.console import ToolError

SCRIPT = paths.ROOT / "benchmarks" / "run.py"


def main(args: list[str]) -> int:
    """Run `benchmarks/run.py` with these arguments; it finds the server in its environment."""
    if not SCRIPT.exists():
        raise ToolError(f"There are no benchmarks: {SCRIPT} is missing.")
    with runtime.ready() as odoo:
        return shell.foreground([odoo.python, SCRIPT, *args], odoo.env(), paths.ROOT)
