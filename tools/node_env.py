"""Programs from npm, in folders of the state, and put on the PATH from there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from tools import console, marks, paths, shell
from tools.console import ToolError

RTL = {"rtlcss": "4.3.0"}
LINT = {
    "@eslint/js": "9.35.0",
    "@prettier/plugin-xml": "3.4.2",
    "eslint": "9.35.0",
    "globals": "16.4.0",
    "prettier": "3.6.2",
}


def rtl() -> Path:
    """The folder of programs that Odoo needs for right-to-left style sheets (rtlcss)."""
    return ensure("node", RTL)


def lint() -> Path:
    """The folder of programs that check JavaScript and XML."""
    return ensure("node-lint", LINT)


def ensure(name: str, packages: Mapping[str, str]) -> Path:
    """Install exact versions into a folder of the state; returns its folder of programs."""
    folder = paths.state(name)
    programs = folder / "node_modules" / ".bin"
    mark, wanted = folder / ".installed", marks.digest(json.dumps(packages, sort_keys=True))
    if marks.is_done(mark, wanted):
        return programs
    with marks.exclusive(name):
        if not marks.is_done(mark, wanted):
            _install(folder, packages)
            marks.set_done(mark, wanted)
    return programs


def _install(folder: Path, packages: Mapping[str, str]) -> None:
    if not shutil.which("npm"):
        raise ToolError(f"npm is needed for {', '.join(packages)}: apt-get install npm")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wanted = {"private": True, "dependencies": dict(packages)}
    (folder / "package.json").write_text(json.dumps(wanted))
    npm = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    with console.step(f"Node packages: {', '.join(packages)}", console.growing(folder)):
        shell.logged(npm, paths.log_file(f"npm-{folder.name}.log"), cwd=folder)
