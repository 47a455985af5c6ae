"""Where Odoo 19 comes from: ODOO_HOME, an earlier run, the Debian package, git; in that order."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tools import console, debian, marks, paths, shell
from tools.console import ToolError

VERSION = "19.0"
REPOSITORY = "https://github.com/odoo/odoo.git"
PACKAGES = (
    "odoo-19/sid",
    "libjs-jquery/sid",
    "libjs-underscore/sid",
    "libjs-jquery-form/sid",
    "fonts-roboto-unhinted/sid",
    "fonts-inconsolata/sid",
    "fonts-ocr-b/sid",
    "fonts-montserrat/sid",
)
# Odoo links to the web font of Font Awesome 4.7, which these suites still have and sid has not.
FONT_AWESOME_SUITES = ("bookworm", "trixie")
UNPACKED_SIZE = 1_170_000_000  # bytes, for the percentage only
# In Odoo's backend bundle but not in the Debian package; its absence is a console error on
# every page, and a console error fails every browser test.
MISSING_ASSET = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
PLACEHOLDER = "/* Background blur in calls is not part of this build. */\n"
# Where, below a folder that somebody calls Odoo, the package `odoo` may lie.
LAYOUTS = ("", "usr/lib/python3/dist-packages", "..", "src")


def odoo_root() -> Path:
    """The folder that holds the package `odoo`, fetched when it must be."""
    with marks.exclusive("odoo"):
        return _from_home() or _find(paths.state("odoo")) or _fetch()


def odoo_version(root: Path) -> str:
    """The full version, as `release.py` says it: part of the name of cached databases."""
    text = (root / "odoo" / "release.py").read_text()
    numbers = re.search(r"version_info\s*=\s*\(([^)]*)\)", text)
    size = (root / "odoo" / "release.py").stat().st_mtime_ns
    return f"{numbers[1] if numbers else ''} {size}"


def _find(folder: Path) -> Path | None:
    """The root below a checkout, an installation or an unpacked package."""
    for layout in LAYOUTS:
        root = folder / layout
        if (root / "odoo" / "release.py").is_file() and (root / "odoo" / "cli").is_dir():
            return root.resolve()
    return None


def _from_home() -> Path | None:
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    root = _find(Path(home).expanduser())
    if not root:
        raise ToolError(
            f"ODOO_HOME is {home}, but there is no Odoo in it. Name a folder that holds `odoo/`"
            " (a checkout of branch 19.0, or an installation), or unset it."
        )
    if not odoo_version(root).startswith("19,"):
        raise ToolError(f"ODOO_HOME is {home}, which is not Odoo {VERSION}.")
    return root


def _fetch() -> Path:
    """Try each way of fetching; when none works, say of each why."""
    ways: list[tuple[str, Callable[[Path], None]]] = [
        ("the Debian package odoo-19 (suite sid, through apt)", _fetch_debian),
        (f"git clone of branch {VERSION}", _fetch_git),
    ]
    reasons = []
    for name, way in ways:
        fresh = paths.state("odoo.new")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            way(fresh)
        except ToolError as error:
            reasons.append(f"- {name}: {error}")
            continue
        return _adopt(fresh)
    raise ToolError(_no_way(reasons))


def _adopt(fresh: Path) -> Path:
    """Complete the tree and give it its name, in one step."""
    root = _find(fresh)
    if not root:
        raise ToolError(f"What was fetched into {fresh} is not Odoo.")
    supply_missing_asset(root)
    final = paths.state("odoo")
    shutil.rmtree(final, ignore_errors=True)
    fresh.rename(final)
    shutil.rmtree(paths.state("apt"), ignore_errors=True)
    return final / root.relative_to(fresh.resolve())


def supply_missing_asset(root: Path) -> None:
    """Put the placeholder where the Debian package lacks a file."""
    folders = [folder for folder in (root / "odoo", root) if (folder / "addons" / "mail").is_dir()]
    asset = folders[0] / MISSING_ASSET if folders else None
    if asset and (folders[0] / "addons/mail/static").is_dir() and not asset.exists():
        asset.parent.mkdir(parents=True, exist_ok=True)
        asset.write_text(PLACEHOLDER)


def _fetch_debian(target: Path) -> None:
    reason = debian.why_not()
    if reason:
        raise ToolError(reason)
    failure = ToolError("no suite to take Font Awesome from")
    for suite in FONT_AWESOME_SUITES:
        packages = (*PACKAGES, f"fonts-font-awesome/{suite}")
        try:
            files = debian.fetch(packages, ("sid", suite), paths.state_dir("apt"))
        except ToolError as error:
            failure = error
            continue
        debian.unpack(files, target, UNPACKED_SIZE)
        return
    raise failure


def _fetch_git(target: Path) -> None:
    if not shutil.which("git"):
        raise ToolError("git not found")
    url = os.environ.get("ODOO_REPOSITORY", REPOSITORY)
    clone = ["git", "clone", "--quiet", "--depth", "1", "--branch", VERSION, url, target]
    env = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
    with console.step(f"Cloning Odoo {VERSION}", console.growing(target)):
        shell.logged(clone, paths.log_file("git-clone.log"), env)


def _no_way(reasons: list[str]) -> str:
    return (
        f"Odoo {VERSION} is needed and could not be had. Ways:\n"
        "- ODOO_HOME: set it to a checkout of branch 19.0 or an installation you have\n"
        f"- unpacked by an earlier run into {paths.state('odoo')}: not there\n" + "\n".join(reasons)
    )
