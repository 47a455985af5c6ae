"""Turn a CSV of transactions into posted customer invoices, and say what the customers are worth.

    python3 -m tools.load_transactions --db demo cdnow_sample.csv --name CDNOW --recent

A row is a customer, a date and an amount. Each customer becomes a partner, each row a posted
invoice (a credit note where the amount is negative; a row of zero is no purchase and is left
out). If any row is wrong, nothing is loaded. What was loaded before is not loaded again, so that
an interrupted run is simply repeated.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from tools import console, databases, runtime, shell, transactions
from tools.console import ToolError
from tools.transactions import Columns, Found

INSIDE = Path(__file__).with_name("load_inside_odoo.py")
SHOWN = 20  # problems named


def main(args: list[str]) -> int:
    """Read the file, and have Odoo's Python load it."""
    options = parse(args)
    found = read(options)
    with runtime.ready() as odoo:
        if not databases.exists(odoo, options.db):
            raise ToolError(f"There is no database {options.db}. bin/serve makes one.")
        with tempfile.TemporaryDirectory() as folder:
            job = Path(folder) / "job.json"
            job.write_text(json.dumps(prepare_job(options, found)), "utf-8")
            return shell.foreground([odoo.python, INSIDE, options.db, job], odoo.env())


def parse(args: list[str]) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(
        "python3 -m tools.load_transactions",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, help="CSV, gzipped if it ends in .gz")
    parser.add_argument("--db", default="demo", help="database (demo)")
    parser.add_argument("--name", help="what the data is called (the file's name)")
    parser.add_argument("--company", help="company, made when missing (the data's name)")
    parser.add_argument("--recent", action="store_true", help="move the last day to yesterday")
    parser.add_argument("--limit", type=int, default=0, help="read so many rows only")
    parser.add_argument("--customer", default="customer", help="name of the column")
    parser.add_argument("--date", default="date", help="name of the column")
    parser.add_argument("--amount", default="amount", help="name of the column")
    parser.add_argument("--date-format", default="%Y-%m-%d", help="as strptime takes it")
    options = parser.parse_args(args)
    options.name = options.name or options.file.name.split(".")[0]
    options.company = options.company or options.name
    return options


def read(options: argparse.Namespace) -> Found:
    """The file's transactions; raises with what is wrong, so that nothing is half loaded."""
    columns = Columns(options.customer, options.date, options.amount, options.date_format)
    today = datetime.now().astimezone().date()
    with console.step(f"Reading {options.file.name}"):
        found = transactions.read(options.file, columns, today, options.limit)
    if found.problems:
        shown = found.problems[:SHOWN]
        more = len(found.problems) - len(shown)
        rest = [f"and {more} more"] if more else []
        count = len(found.problems)
        raise ToolError("\n".join([f"{count} bad rows; nothing was loaded.", *shown, *rest]))
    if not found.transactions:
        raise ToolError(f"{options.file} has no rows with an amount.")
    if found.zeros:
        console.say(f"  {found.zeros} rows of zero left out: no purchase")
    return found


def prepare_job(options: argparse.Namespace, found: Found) -> dict[str, object]:
    """What Odoo is to load, as plain values."""
    today = datetime.now().astimezone().date()
    moved = transactions.shift(found.transactions, today) if options.recent else None
    return {
        "name": options.name,
        "company": options.company,
        "rows": [
            {
                "customer": f"{options.name} {transactions.label(row.customer)}",
                "day": (row.day + moved if moved else row.day).isoformat(),
                "amount": str(row.amount),
                "key": f"{options.name} {row.key}",
            }
            for row in sorted(found.transactions, key=lambda row: (row.day, row.key))
        ],
    }


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ToolError as error:
        sys.exit(f"\n{error}")
