"""Virtual environments from requirements files, each marked with what was installed into it."""

from __future__ import annotations

import os
import re
import shutil
import sys
import venv
from pathlib import Path

from tools import console, marks, paths, shell
from tools.console import ToolError

THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"
OLDEST, NEWEST = (3, 10), (3, 13)


def odoo_python() -> Path:
    """The Python that runs Odoo."""
    return ensure("venv", "requirements.txt")


def test_python() -> Path:
    """The same with what the tests need on top."""
    return ensure("venv", "requirements-test.txt")


def lint_python() -> Path:
    """The linters' Python: apart, since their pins differ from Odoo's."""
    return ensure("venv-lint", "requirements-lint.txt")


def ensure(name: str, requirements: str) -> Path:
    """The Python of an environment in which a requirements file is installed completely."""
    folder, file = paths.state(name), paths.ROOT / requirements
    python = folder / "bin" / "python"
    mark, wanted = folder / f".installed-{file.name}", _wanted(file)
    if python.exists() and marks.is_done(mark, wanted):
        return python
    with marks.exclusive(name):
        if not (python.exists() and marks.is_done(mark, wanted)):
            mark.unlink(missing_ok=True)
            _install(folder, python, file)
            marks.set_done(mark, wanted)
    return python


def _wanted(file: Path) -> str:
    return marks.digest(contents(file), THIS)


def contents(file: Path) -> str:
    """A requirements file with those it includes in place."""

    def include(line: str) -> str:
        named = re.match(r"\s*(?:-r|--requirement)[ =]*(\S+)", line)
        return contents(file.parent / named[1]) if named else line

    return "\n".join(include(line) for line in file.read_text().splitlines())


def _install(folder: Path, python: Path, file: Path) -> None:
    _check_version()
    with console.step(f"Python packages of {file.name}", console.growing(folder)):
        if not _works(python):
            shutil.rmtree(folder, ignore_errors=True)
            _create(folder)
        pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        log = paths.log_file(f"pip-{file.stem}.log")
        shell.logged([*pip, "--requirement", file], log, _pip_environment())


def _pip_environment() -> dict[str, str]:
    """Without what would make pip look elsewhere than into the environment."""
    dropped = {"PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    return {name: value for name, value in os.environ.items() if name not in dropped}


def _works(python: Path) -> bool:
    """Whether the environment is of this Python and has pip."""
    if not python.exists():
        return False
    ask = "import pip, sys; print(f'{sys.version_info[0]}.{sys.version_info[1]}')"
    try:
        return shell.output([python, "-c", ask]).strip() == THIS
    except (ToolError, OSError):
        return False


def _create(folder: Path) -> None:
    try:
        venv.EnvBuilder(with_pip=True, symlinks=True).create(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise ToolError(
            f"A virtual environment could not be made ({error}). On Debian type:"
            " apt-get install python3-venv"
        ) from error


def _check_version() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise ToolError(
            f"Odoo 19 runs on Python 3.10 to 3.13; this is {sys.version.split()[0]}."
            " Name another one: PYTHON=python3.11 bin/serve"
        )
