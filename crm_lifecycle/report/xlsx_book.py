"""A workbook in which customers' data stays data.

``open_book`` gives an xlsxwriter workbook that keeps one row in memory at a time, and
``clean`` makes any text fit for ``write_string``. Plain Python: nothing of Odoo.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import xlsxwriter

CELL_LIMIT = 32_767  # UTF-16 units a cell, as Excel counts
ROW_LIMIT = 1_048_576
SHEET_NAME_LIMIT = 31
FORMATS = {
    "text": {"num_format": "@"},
    "integer": {"num_format": "#,##0"},
    "decimal": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.0%"},
    "date": {"num_format": "yyyy-mm-dd"},
    "title": {"bold": True, "font_size": 13, "font_color": "#017E84"},
}
HEADER = {"bold": True, "bg_color": "#017E84", "font_color": "#FFFFFF", "text_wrap": True}
TOTAL = {"bold": True, "bg_color": "#E6F2F3"}
_SPACE = re.compile("[\t\r\n]+")
# What XML 1.0 has no character for, and what reads badly: C1 controls and the non-characters.
_ILLEGAL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True)
class Money:
    """How amounts look: a currency's symbol, its place and its number of decimals."""

    symbol: str
    decimals: int
    symbol_first: bool = False

    @property
    def number_format(self) -> str:
        """Excel's number format; negative amounts are red."""
        number = "#,##0" + ("." + "0" * self.decimals if self.decimals else "")
        symbol = quoted(self.symbol)
        amount = f"{symbol}{number}" if self.symbol_first else f"{number} {symbol}"
        return f"{amount};[Red]-{amount}"


def quoted(text: str) -> str:
    """Text as a literal of a number format."""
    return '"{}"'.format(clean(text).replace('"', ""))


def clean(text: str) -> str:
    """Text as a cell can hold it: cut to the limit, without characters illegal in XML.

    xlsxwriter takes a string in ``<r>...</r>`` for its own rich text and writes it unescaped;
    a space at the end makes it text like any other.
    """
    if _ILLEGAL.search(text):
        text = _ILLEGAL.sub("", _SPACE.sub(" ", text))
    if len(text) > CELL_LIMIT // 2:
        text = text.encode("utf-16-le")[: 2 * CELL_LIMIT].decode("utf-16-le", "ignore")
    if text.startswith("<r>") and text.endswith("</r>"):
        text = text[: CELL_LIMIT - 1] + " "
    return text


def sheet_name(text: str, taken: tuple[str, ...] = ()) -> str:
    """A name that Excel allows and that no other sheet has."""
    base = _NOT_IN_SHEET_NAME.sub(" ", clean(text)).strip(" '")[:SHEET_NAME_LIMIT] or "-"
    name, number = base, 1
    while name.casefold() in {other.casefold() for other in taken}:
        number += 1
        name = f"{base[: SHEET_NAME_LIMIT - 4]} {number}"
    return name


def quote_sheet(name: str) -> str:
    """The sheet's name as formulas write it."""
    return "'{}'".format(name.replace("'", "''"))


def open_book(path: str, folder: str) -> xlsxwriter.Workbook:
    """A workbook written to ``path``, its temporary files in ``folder``."""
    return xlsxwriter.Workbook(
        path,
        {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )


class Formats:
    """The looks of a workbook's cells, each made once."""

    def __init__(self, book: xlsxwriter.Workbook, money: Money):
        self._book, self._money = book, money
        self._made = {}

    def of(self, kind: str, look: dict | None = None):
        """The format of a kind of value (a key of ``FORMATS``, or money)."""
        key = kind, None if look is None else tuple(look.items())
        if key not in self._made:
            base = FORMATS.get(kind, {})
            if kind == "money":
                base = {"num_format": self._money.number_format}
            self._made[key] = self._book.add_format({**base, **(look or {})})
        return self._made[key]


def text_writer(write, place: int, look) -> Callable[[int, object], None]:
    """What writes text into a column; nothing where there is none."""

    def write_text(row, value):
        if value is not None:
            write(row, place, clean(value), look)

    return write_text


def number_writer(write, place: int, look) -> Callable[[int, object], None]:
    """What writes numbers into a column; nothing where there is none."""

    def write_number(row, value):
        if value is not None:
            write(row, place, value, look)

    return write_number
