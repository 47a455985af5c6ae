"""The *Customer worth* workbook: three sheets, written row by row.

``write_workbook(path, worth)`` takes a :class:`Worth`: the columns, the rows in batches, the
totals that formulas show until somebody recalculates them, and the lines of the *About* sheet.
Everything comes in as an argument: nothing of Odoo here. Memory does not grow with the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from .xlsx_book import (
    HEADER,
    TOTAL,
    Formats,
    Money,
    clean,
    number_writer,
    open_book,
    quote_sheet,
    quoted,
    sheet_name,
    text_writer,
)

TOTAL_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2


@dataclass(frozen=True)
class Column:
    """A column of the *Customers* sheet.

    :param kind: text, integer, decimal, percent, money or date (days since 1899-12-30)
    :param choices: the label of each value, where the value is a key
    :param formula: a live formula: ``{name}`` is the cell of another column in the same row.
        The row's own value is what it shows until it is recalculated
    :param summed: whether the row of totals adds it up
    """

    name: str
    label: str
    kind: str = "text"
    width: int = 14
    choices: dict | None = None
    formula: str = ""
    summed: bool = False


@dataclass(frozen=True)
class Tier:
    """A tier's line in the summary: its label and the sums over its customers."""

    label: str
    count: int
    sums: dict[str, float]


@dataclass(frozen=True)
class Line:
    """A line of the *About* sheet.

    :param formula: ``{key}`` is the value of another line, ``{revenue}`` the column of revenue
    """

    label: str
    value: object = None
    kind: str = "text"
    key: str = ""
    formula: str = ""


@dataclass(frozen=True)
class Worth:
    """All there is to write. ``labels`` are the fixed words, by key."""

    columns: Sequence[Column]
    batches: Iterable[Sequence[tuple]]
    total: Tier
    tiers: Sequence[Tier]
    about: Sequence[Line]
    labels: dict[str, str]
    money: Money
    right_to_left: bool = False
    properties: dict[str, str] = field(default_factory=dict)


def write_workbook(path: str, worth: Worth) -> int:
    """Write the workbook.

    :param path: a file in a folder of its own: temporary files go beside it, and whoever made
        the folder removes them all, also after an error
    :return: the number of customers written
    """
    return _Writer(path, worth).save()


class _Writer:
    """The sheets of one workbook. Rows go in order: a row once left cannot be written any more."""

    def __init__(self, path: str, worth: Worth):
        self.worth = worth
        self.book = open_book(path, str(Path(path).parent))
        self.format = Formats(self.book, worth.money).of
        names: tuple[str, ...] = ()
        for key in ("customers", "summary", "about"):
            names += (sheet_name(worth.labels[key], names),)
        self.sheets = [self.book.add_worksheet(name) for name in names]
        self.letters = {
            column.name: xl_col_to_name(place) for place, column in enumerate(worth.columns)
        }
        self.last_row = FIRST_ROW + max(worth.total.count, 1)  # as Excel counts

    def save(self) -> int:
        """All sheets, and the file."""
        worth = self.worth
        self.book.set_properties({key: clean(text) for key, text in worth.properties.items()})
        self.book.set_calc_mode("auto")
        if worth.right_to_left:
            for sheet in self.sheets:
                sheet.right_to_left()
        customers, summary, about = self.sheets
        count = self._customers(customers)
        self._summary(summary)
        self._about(about)
        self.book.close()
        return count

    # ------------------------------------------------------------------ customers
    def _customers(self, sheet) -> int:
        columns = self.worth.columns
        sheet.freeze_panes(FIRST_ROW, 1)
        sheet.autofilter(HEADER_ROW, 0, self.last_row - 1, len(columns) - 1)
        sheet.set_row(HEADER_ROW, 30)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        self._totals(sheet)
        header = self.format("text", HEADER)
        for place, column in enumerate(columns):
            sheet.write_string(HEADER_ROW, place, clean(column.label), header)
        writers = [self._cell_writer(sheet, *entry) for entry in enumerate(columns)]
        row = FIRST_ROW
        for batch in self.worth.batches:
            for values in batch:
                for write, value in zip(writers, values, strict=True):
                    write(row, value)
                row += 1
        return row - FIRST_ROW

    def _totals(self, sheet) -> None:
        """The first row: sums and ratios of the rows that the filter shows."""
        total = self.worth.total
        counted = {"num_format": f"#,##0 {quoted(self.worth.labels['shown'])}", **TOTAL}
        for place, column in enumerate(self.worth.columns):
            look = self.format(column.kind, TOTAL)
            if place == 0:
                formula = self._subtotal(103, column.name)
                sheet.write_formula(
                    TOTAL_ROW, place, formula, self.format("count", counted), total.count
                )
            elif column.summed:
                formula = self._subtotal(109, column.name)
                value = total.sums.get(column.name) or 0
                sheet.write_formula(TOTAL_ROW, place, formula, look, value)
            elif column.formula:
                formula = self._in_row(column.formula).replace("#", str(TOTAL_ROW + 1))
                value = total.sums.get(column.name)
                sheet.write_formula(TOTAL_ROW, place, formula, look, "" if value is None else value)
            else:
                sheet.write_blank(TOTAL_ROW, place, None, look)

    def _subtotal(self, function: int, name: str) -> str:
        letter = self.letters[name]
        return f"=SUBTOTAL({function},{letter}{FIRST_ROW + 1}:{letter}{self.last_row})"

    def _in_row(self, formula: str) -> str:
        """The formula with columns' letters, and ``#`` where the row's number goes."""
        return formula.format(**{name: f"{letter}#" for name, letter in self.letters.items()})

    def _cell_writer(self, sheet, place: int, column: Column) -> Callable[[int, object], None]:
        """What writes a row's value into this column."""
        look = self.format(column.kind)
        if column.formula:
            return _formula_writer(sheet.write_formula, place, self._in_row(column.formula), look)
        if column.choices is not None:
            choices = {key: clean(label) for key, label in column.choices.items()}
            return _choice_writer(sheet.write_string, place, choices, look)
        if column.kind == "text":
            return text_writer(sheet.write_string, place, look)
        return number_writer(sheet.write_number, place, look)

    # ------------------------------------------------------------------ summary
    def _summary(self, sheet) -> None:
        """A line a tier, in formulas over the customers, a line of totals, and a chart."""
        labels, tiers = self.worth.labels, self.worth.tiers
        heads = ("tier", "count", "revenue", "cost", "worth", "share", "average")
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, len(heads) - 1, 18)
        sheet.freeze_panes(1, 1)
        for place, key in enumerate(heads):
            sheet.write_string(0, place, clean(labels[key]), self.format("text", HEADER))
        for row, tier in enumerate(tiers, start=1):
            sheet.write_string(row, 0, clean(tier.label), self.format("text"))
            self._summary_line(sheet, row, tier, self._tier_formulas(row + 1), None)
        row = len(tiers) + 1
        sheet.write_string(row, 0, clean(labels["total"]), self.format("text", TOTAL))
        sums = [f"=SUM({letter}2:{letter}{row})" for letter in "BCDE"]
        self._summary_line(sheet, row, self.worth.total, sums, TOTAL)
        self._chart(sheet, row + 2)

    def _summary_line(self, sheet, row: int, tier: Tier, formulas: list[str], look) -> None:
        worth, whole = tier.sums["value_period"], self.worth.total.sums["value_period"]
        last = len(self.worth.tiers) + 2
        formulas = [
            *formulas,
            f'=IFERROR(E{row + 1}/E${last},"")',
            f'=IFERROR(E{row + 1}/B{row + 1},"")',
        ]
        values = (
            tier.count,
            tier.sums["revenue_period"],
            tier.sums["service_cost_period"],
            worth,
            worth / whole if whole else "",
            worth / tier.count if tier.count else "",
        )
        kinds = ("integer", "money", "money", "money", "percent", "money")
        for place, (formula, value, kind) in enumerate(zip(formulas, values, kinds, strict=True)):
            sheet.write_formula(row, place + 1, formula, self.format(kind, look), value)

    def _tier_formulas(self, row: int) -> list[str]:
        """Number and sums of the customers whose tier is this line's first cell."""
        tier = self._range("tier")
        return [f"=COUNTIFS({tier},$A{row})"] + [
            f"=SUMIFS({self._range(name)},{tier},$A{row})"
            for name in ("revenue_period", "service_cost_period", "value_period")
        ]

    def _range(self, name: str) -> str:
        """A column's rows of the *Customers* sheet, as a formula of another sheet names them."""
        letter, sheet = self.letters[name], quote_sheet(self.sheets[0].name)
        return f"{sheet}!${letter}${FIRST_ROW + 1}:${letter}${self.last_row}"

    def _chart(self, sheet, row: int) -> None:
        """Revenue and worth by tier, as columns."""
        labels, tiers, name = self.worth.labels, self.worth.tiers, sheet.name
        chart = self.book.add_chart({"type": "column"})
        shown = (("revenue", "revenue_period", 2), ("worth", "value_period", 4))
        for key, measure, place in shown:
            chart.add_series(
                {
                    "name": clean(labels[key]).lstrip("="),
                    "categories": [name, 1, 0, len(tiers), 0],
                    "values": [name, 1, place, len(tiers), place],
                    "categories_data": [clean(tier.label) for tier in tiers],
                    "values_data": [tier.sums[measure] for tier in tiers],
                }
            )
        chart.set_title({"name": clean(labels["chart"]).lstrip("=")})
        chart.set_x_axis({"reverse": self.worth.right_to_left})
        chart.set_y_axis({"num_format": self.worth.money.number_format})
        chart.set_legend({"position": "bottom"})
        sheet.insert_chart(row, 0, chart, {"x_scale": 1.6, "y_scale": 1.3})

    # ------------------------------------------------------------------ about
    def _about(self, sheet) -> None:
        """Labels and values; money and counts by formula where other cells decide them."""
        sheet.set_column(0, 0, 52)
        sheet.set_column(1, 1, 60)
        cells = {line.key: xl_rowcol_to_cell(row, 1) for row, line in enumerate(self.worth.about)}
        cells["revenue"] = self._range("revenue_period")
        for row, line in enumerate(self.worth.about):
            label = self.format("title" if line.kind == "title" else "text")
            sheet.write_string(row, 0, clean(line.label), label)
            look = self.format(line.kind, {"align": "left"})
            if line.formula:
                sheet.write_formula(row, 1, line.formula.format(**cells), look, line.value)
            elif isinstance(line.value, (int, float)):
                sheet.write_number(row, 1, line.value, look)
            elif line.value:
                sheet.write_string(row, 1, clean(str(line.value)), look)


def _choice_writer(write, place: int, choices: dict, look) -> Callable[[int, object], None]:
    def write_choice(row, value):
        if value in choices:
            write(row, place, choices[value], look)

    return write_choice


def _formula_writer(write, place: int, formula: str, look) -> Callable[[int, object], None]:
    def write_formula(row, value):
        shown = "" if value is None else value
        write(row, place, formula.replace("#", str(row + 1)), look, shown)

    return write_formula
