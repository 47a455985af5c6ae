"""bin/test: every test, in parts, with one line at the end.

    bin/test                        all parts
    bin/test engine addon           these parts
    bin/test addon --tags /crm_lifecycle:TestWorth
    bin/test e2e -k serve           what pytest's -k selects

Parts: engine (plain Python, these tools; no Odoo), lint (style, and Odoo's own linters), addon
(Odoo's runner), core (Odoo's own tests of the apps we extend), e2e (browsers, processes).
The last line is `N passed, N failed, N skipped`. A skip that nobody allowed counts as failed.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tools import console, databases, lint, odoo_tests, outcome, pytest_parts, runtime
from tools.console import ToolError
from tools.outcome import Outcome

PARTS = ("engine", "lint", "addon", "core", "e2e")


def main(args: list[str]) -> int:
    """Run the parts, tell of each as it ends, and of all in the last line."""
    options = parse(args)
    outcomes: list[Outcome] = []
    for part in options.parts:
        outcomes.append(timed(part, lambda part=part: run_part(part, options)))
        for line in outcomes[-1].lines():
            console.result(line)
    console.result(outcome.total(outcomes))
    return 0 if all(found.ok for found in outcomes) else 1


def parse(args: list[str]) -> argparse.Namespace:
    """The options of the command; the parts come in the order of `PARTS`."""
    parser = argparse.ArgumentParser(
        "bin/test", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--tags", default="", help="Odoo's --test-tags, for addon and core")
    parser.add_argument("-k", default="", help="pytest's -k, for engine and e2e")
    options = parser.parse_args(args)
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; parts: {', '.join(PARTS)}")
    options.parts = [part for part in PARTS if part in options.parts or not options.parts]
    return options


def timed(part: str, run: Callable[[], Outcome]) -> Outcome:
    """Run a part; one that cannot run is a failed one, and the others still run."""
    started = time.monotonic()
    try:
        with console.step(f"Tests: {part}"):
            found = run()
    except ToolError as error:
        found = outcome.broken(part, str(error))
    return dataclasses.replace(found, seconds=time.monotonic() - started)


def run_part(part: str, options: argparse.Namespace) -> Outcome:
    """Run one part with what it needs."""
    select = ["-k", options.k] if options.k else []
    if part == "engine":
        return pytest_parts.engine(select)
    if part == "lint":
        return lint_part()
    with prepared() as odoo:
        if part == "e2e":
            return pytest_parts.e2e(odoo, select)
        return {"addon": odoo_tests.addon, "core": odoo_tests.core}[part](odoo, options.tags)


@contextmanager
def prepared() -> Iterator[runtime.Runtime]:
    """Odoo with what tests of screens need."""
    runtime.for_browser_tests()
    with runtime.ready(tests=True) as odoo:
        yield odoo


def lint_part() -> Outcome:
    """The style of the house, and Odoo's own linters on our addon.

    The one is read while the other, and all parts after it, get their database.
    """
    with ThreadPoolExecutor(1) as pool:
        own = pool.submit(lint.outcome)
        with runtime.ready(tests=True) as odoo:
            databases.template(odoo)
            return outcome.joined("lint", [own.result(), odoo_tests.linters(odoo)])
