"""Larger tests: whole processes against real databases, made from bin/test's template.

``odoo`` is the prepared Odoo of ``tools.runtime``, ``database`` a copy of the template with the
addon and the demo company, ``bare_database`` one of Odoo with demo data, without the addon.
"""

import json
import os
import sys
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tools import databases, paths, runtime, shell  # noqa: E402

MARK = "result: "


@pytest.fixture(scope="session")
def odoo():
    """Odoo, PostgreSQL and Python, ready to run."""
    with runtime.ready(tests=True) as prepared:
        yield prepared


@pytest.fixture(scope="module")
def database(odoo):
    """A copy of the template: the addon and its demo company."""
    yield from copy_of(odoo, template(odoo))


@pytest.fixture
def fresh_database(odoo):
    """The same for one test alone."""
    yield from copy_of(odoo, template(odoo))


@pytest.fixture(scope="module")
def bare_database(odoo):
    """A copy of the base: customers, orders and invoices, but not our addon."""
    yield from copy_of(odoo, databases.installable_base(odoo, demo=True))


def template(odoo):
    return os.environ.get("CRM_LIFECYCLE_TEMPLATE") or databases.template(odoo).database


def copy_of(odoo, source):
    """A copy for the time of the fixture, under a name that a later run knows as abandoned."""
    name = f"crm_test_e2e{uuid.uuid4().hex[:6]}_{os.getpid()}"
    databases.copy(odoo, source, name)
    # The robot's chat opens by itself at the first login, over the whole of a phone's screen.
    odoo.server.sql("UPDATE res_users SET odoobot_state = 'disabled'", name)
    try:
        yield name
    finally:
        databases.drop(odoo, name)


@pytest.fixture(scope="session")
def run_script(odoo):
    """Run Python in Odoo's shell; ``result(x)`` in it is what comes back, through JSON."""

    def run(database, code, **arguments):
        log = paths.log_file(f"e2e-{uuid.uuid4().hex[:8]}.log")
        file = log.with_suffix(".py")
        head = (
            "import json as _json\n"
            f"arguments = _json.loads({json.dumps(arguments)!r})\n"
            f"def result(value): print({MARK!r} + _json.dumps(value, default=str), flush=True)\n"
        )
        file.write_text(head + code)
        try:
            odoo.script(database, file, log)
        finally:
            file.unlink()
        text = log.read_text(errors="replace")
        found = [line for line in text.splitlines() if line.startswith(MARK)]
        assert found, f"The script told nothing:\n{text[-3000:]}"
        log.unlink()
        return json.loads(found[-1][len(MARK) :])

    return run


@pytest.fixture(scope="session")
def run_odoo(odoo):
    """Run Odoo's command line to its end."""

    def run(*arguments):
        log = paths.log_file(f"e2e-{uuid.uuid4().hex[:8]}.log")
        shell.logged(odoo.command(*arguments), log, odoo.env())
        return log.read_text(errors="replace")

    return run
