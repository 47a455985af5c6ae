"""bin/serve: Odoo with the addon on this machine, with a demo company to look at.

The first start installs; the next ones take seconds and need no network. When files of the addon
changed in between, the database is upgraded. Nothing is left running afterwards.
"""

from __future__ import annotations

import argparse
import http
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from tools import console, databases, marks, paths, personas, ports, runtime, shell
from tools.console import ToolError
from tools.runtime import Runtime

LANGUAGE = "he_IL"
PATIENCE = 180  # seconds until a started server must answer
# A scheduled job of a real database may take longer than a click; ours commit in batches.
LIMITS = ("--limit-time-cpu=600", "--limit-time-real=1200", "--limit-time-real-cron=1200")

# The administrator starts where the story is; Odoo's own demo company is one click away.
START_IN_DEMO_COMPANY = """
    UPDATE res_users SET company_id = demo.res_id FROM ir_model_data demo
     WHERE login = 'admin' AND demo.module = 'crm_lifecycle' AND demo.name = 'demo_company'
"""


def main(args: list[str]) -> int:
    """Make the database ready, serve it, and say what to look at."""
    options = parse(args)
    ports.require_free(options.port, "--port")
    if options.workers:
        ports.require_free(options.gevent_port, "--gevent-port")
    with runtime.ready() as odoo:
        runtime.for_people()
        with marks.exclusive(
            f"serve-{options.db}",
            f"{options.db} is being served already. Another one: --db NAME --port PORT",
        ):
            prepare(odoo, options)
            return serve(odoo, options)


def parse(args: list[str]) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser("bin/serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8069, help="port on 127.0.0.1 (8069)")
    parser.add_argument("--db", type=_name, default="demo", help="database (demo)")
    parser.add_argument("--no-demo", action="store_true", help="a new database is empty")
    parser.add_argument("--reset", action="store_true", help="start from a new database")
    parser.add_argument(
        *("--workers", "-w"), type=int, default=0, help="processes, as in production (0: one)"
    )
    parser.add_argument("--gevent-port", type=int, help="with workers: port of live messages")
    options = parser.parse_args(args)
    options.gevent_port = options.gevent_port or options.port + 3
    return options


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,40}", text):
        raise argparse.ArgumentTypeError("letters, digits, _ . - only, at most 41")
    return text


def prepare(odoo: Runtime, options: argparse.Namespace) -> None:
    """Have the database, complete and of the addon's present files."""
    mark = _mark(options.db)
    if options.reset:
        databases.drop(odoo, options.db)
    if not databases.exists(odoo, options.db):
        create(odoo, options)
    elif not marks.is_done(mark, databases.addons_digest()):
        upgrade(odoo, options.db)
    marks.set_done(mark, databases.addons_digest())


def _mark(database: str) -> Path:
    return paths.state("serve", f"{database}.addons")


def create(odoo: Runtime, options: argparse.Namespace) -> None:
    """Make the database; an interrupted one has another name, and is made anew."""
    base = databases.installable_base(odoo, demo=not options.no_demo)
    log = paths.log_file(f"install-{options.db}.log")
    databases.install(odoo, base, options.db, log, [f"--load-language={LANGUAGE}"])
    odoo.server.sql(START_IN_DEMO_COMPANY, options.db)


def upgrade(odoo: Runtime, database: str) -> None:
    """Bring the database to the addon's present files, installing the addon where it is not."""
    log = paths.log_file(f"upgrade-{database}.log")
    addons = ",".join(databases.addon_names())
    with console.step(f"The addon changed: upgrading {database}", databases.modules_loaded(log)):
        odoo.run("-d", database, "-i", addons, "-u", addons, *databases.QUIET, log=log)


def serve(odoo: Runtime, options: argparse.Namespace) -> int:
    """Run the server until somebody ends it."""
    log = paths.log_file(f"serve-{options.db}.log")
    log.unlink(missing_ok=True)
    process = shell.start(odoo.command(*server_options(options)), log, odoo.env())
    with shell.ended_with_us(process), leaving_on_signals():
        await_answer(process, options.port, log)
        show(options, log)
        code = shell.exit_code(process.wait())
    if code:
        raise shell.CommandError(["odoo"], code, log.read_text(errors="replace"), log)
    return code


def server_options(options: argparse.Namespace) -> list[str]:
    """Odoo's own options."""
    return [
        *("-d", options.db, f"--db-filter=^{re.escape(options.db)}$", "--no-database-list"),
        *(f"--http-port={options.port}", f"--gevent-port={options.gevent_port}"),
        *("--http-interface=127.0.0.1", "--max-cron-threads=1", f"--workers={options.workers}"),
        *LIMITS,
    ]


def await_answer(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Wait until the server shows its login page."""
    deadline = time.monotonic() + PATIENCE
    with console.step("Starting Odoo"):
        while not answers(port):
            if process.poll() is not None:
                text = log.read_text(errors="replace")
                raise shell.CommandError(["odoo"], process.returncode, text, log)
            if time.monotonic() > deadline:
                raise ToolError(f"Odoo does not answer on port {port}. Its log: {log}")
            time.sleep(0.2)


def answers(port: int) -> bool:
    """Whether the login page is there."""
    try:
        with urllib.request.urlopen(f"http://{ports.HOST}:{port}/web/login", timeout=60) as page:
            return page.status == http.HTTPStatus.OK
    except (urllib.error.URLError, OSError):
        return False


def show(options: argparse.Namespace, log: Path) -> None:
    """Say where it is and what to look at."""
    shown = [personas.ADMINISTRATOR] if options.no_demo else personas.read()
    for line in personas.banner(f"http://{ports.HOST}:{options.port}", shown):
        console.result(line)
    console.result(f"  Its log: {log}")
    console.result("  Ctrl-C ends it.")


@contextmanager
def leaving_on_signals() -> Iterator[None]:
    """Ctrl-C is how this command ends: no error, and no traceback."""
    asked = threading.Event()

    def leave(_number: int, _frame: FrameType | None) -> None:
        if not asked.is_set():
            asked.set()
            raise SystemExit(0)

    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
