"""The benchmarks: every figure of the table, side by side in one run.

python benchmarks/run.py --size S --size M            everything, and docs/performance.md
python benchmarks/run.py --size S --figure posting    one figure again

Runs under Odoo's Python with Odoo on PYTHONPATH and its configuration in ODOO_RC, which
bin/bench sees to. CPU figures need the database server on the same machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import warnings
from datetime import date
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import databases, figures, report  # noqa: E402
from benchmarks.bench import Bench  # noqa: E402
from benchmarks.console import say  # noqa: E402
from benchmarks.sizes import SIZES  # noqa: E402

STATE = Path(os.environ.get("CRM_LIFECYCLE_STATE", databases.ROOT / ".state")) / "bench"
DOCUMENT = databases.ROOT / "docs" / "performance.md"


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    databases.configure()
    warnings.simplefilter("ignore")
    if options.refresh_forever:
        from benchmarks.figures.beside_refresh import refresh_forever

        refresh_forever(Bench(options.refresh_forever, SIZES["S"], date.today()))  # noqa: DTZ011
    for name in () if options.kept else options.size or ["S", "M"]:
        _measure(name, options)
    results = [result for name in SIZES if name != "tiny" for result in report.load(_kept(name))]
    results += report.growth(results)
    print(report.table(results))
    if not options.no_document:
        report.write(DOCUMENT, results, _facts())
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    known = figures.load()
    parser = argparse.ArgumentParser(
        prog="bin/bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--size", action="append", choices=SIZES, help="S and M by default")
    parser.add_argument("--db", help="database to use; bench_<size> by default")
    parser.add_argument("--base", default=databases.BASE, help="database to start from")
    parser.add_argument("--figure", action="append", choices=known, help="all by default")
    parser.add_argument("--times", type=int, default=3, help="measurements of each thing")
    parser.add_argument("--renew", action="store_true", help="generate the databases anew")
    parser.add_argument("--kept", action="store_true", help="only report what was measured")
    parser.add_argument("--no-document", action="store_true", help="leave docs/ alone")
    parser.add_argument("--refresh-forever", metavar="DB", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _measure(name: str, options: argparse.Namespace) -> None:
    """Measure the figures asked for at one size, and keep them beside the others."""
    size = SIZES[name]
    db = options.db or f"bench_{name.lower()}"
    databases.ensure(db, size, base=options.base, renew=options.renew)
    bench = Bench(db, size, date.today(), options.times)  # noqa: DTZ011
    kept = report.load(_kept(name))
    for key in options.figure or figures.FIGURES:
        say(f"{name}: {key}")
        results = [result.of(key) for result in figures.FIGURES[key](bench)]
        kept = report.merged(kept, results, key, list(figures.FIGURES))
        say(report.table(results))
        report.save(_kept(name), kept)


def _kept(name: str) -> Path:
    return STATE / f"{name}.json"


def _facts() -> dict[str, str]:
    """Where and how the figures came about."""
    with databases.autocommit("postgres") as cr:
        cr.execute("SHOW server_version")
        postgres = cr.fetchone()[0]
    import odoo.release

    return {
        "Date": date.today().isoformat(),  # noqa: DTZ011
        "Command": "`bin/bench " + " ".join(sys.argv[1:]) + "`",
        "Machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()} GB of memory",
        "Versions": f"Odoo {odoo.release.version}, PostgreSQL {postgres},"
        f" Python {platform.python_version()}, {platform.system()} {platform.release()}",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


if __name__ == "__main__":
    sys.exit(main())
