"""The parts of bin/test that Odoo's own runner carries out, on a copy of the template database."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tools import databases, odoo_log, outcome, paths, ports, shell
from tools.outcome import Outcome
from tools.runtime import ALL_AT_END, LAUNCHER, Runtime

LISTS = paths.ROOT / "tests"
ALLOWED_LOG = LISTS / "log_allowed.txt"
ALLOWED_SKIPS = LISTS / "skips_allowed.txt"
KNOWN_FAILURES = LISTS / "core_known_failures.txt"
CORE = "/crm,/sales_team,/sale_crm"
PREFIX = "crm_test_"
# Odoo's linters read all addons there are. Left out: those that test a linter, not an addon, and
# those that run pylint and eslint, which bin/lint runs with stricter rules, and the one for
# conflict markers, which walks through the state folder too and finds them in other people's code.
LINTERS = "/test_lint," + ",".join(
    f"-/test_lint:{name}"
    for name in (
        "TestPyLint",
        "TestESLint",
        "TestGetTextLint",
        "TestSqlLint",
        "TestI18nChecks",
        "TestConflictMarkers",
    )
)
CLASS = re.compile(r"^class (Test\w+)\(", re.MULTILINE)
LIMIT = 40 * 60  # seconds after which a run is ended


def addon(odoo: Runtime, tags: str = "") -> Outcome:
    """Our addon's tests. The log, and that of its installation, must be clean.

    All of them run in two halves side by side, each on a database of its own.
    """
    template = databases.template(odoo)
    selections = [tags] if tags else halves(databases.addon_names())
    with ExitStack() as stack:
        copies = [
            stack.enter_context(test_database(odoo, f"addon{number}"))
            for number in range(len(selections))
        ]
        with ThreadPoolExecutor(len(copies)) as pool:
            runs = list(pool.map(lambda copy, chosen: run(odoo, copy, chosen), copies, selections))
    allowed = odoo_log.read_patterns(ALLOWED_LOG)
    found = []
    installed = template.log.read_text(errors="replace")
    lines = _log_problems("installation", installed, allowed)
    for code, log in runs:
        text = log.read_text(errors="replace")
        lines += _log_problems("tests", text, allowed)
        found.append(judge("addon", odoo_log.read(text), code, log, lines))
        lines = []
    return outcome.joined("addon", found)


def halves(addons: Sequence[str]) -> list[str]:
    """The tests of our addons as two selections: every second file's classes, and all others."""
    second: list[str] = []
    for name in addons:
        files = sorted((paths.ROOT / name / "tests").glob("test_*.py"))
        for file in files[1::2]:
            second += [f"/{name}:{found}" for found in CLASS.findall(file.read_text("utf-8"))]
    everything = [f"/{name}" for name in addons]
    if not second:
        return [",".join(everything)]
    return [",".join([*everything, *(f"-{tag}" for tag in second)]), ",".join(second)]


def core(odoo: Runtime, tags: str = "") -> Outcome:
    """Odoo's own tests with our addon installed: none may fail that passes without it."""
    with test_database(odoo, "core") as database:
        code, log = run(odoo, database, tags or CORE, launcher=ALL_AT_END)
    known = odoo_log.read_list(KNOWN_FAILURES)
    return judge("core", odoo_log.read(log.read_text(errors="replace")), code, log, [], known)


def linters(odoo: Runtime) -> Outcome:
    """Odoo's own linters, over all addons. Odoo itself is clean, so what fails is ours."""
    with test_database(odoo, "lint") as database:
        code, log = run(odoo, database, LINTERS, "-i", "test_lint")
    return judge("lint", odoo_log.read(log.read_text(errors="replace")), code, log, [])


def run(
    odoo: Runtime, database: str, tags: str, *options: str, launcher: Path = LAUNCHER
) -> tuple[int, Path]:
    """Run tests of the installed modules; returns Odoo's exit code and its log."""
    log = paths.log_file(f"test-{database}.log")
    arguments = [
        *("-d", database, "--test-tags", tags, "--stop-after-init", "--max-cron-threads=0"),
        *(f"--http-port={ports.free()}", f"--screenshots={paths.state('logs', 'screenshots')}"),
        *options,
    ]
    command = odoo.command(*arguments, launcher=launcher)
    return shell.logged_code(command, log, odoo.env(), limit=LIMIT), log


@contextmanager
def test_database(odoo: Runtime, part: str) -> Iterator[str]:
    """A copy of the template for the time of the block, of our own: runs may go side by side."""
    template = databases.template(odoo)
    _drop_abandoned(odoo)
    name = f"{PREFIX}{part}_{os.getpid()}"
    databases.copy(odoo, template.database, name)
    try:
        yield name
    finally:
        databases.drop(odoo, name)


def _drop_abandoned(odoo: Runtime) -> None:
    """Drop the copies of runs that were killed."""
    for (name,) in databases.names(odoo):
        owner = re.fullmatch(rf"{PREFIX}\w+_(\d+)", name)
        if owner and odoo.server.embedded and not Path(f"/proc/{owner[1]}").exists():
            databases.drop(odoo, name)


def judge(
    part: str,
    found: odoo_log.Run,
    code: int,
    log: Path,
    log_problems: Sequence[str],
    known: Mapping[str, str] | None = None,
) -> Outcome:
    """The outcome of a run: what failed, less what is known to, plus what should not have been.

    A known failure counts as skipped. A skip that nobody allowed counts as failed: a missing
    browser must not look like success.
    """
    known = known or {}
    allowed_skips = odoo_log.read_list(ALLOWED_SKIPS)
    problems = [f"failed: {name}" for name in found.broken if name not in known]
    skips = {name: why for name, why in found.skipped.items() if name not in allowed_skips}
    problems += [f"skipped: {name}: {why}" for name, why in skips.items()]
    problems += log_problems
    if not found.complete:
        problems.append(f"Odoo ended (code {code}) before it had counted its tests")
    elif code and not found.broken:
        problems.append(f"Odoo ended with code {code}")
    expected = [name for name in known if name in found.broken]
    notes = [f"known failure: {name}: {known[name]}" for name in expected]
    notes += [f"known failure passed: {name}" for name in known if name not in found.broken]
    skipped = len(found.skipped) - len(skips) + len(expected)
    return Outcome(part, found.passed, len(problems), skipped, problems, notes, log)


def _log_problems(what: str, text: str, allowed: Sequence[re.Pattern[str]]) -> list[str]:
    return [f"in the log of the {what}: {entry}" for entry in odoo_log.suspects(text, allowed)]
