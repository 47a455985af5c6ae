"""Everything a running Odoo needs, as one value: its source, Python, PostgreSQL, configuration."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import (
    console,
    marks,
    node_env,
    odoo_source,
    paths,
    postgres,
    python_env,
    shell,
    system_packages,
)
from tools.console import ToolError

TEST_ADDONS = paths.ROOT / "tests" / "addons"
LAUNCHER = Path(__file__).with_name("odoo_launcher.py")
ALL_AT_END = Path(__file__).with_name("odoo_launcher_all_at_end.py")


@dataclass(frozen=True)
class Runtime:
    """A prepared Odoo. `command` and `env` together run it."""

    odoo: Path
    python: Path
    server: postgres.Server
    conf: Path

    def command(self, *args: str, launcher: Path = LAUNCHER) -> list[str]:
        """The command line of Odoo with some arguments."""
        return [str(self.python), str(launcher), *args]

    def env(self) -> dict[str, str]:
        """The environment in which Odoo, or a program that imports it, runs."""
        programs = [paths.state("node", "node_modules", ".bin"), self.python.parent]
        search = [*map(str, programs), os.environ.get("PATH", os.defpath)]
        return {
            **os.environ,
            **self.server.env,
            "CRM_LIFECYCLE_STATE": str(paths.state()),
            "ODOO_HOME": str(self.odoo),
            "ODOO_RC": str(self.conf),
            "PATH": os.pathsep.join(search),
            "PYTHONPATH": str(self.odoo),
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, *args: str, log: Path) -> None:
        """Run Odoo with its output in a log; raises with the log's end when it fails."""
        shell.logged(self.command(*args), log, self.env())

    def script(self, database: str, file: Path, log: Path) -> None:
        """Run a script in Odoo's shell, with `env` at hand; raises when it fails."""
        shell_ = self.command("shell", "-d", database, "--no-http")
        shell.logged(shell_, log, self.env(), stdin=file)


@contextmanager
def ready(tests: bool = False) -> Iterator[Runtime]:
    """A prepared Odoo for the time of the block, with what tests need when asked for."""
    odoo = odoo_source.odoo_root()
    python = python_env.test_python() if tests else python_env.odoo_python()
    with postgres.running() as server:
        conf = write_conf(server, tests)
        yield Runtime(odoo, python, server, conf)


def write_conf(server: postgres.Server, tests: bool = False) -> Path:
    """Odoo's configuration file: ours only, on this machine only, and no cron unless asked."""
    addons = [paths.ROOT, *([TEST_ADDONS] if tests and TEST_ADDONS.is_dir() else [])]
    options = {
        "addons_path": ",".join(map(str, addons)),
        "data_dir": str(paths.state_dir("data")),
        "http_interface": "127.0.0.1",
        "max_cron_threads": "0",
    }
    if server.embedded:
        options |= {"db_host": server.env["PGHOST"], "db_user": server.env["PGUSER"]}
    lines = ["[options]", *(f"{name} = {value}" for name, value in options.items())]
    conf = paths.state("odoo-test.conf" if tests else "odoo.conf")
    marks.set_done(conf, "\n".join(lines) + "\n")
    return conf


def for_people() -> None:
    """What a person misses on the screen when it is not there: PDF and right to left."""
    system_packages.wish([system_packages.WKHTMLTOPDF])
    try:
        node_env.rtl()
    except ToolError as error:
        console.say(f"Right-to-left screens will look left to right: {error}")


def for_browser_tests() -> None:
    """What the tests of screens need; raises when it cannot be had."""
    system_packages.require([system_packages.CHROMIUM, system_packages.WKHTMLTOPDF])
    node_env.rtl()
