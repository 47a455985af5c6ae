"""The databases of the benchmarks.

    bench_base          Odoo with the apps that the addon depends on, no demo data
    <name>_bare         the same, filled by the generator
    <name>              a copy of that with the addon installed

Making the base takes a minute or two and is done once; the others are made anew on request.
"""

from __future__ import annotations

import ast
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import odoo
from odoo.modules.registry import Registry
from odoo.service import db as service
from odoo.tools import SQL, config

from benchmarks.console import say
from benchmarks.generator import fill
from benchmarks.sizes import Size

ROOT = Path(__file__).resolve().parent.parent
BASE = "bench_base"
# One process does the work, so that its CPU time is all there is; as the embedded server has it.
SETTINGS = {"max_parallel_workers_per_gather": "0", "jit": "off", "work_mem": "32MB"}


def configure() -> None:
    """Read Odoo's configuration: what ODOO_RC names, with this repository as an addons path."""
    arguments = ["--log-level=warn", "--max-cron-threads=0", "--no-http"]
    if not os.environ.get("ODOO_RC"):
        arguments.append(f"--addons-path={ROOT}")
    config.parse_config(arguments)


def exists(name: str) -> bool:
    return name in service.list_dbs(force=True)


def drop(name: str) -> None:
    if exists(name):
        Registry.delete(name)
        service.exp_drop(name)


def ensure(name: str, size: Size, *, base: str = BASE, renew: bool = False) -> None:
    """Have the database ``name`` of this size, and the one without the addon beside it."""
    bare = f"{name}_bare"
    if renew:
        drop(bare)
    if not exists(bare):
        drop(name)
        _make_base(base)
        service.exp_duplicate_database(base, bare)
        _settings(bare)
        started = time.monotonic()
        fill.fill(bare, size)
        say(f"{bare}: generated in {time.monotonic() - started:.0f} s")
    if not exists(name):
        service.exp_duplicate_database(bare, name)
        _settings(name)
        started = time.monotonic()
        Registry.new(name, update_module=True, install_modules=["crm_lifecycle"])
        vacuum(name)
        say(f"{name}: addon installed in {time.monotonic() - started:.0f} s, first fill included")


def _make_base(name: str) -> None:
    if exists(name):
        return
    say(f"{name}: installing Odoo's apps, once")
    manifest = ast.literal_eval((ROOT / "crm_lifecycle" / "__manifest__.py").read_text())
    service._create_empty_database(name)
    Registry.new(name, update_module=True, install_modules=manifest["depends"], new_db_demo=False)
    with environment(name) as env:
        if not env.company.chart_template:
            env["account.chart.template"].try_loading(
                "generic_coa", env.company, install_demo=False
            )
        env.cr.commit()


def _settings(name: str) -> None:
    """Settings of the database, and the connections to it anew so that they hold."""
    odoo.sql_db.close_db(name)
    with autocommit("postgres") as cr:
        for key, value in SETTINGS.items():
            cr.execute(SQL("ALTER DATABASE %s SET %s = %s", SQL.identifier(name), SQL(key), value))


def vacuum(name: str) -> None:
    """Have statistics and the visibility map as a database at rest has them."""
    with autocommit(name) as cr:
        cr.execute("VACUUM ANALYZE")


@contextmanager
def autocommit(name: str) -> Iterator:
    """A cursor outside of any transaction."""
    with closing(odoo.sql_db.db_connect(name).cursor()) as cr:
        cr._cnx.autocommit = True
        yield cr


@contextmanager
def environment(name: str, uid: int = odoo.SUPERUSER_ID, context: dict | None = None) -> Iterator:
    """An environment with a cursor of its own, rolled back at the end."""
    registry = Registry(name)
    with closing(registry.cursor()) as cr:
        yield odoo.api.Environment(cr, uid, context or {})
        cr.rollback()
