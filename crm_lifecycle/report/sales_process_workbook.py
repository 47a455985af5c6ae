"""The *Sales process* workbook: sheets of figures, each beside those of the period before.

``write_book(path, book)`` takes a :class:`Book`. Everything comes in as an argument: nothing of
Odoo here. No cell is a formula. Memory does not grow with the rows of a sheet without a chart.

A sheet has its title, what it shows, its header and, below each header, the definition of the
figure; then the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .xlsx_book import HEADER, Formats, Money, clean, open_book, sheet_name

TITLE_ROW, NOTE_ROW, HEADER_ROW, DEFINITION_ROW, FIRST_ROW = range(5)
DEFINITION = {"italic": True, "font_color": "#666666", "text_wrap": True, "valign": "top"}
GREY = {"font_color": "#A6A6A6", "italic": True}
FEWEST = 5
CHARTED = 20


@dataclass(frozen=True)
class Column:
    """A column: its label, kind (a key of ``xlsx_book.FORMATS``, or money) and definition.

    :param base: of a rate, the number it is of: its place among the figures of the row
    """

    label: str
    kind: str = "text"
    note: str = ""
    width: int = 14
    base: int | None = None


@dataclass(frozen=True)
class Cell:
    """A value that does not look like the others of its column."""

    value: object
    kind: str = "text"
    grey: bool = False


@dataclass(frozen=True)
class Chart:
    """Columns of a sheet as a picture: the place of the labels and of the series."""

    title: str
    category: int
    series: Sequence[int]
    kind: str = "column"


@dataclass(frozen=True)
class Sheet:
    """A sheet. A row has a value, None or a ``Cell`` for each column."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence]
    note: str = ""
    chart: Chart | None = None


@dataclass(frozen=True)
class Book:
    """All there is to write."""

    sheets: Sequence[Sheet]
    money: Money
    right_to_left: bool = False
    properties: dict[str, str] = field(default_factory=dict)


def beside(now: Sequence, before: Sequence, width: int) -> list[tuple[tuple, tuple, tuple]]:
    """Rows of two periods by what they are of: those of the period first, in their order.

    :param now: pairs of (what the row is of, its ``width`` figures); ``before`` likewise
    :return: list of (what it is of, figures, figures of the period before)
    """
    past, nothing = dict(before), (None,) * width
    rows = [(key, tuple(figures), past.pop(key, nothing)) for key, figures in now]
    return rows + [(key, nothing, tuple(figures)) for key, figures in past.items()]


def interleaved(columns: Sequence[Column], now: Sequence, before: Sequence) -> list:
    """The cells of a row: each figure, and it before. Rates on fewer than five are grey."""
    cells = []
    for place, column in enumerate(columns):
        cells += [_figure(column, figures[place], figures) for figures in (now, before)]
    return cells


def _figure(column: Column, value, figures: Sequence):
    if value is None or column.base is None or (figures[column.base] or 0) >= FEWEST:
        return value
    return Cell(value, column.kind, grey=True)


def write_book(path: str, book: Book) -> list[int]:
    """Write the workbook.

    :param path: a file in a folder of its own: temporary files go beside it, and whoever made
        the folder removes them all, also after an error
    :return: the number of rows of each sheet
    """
    return _Writer(path, book).save()


class _Writer:
    """The sheets of one workbook, each from its first row to its last."""

    def __init__(self, path: str, book: Book):
        self.asked = book
        self.book = open_book(path, str(Path(path).parent))
        self.format = Formats(self.book, book.money).of

    def save(self) -> list[int]:
        self.book.set_properties({key: clean(text) for key, text in self.asked.properties.items()})
        taken: tuple[str, ...] = ()
        counts = []
        for sheet in self.asked.sheets:
            taken += (sheet_name(sheet.title, taken),)
            counts.append(self._sheet(self.book.add_worksheet(taken[-1]), sheet))
        self.book.close()
        return counts

    def _sheet(self, target, sheet: Sheet) -> int:
        if self.asked.right_to_left:
            target.right_to_left()
        self._head(target, sheet)
        kept = list(sheet.rows) if sheet.chart else sheet.rows
        row = FIRST_ROW
        for values in kept:
            for place, value in enumerate(values):
                self._cell(target, row, place, value, sheet.columns[place].kind)
            row += 1
        if row > FIRST_ROW:
            target.autofilter(HEADER_ROW, 0, row - 1, len(sheet.columns) - 1)
            if sheet.chart:
                self._chart(target, sheet, kept[:CHARTED])
        return row - FIRST_ROW

    def _head(self, target, sheet: Sheet) -> None:
        for place, column in enumerate(sheet.columns):
            target.set_column(place, place, column.width)
        target.freeze_panes(FIRST_ROW, 1)
        target.set_row(HEADER_ROW, 30)
        target.set_row(DEFINITION_ROW, 75)
        target.write_string(TITLE_ROW, 0, clean(sheet.title), self.format("title"))
        target.write_string(NOTE_ROW, 0, clean(sheet.note))
        for place, column in enumerate(sheet.columns):
            target.write_string(HEADER_ROW, place, clean(column.label), self.format("text", HEADER))
        for place, column in enumerate(sheet.columns):
            definition = self.format("text", DEFINITION)
            target.write_string(DEFINITION_ROW, place, clean(column.note), definition)

    def _cell(self, target, row: int, place: int, value, kind: str) -> None:
        grey = None
        if isinstance(value, Cell):
            value, kind, grey = value.value, value.kind, GREY if value.grey else None
        if value is None:
            return
        if kind == "text":
            target.write_string(row, place, clean(str(value)), self.format(kind, grey))
        else:
            target.write_number(row, place, value, self.format(kind, grey))

    def _chart(self, target, sheet: Sheet, rows: Sequence[Sequence]) -> None:
        """The first rows as a picture, to the right of the table."""
        asked = sheet.chart
        chart = self.book.add_chart({"type": asked.kind})
        last = FIRST_ROW + len(rows) - 1
        for place in asked.series:
            chart.add_series(
                {
                    "name": clean(sheet.columns[place].label).lstrip("="),
                    "categories": [target.name, FIRST_ROW, asked.category, last, asked.category],
                    "values": [target.name, FIRST_ROW, place, last, place],
                    "categories_data": [clean(str(_plain(row[asked.category]))) for row in rows],
                    "values_data": [_plain(row[place]) for row in rows],
                }
            )
        chart.set_title({"name": clean(asked.title).lstrip("=")})
        chart.set_x_axis({"reverse": self.asked.right_to_left})
        chart.set_legend({"position": "bottom"})
        place = len(sheet.columns) + 1
        target.insert_chart(HEADER_ROW, place, chart, {"x_scale": 1.6, "y_scale": 1.3})


def _plain(value):
    value = value.value if isinstance(value, Cell) else value
    return "" if value is None else value
