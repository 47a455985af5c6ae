"""bin/lint: every linter, formatter and limit of the house, one line each.

    bin/lint                 all
    bin/lint ruff style      these
    bin/lint --fix           let ruff, eslint and prettier write what they can

A tool that cannot be had is not clean.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import console, node_env, odoo_source, paths, python_env, style_check
from tools.console import ToolError
from tools.outcome import Outcome

SHOWN = 60  # lines of a tool's complaints


@dataclass(frozen=True)
class Finding:
    """What one tool said."""

    tool: str
    ok: bool
    text: str = ""
    seconds: float = 0.0

    def line(self) -> str:
        """Its summary."""
        verdict = "clean" if self.ok else "NOT CLEAN"
        return f"{self.tool:16} {verdict} ({console.seconds(self.seconds)})"


def main(args: list[str]) -> int:
    """Run the tools and print what they say, then a line each."""
    options = parse(args)
    findings = [examine(name, options.fix) for name in options.tools]
    for found in findings:
        if not found.ok:
            console.result(f"--- {found.tool}\n{found.text.rstrip()}\n")
    for found in findings:
        console.result(found.line())
    return 0 if all(found.ok for found in findings) else 1


def parse(args: list[str]) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(
        "bin/lint", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tools", nargs="*", metavar="TOOL", help=", ".join(TOOLS))
    parser.add_argument("--fix", action="store_true", help="write what can be written")
    options = parser.parse_args(args)
    unknown = set(options.tools) - set(TOOLS)
    if unknown:
        parser.error(f"no such tool: {', '.join(sorted(unknown))}; tools: {', '.join(TOOLS)}")
    options.tools = options.tools or list(TOOLS)
    return options


def outcome() -> Outcome:
    """The linters as a part of bin/test: each one is a test."""
    findings = [examine(name) for name in TOOLS]
    problems = [
        f"{found.tool}: {line}"
        for found in findings
        if not found.ok
        for line in (found.text.strip().splitlines() or ["not clean"])[:SHOWN]
    ]
    failed = sum(not found.ok for found in findings)
    return Outcome("lint", len(findings) - failed, failed, 0, problems)


def examine(name: str, fix: bool = False) -> Finding:
    """Run one tool. One that is not to be had is not clean."""
    started = time.monotonic()
    try:
        ok, text = TOOLS[name](fix)
    except ToolError as error:
        ok, text = False, str(error)
    return Finding(name, ok, text, time.monotonic() - started)


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> tuple[bool, str]:
    """Run a tool in the repository: whether it was content, and what it said."""
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, **(env or {})},
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


def program(name: str) -> Path:
    """A linter of the linters' Python environment."""
    return python_env.lint_python().with_name(name)


def ruff(fix: bool) -> tuple[bool, str]:
    """Errors, complexity, naming, imports."""
    return run(
        [
            program("ruff"),
            "check",
            "--no-cache",
            "--output-format=concise",
            *(["--fix"] if fix else []),
            ".",
        ]
    )


def ruff_format(fix: bool) -> tuple[bool, str]:
    """One way to lay out Python."""
    return run([program("ruff"), "format", "--no-cache", *([] if fix else ["--diff"]), "."])


def style(_fix: bool) -> tuple[bool, str]:
    """Sizes, one model a file, words that must not be."""
    found = style_check.check()
    return not found, "\n".join(map(str, found))


def pylint_odoo(_fix: bool) -> tuple[bool, str]:
    """Odoo's conventions, by pylint with the plug-in of the Odoo Community Association.

    But for one: a core model grows by one small file a room here, and not by one large file.
    """
    pylint = [program("pylint"), "--disable=consider-merging-classes-inherited"]
    return _each_addon(lambda addon: run([*pylint, addon.relative_to(paths.ROOT)]))


def oca_module(fix: bool) -> tuple[bool, str]:
    """XML, CSV and README of an addon."""
    check = [program("oca-checks-odoo-module"), *(["--fix"] if fix else [])]
    return _each_addon(lambda addon: run([*check, addon.relative_to(paths.ROOT)]))


def oca_po(_fix: bool) -> tuple[bool, str]:
    """Translations: duplicates, placeholders, parse errors."""
    catalogues = sorted(paths.ROOT.glob("*/i18n/*.po*"))
    return run([program("oca-checks-po"), *catalogues]) if catalogues else (True, "")


def _each_addon(check: Callable[[Path], tuple[bool, str]]) -> tuple[bool, str]:
    results = [check(addon) for addon in paths.addons()]
    return all(ok for ok, _text in results), "\n".join(text for ok, text in results if not ok)


def eslint(fix: bool) -> tuple[bool, str]:
    """JavaScript."""
    scripts = _own_files(".js")
    options = ["--no-warn-ignored", "--max-warnings=0", *(["--fix"] if fix else [])]
    return _node("eslint", [*options, *scripts]) if scripts else (True, "")


def prettier(fix: bool) -> tuple[bool, str]:
    """One way to lay out JavaScript, style sheets and XML."""
    sources = _own_files(".js", ".xml", ".scss", ".cjs")
    option = "--write" if fix else "--check"
    return _node("prettier", [option, "--log-level=warn", *sources]) if sources else (True, "")


def _own_files(*suffixes: str) -> list[str]:
    found = style_check.files(paths.ROOT)
    own = [path.relative_to(paths.ROOT) for path in found if path.suffix in suffixes]
    return [str(path) for path in own if "lib" not in path.parts and (paths.ROOT / path).exists()]


def _node(name: str, args: Sequence[str]) -> tuple[bool, str]:
    programs = node_env.lint()
    return run([programs / name, *args], {"NODE_PATH": str(programs.parent)})


def manifest(_fix: bool) -> tuple[bool, str]:
    """Addons depend on nothing that is not there, and on no licence that ours may not."""
    places = f"{paths.ROOT},{odoo_source.odoo_root() / 'odoo' / 'addons'}"
    known = ["--select-addons-dir=.", f"--addons-path={places}", "--odoo-series=19.0"]
    return run([program("manifestoo"), *known, "check-licenses"])


TOOLS: dict[str, Callable[[bool], tuple[bool, str]]] = {
    "ruff": ruff,
    "ruff-format": ruff_format,
    "style": style,
    "manifest": manifest,
    "pylint-odoo": pylint_odoo,
    "oca-module": oca_module,
    "oca-po": oca_po,
    "eslint": eslint,
    "prettier": prettier,
}
