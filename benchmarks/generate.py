"""Fill a database for the benchmarks: python benchmarks/generate.py --size S --db bench_s"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks import databases  # noqa: E402
from benchmarks.sizes import SIZES  # noqa: E402


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="S")
    parser.add_argument("--db", help="name of the database; bench_<size> by default")
    parser.add_argument("--base", default=databases.BASE, help="what it is a copy of")
    options = parser.parse_args(arguments)
    databases.configure()
    name = options.db or f"bench_{options.size.lower()}"
    databases.ensure(name, SIZES[options.size], base=options.base, renew=True)


if __name__ == "__main__":
    main()
