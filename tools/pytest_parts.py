"""The parts of bin/test that pytest carries out: plain Python, and everything around Odoo."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from tools import databases, odoo_log, paths, postgres, python_env, shell
from tools.odoo_tests import ALLOWED_SKIPS, LIMIT
from tools.outcome import Outcome, broken
from tools.runtime import Runtime

NO_TESTS = 5  # pytest's exit code when it found none
TESTS = paths.ROOT / "tests"


def engine(options: Sequence[str] = ()) -> Outcome:
    """Plain Python: the statistics of the addon and these tools. No Odoo."""
    folders = [TESTS / "engine", TESTS / "tools"]
    dropped = {*postgres.CHOOSE_EXTERNAL, "ODOO_HOME", "PYTHONPATH"}
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    return run("engine", python_env.test_python(), folders, env, options)


def e2e(odoo: Runtime, options: Sequence[str] = ()) -> Outcome:
    """Whole processes, browsers and databases, against a prepared Odoo."""
    env = odoo.env() | {
        "CRM_LIFECYCLE_PYTHON": str(odoo.python),
        "CRM_LIFECYCLE_TEMPLATE": databases.template(odoo).database,
    }
    return run("e2e", odoo.python, [TESTS / "e2e"], env, options)


def run(
    part: str, python: Path, folders: Sequence[Path], env: dict[str, str], options: Sequence[str]
) -> Outcome:
    """Run pytest over the folders that are there."""
    present = [str(folder) for folder in folders if folder.is_dir()]
    if not present:
        return broken(part, f"no tests: {', '.join(map(str, folders))} not found")
    report, log = paths.log_file(f"{part}.xml"), paths.log_file(f"{part}.log")
    report.unlink(missing_ok=True)
    pytest = [python, "-m", "pytest", "-v", "-rfE", "-p", "no:cacheprovider", *options]
    command = [*pytest, f"--rootdir={paths.ROOT}", f"--junitxml={report}", *present]
    code = shell.logged_code(command, log, env, paths.ROOT, LIMIT)
    if not report.exists():
        end = shell.last_lines(log.read_text(errors="replace"))
        return broken(part, f"pytest ended with code {code}; log: {log}\n{end}")
    return read(part, report.read_text("utf-8"), code, log)


def read(part: str, report: str, code: int, log: Path) -> Outcome:
    """The outcome of a JUnit report. A skip that nobody allowed is a failure."""
    allowed = odoo_log.read_list(ALLOWED_SKIPS)
    problems, passed, skipped = [], 0, 0
    for case in ET.fromstring(report).iter("testcase"):  # noqa: S314 - pytest's own
        name = f"{case.get('classname')}.{case.get('name')}"
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            problems.append(f"failed: {name}")
        elif skip is None:
            passed += 1
        elif name in allowed:
            skipped += 1
        else:
            problems.append(f"skipped: {name}: {skip.get('message')}")
    if code and not problems and code != NO_TESTS:
        problems.append(f"pytest ended with code {code}")
    return Outcome(part, passed, len(problems), skipped, problems, log=log)
