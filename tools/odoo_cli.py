"""bin/odoo: Odoo's own command line, with everything it needs made ready first."""

from __future__ import annotations

from tools import runtime, shell


def main(args: list[str]) -> int:
    """Pass the arguments on as they are, and the exit code back."""
    with runtime.ready() as odoo:
        return shell.foreground(odoo.command(*args), odoo.env())
