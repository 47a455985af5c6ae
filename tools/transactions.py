"""Reading a file of transactions: customer, date, amount. What is wrong is said line by line."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TextIO

from tools.console import ToolError

CENT = Decimal("0.01")
LARGEST = Decimal(10) ** 12
DIGITS = 5  # numbers of customers are padded to so many, so that names sort


@dataclass(frozen=True)
class Columns:
    """What the columns of the file are called."""

    customer: str = "customer"
    date: str = "date"
    amount: str = "amount"
    date_format: str = "%Y-%m-%d"


@dataclass(frozen=True)
class Transaction:
    """One purchase (or, with a negative amount, one credit) of a customer."""

    customer: str
    day: date
    amount: Decimal
    key: str


@dataclass(frozen=True)
class Found:
    """What a file holds: good rows, rows without an amount, and what is wrong with others."""

    transactions: list[Transaction] = field(default_factory=list)
    zeros: int = 0
    problems: list[str] = field(default_factory=list)


def read(file: Path, columns: Columns, today: date, limit: int = 0) -> Found:
    """Read a CSV file, gzipped or not.

    The key of a transaction is made of its own values and of how many equal ones stand above
    it: the same file gives the same keys, in whatever order its rows are.

    :param today: later dates are refused
    :param limit: read so many rows only; 0 for all
    :raises ToolError: when the file cannot be read, or has not these columns
    """
    found, seen, zeros = Found(), Counter(), 0
    for number, row in _rows(file, columns, limit):
        try:
            customer, day, amount = _parse(row, columns, today)
        except ValueError as error:
            found.problems.append(f"line {number}: {error}")
            continue
        if not amount:
            zeros += 1
            continue
        same = f"{customer} {day:%Y%m%d} {amount}"
        seen[same] += 1
        key = f"{same} #{seen[same]}"
        found.transactions.append(Transaction(customer, day, amount, key))
    return Found(found.transactions, zeros, found.problems)


def _rows(file: Path, columns: Columns, limit: int) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with the number of the line each ends on."""
    try:
        with _open(file) as text:
            reader = csv.DictReader(text)
            _require(reader.fieldnames or (), columns, file)
            for count, row in enumerate(reader):
                if limit and count >= limit:
                    return
                yield reader.line_num, row
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise ToolError(f"{file} cannot be read: {error}") from error


def _open(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


def _require(present: Sequence[str], columns: Columns, file: Path) -> None:
    wanted = (columns.customer, columns.date, columns.amount)
    missing = [name for name in wanted if name not in present]
    if missing:
        raise ToolError(
            f"{file} has no column {', '.join(missing)}; it has {', '.join(present) or 'none'}."
            " Name yours: --customer, --date, --amount"
        )


def _parse(row: dict[str, str], columns: Columns, today: date) -> tuple[str, date, Decimal]:
    """The three values of a row; ValueError says what is wrong with it."""
    customer = (row[columns.customer] or "").strip()
    if not customer:
        raise ValueError("no customer")
    day = _day((row[columns.date] or "").strip(), columns.date_format)
    if day > today:
        raise ValueError(f"{day} is in the future")
    return customer, day, _amount((row[columns.amount] or "").strip())


def _day(text: str, date_format: str) -> date:
    try:
        return datetime.strptime(text, date_format).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueError(f"{text!r} is not a date like {date_format}") from None


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount like 1234.50") from None
    if not amount.is_finite() or abs(amount) >= LARGEST:
        raise ValueError(f"{text!r} is not an amount of money")
    return amount.quantize(CENT)


def label(customer: str) -> str:
    """How a customer is called after the data's name: numbers are padded."""
    return customer.zfill(DIGITS) if customer.isdigit() else customer


def shift(transactions: Sequence[Transaction], today: date) -> timedelta:
    """How far to move all days so that the last of them is yesterday."""
    last = max((transaction.day for transaction in transactions), default=today)
    return today - timedelta(days=1) - last
