"""Programs of the system: installed with apt where we may, else one sentence says what to type."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from tools import console, paths, shell
from tools.console import ToolError


@dataclass(frozen=True)
class Program:
    """A program by any of its names, and the Debian packages that bring it."""

    title: str
    names: tuple[str, ...]
    packages: tuple[str, ...]

    def path(self) -> str | None:
        """Where it is, if anywhere."""
        return next((found for name in self.names if (found := shutil.which(name))), None)

    def sentence(self) -> str:
        """What to type."""
        packages = " ".join(self.packages)
        return f"{self.title} is not installed; type: sudo apt-get install {packages}"


# The names are those by which Odoo's test runner looks for a browser.
CHROMIUM = Program(
    "Chromium (for the browser tests)",
    ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable"),
    ("chromium", "fonts-dejavu-core"),
)
WKHTMLTOPDF = Program("wkhtmltopdf (for PDF)", ("wkhtmltopdf",), ("wkhtmltopdf",))


def require(programs: Sequence[Program]) -> None:
    """Have these programs; raises with what to type when they cannot be installed."""
    missing = install(programs)
    if missing:
        raise ToolError("\n".join(program.sentence() for program in missing))


def wish(programs: Sequence[Program]) -> None:
    """Have these programs if possible; otherwise say what to type and go on."""
    for program in install(programs):
        console.say(program.sentence())


def install(programs: Sequence[Program]) -> list[Program]:
    """Install what is missing where we may; returns what is still missing."""
    missing = [program for program in programs if not program.path()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [package for program in missing for package in program.packages]
        _apt(packages)
    return [program for program in missing if not program.path()]


def _apt(packages: Sequence[str]) -> None:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get = ["apt-get", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    log = paths.log_file("apt-install.log")
    with console.step(f"Installing {', '.join(packages)}"):
        try:
            shell.logged([*get, "update"], paths.log_file("apt-update.log"), env)
            shell.logged([*get, "install", *packages], log, env)
        except ToolError as error:
            console.say(str(error))
