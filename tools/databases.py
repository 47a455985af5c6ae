"""Databases: templates that hold an installation, and copies of them with their files.

Installing takes minutes, copying a second. Two layers are kept, each under a name that says what
went into it, so that a change makes a new one and nothing is ever stale:

- the base: Odoo with the apps that our addons depend on (changes with Odoo),
- the template: a copy of the base with our addons installed (changes with their files).
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools import console, marks, odoo_source, paths
from tools.runtime import Runtime

BASE, TEMPLATE, HALF = "crm_base_", "crm_template_", "crm_half_"
# Changing these files needs no new installation.
NOT_INSTALLED = ("tests", "static", "docs", "readme")
ASSETS = Path(__file__).with_name("pregenerate_assets.py")
QUIET = ("--stop-after-init", "--no-http", "--max-cron-threads=0")


@dataclass(frozen=True)
class Installed:
    """A template database and the log of installing our addons into it."""

    database: str
    log: Path


def exists(odoo: Runtime, database: str) -> bool:
    """Whether a database of that name is there."""
    return [database] in names(odoo)


def names(odoo: Runtime) -> list[list[str]]:
    """All databases, as rows of one name."""
    return odoo.server.sql("SELECT datname FROM pg_database ORDER BY datname")


def drop(odoo: Runtime, database: str) -> None:
    """Remove a database and its files; one that is not there is no error."""
    odoo.server.sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    shutil.rmtree(filestore(database), ignore_errors=True)


def copy(odoo: Runtime, source: str, target: str) -> None:
    """Make `target` a copy of `source`, files included, replacing what had that name."""
    drop(odoo, target)
    _copy_filestore(source, target)
    odoo.server.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
    # Two databases with one identity would take each other's sessions and messages.
    odoo.server.sql(
        "UPDATE ir_config_parameter SET value = gen_random_uuid() WHERE key = 'database.uuid'",
        target,
    )


def rename(odoo: Runtime, source: str, target: str) -> None:
    """Give a database its final name; the files first, so that they are there when it is."""
    shutil.rmtree(filestore(target), ignore_errors=True)
    if filestore(source).exists():
        filestore(source).rename(filestore(target))
    odoo.server.sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')


def filestore(database: str) -> Path:
    """Where Odoo keeps the attachments of a database."""
    return paths.state("data", "filestore", database)


def _copy_filestore(source: str, target: str) -> None:
    """The files are named by their content and never changed, so links will do."""
    if filestore(source).exists():
        shutil.rmtree(filestore(target), ignore_errors=True)
        shutil.copytree(filestore(source), filestore(target), copy_function=_link)


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def template(odoo: Runtime, demo: bool = True) -> Installed:
    """The template with our addons installed, made if our files changed since the last one."""
    name = TEMPLATE + marks.digest(base_name(odoo, demo), addons_digest())
    log = paths.log_file(f"install-{name}.log")
    with marks.exclusive(TEMPLATE):
        if not (exists(odoo, name) and log.exists()):
            base = _base(odoo, demo)
            install(odoo, base, name, log)
            _forget(odoo, TEMPLATE, {name})
    return Installed(name, log)


def _base(odoo: Runtime, demo: bool) -> str:
    """The base: what our addons depend on, installed."""
    name = base_name(odoo, demo)
    if not exists(odoo, name):
        half = HALF + name
        log = paths.log_file(f"install-{name}.log")
        options = ["-d", half, "-i", ",".join(dependencies()), *QUIET]
        drop(odoo, half)
        with console.step(f"Installing Odoo's apps into {name}", modules_loaded(log)):
            odoo.run(*options, *(["--with-demo"] if demo else []), log=log)
        rename(odoo, half, name)
        _forget(odoo, BASE, {base_name(odoo, True), base_name(odoo, False)})
    return name


def base_name(odoo: Runtime, demo: bool) -> str:
    """A name for Odoo with our dependencies, with or without demo data."""
    version = odoo_source.odoo_version(odoo.odoo)
    return BASE + marks.digest(str(odoo.odoo), version, *dependencies(), f"demo={demo}")


def install(
    odoo: Runtime, source: str, target: str, log: Path, options: Iterable[str] = ()
) -> None:
    """Make `target` from a copy of `source` with our addons; it is there whole or not at all."""
    half = HALF + target
    copy(odoo, source, half)
    names_ = ",".join(addon_names())
    with console.step(f"Installing {names_} into {target}", modules_loaded(log)):
        odoo.run("-d", half, "-i", names_, *QUIET, *options, log=log)
    with console.step("Building scripts and style sheets"):
        odoo.script(half, ASSETS, paths.log_file(f"assets-{target}.log"))
    drop(odoo, target)
    rename(odoo, half, target)


def installable_base(odoo: Runtime, demo: bool) -> str:
    """The base for databases that are not templates, such as the demo."""
    with marks.exclusive(TEMPLATE):
        return _base(odoo, demo)


def addon_names() -> list[str]:
    """Our addons that the base can carry: bridges to apps outside of it are left to their tests."""
    return [folder.name for folder in paths.addons() if folder.name == paths.ADDON]


def dependencies() -> list[str]:
    """What our addon depends on, by its manifest."""
    manifest = paths.ROOT / paths.ADDON / "__manifest__.py"
    return sorted(ast.literal_eval(manifest.read_text())["depends"])


def addons_digest() -> str:
    """A name for the files of our addons that an installation reads."""
    return marks.digest_files([paths.ROOT / name for name in addon_names()], NOT_INSTALLED)


def _forget(odoo: Runtime, prefix: str, kept: set[str]) -> None:
    """Drop older ones of a kind; on somebody's own server nothing is dropped."""
    if not odoo.server.embedded:
        return
    for (name,) in names(odoo):
        if name.startswith(prefix) and name not in kept:
            drop(odoo, name)
            for kind in ("install", "assets"):
                paths.log_file(f"{kind}-{name}.log").unlink(missing_ok=True)


def modules_loaded(log: Path) -> console.Progress:
    """Progress as the part of the modules that the log says are loaded."""

    def text() -> str:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 100_000))
            found = re.findall(rb"Loading module (\S+) \((\d+)/(\d+)\)", file.read())
        if not found:
            return ""
        name, number, total = found[-1]
        return f"{100 * int(number) // int(total)} %, {name.decode()}"

    return text
