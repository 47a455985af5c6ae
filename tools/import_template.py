"""Make the Excel template that the import dialog of contacts offers.

Run from the repository: ``python -m tools.import_template``. The headers are the fields' English
labels, which Odoo's import knows in every language.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import xlsxwriter

TARGET = "crm_lifecycle/static/xls/contact_log_import_template.xlsx"
WHEN = dt.datetime(2026, 1, 15, 10, 30)  # noqa: DTZ001 - an Excel cell has no time zone
ROWS = (
    ("When", WHEN, WHEN.replace(hour=16, minute=5)),
    ("Customer", "Azure Interior", "Azure Interior"),
    ("Channel", "Call", "Visit"),
    ("Started by", "They contacted us", "We contacted them"),
    ("Minutes", 6, 45),
    ("Subject", "Offer for the kitchen", "Measuring"),
    ("What Was Said", "They ask for an offer by Sunday", "Measured the kitchen"),
    ("What Was Learned", "They move house in spring", ""),
    ("Topics", "", ""),
    ("Complaint", "", "TRUE"),
    ("Satisfaction", "4 Happy", "2 Unhappy"),
)


def make(path: Path) -> None:
    """Write the template: a header and two rows that show what goes where."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": WHEN})
    sheet = book.add_worksheet("Contacts")
    bold = book.add_format({"bold": True, "bg_color": "#EAE6F2"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for column, (label, *examples) in enumerate(ROWS):
        sheet.write_string(0, column, label, bold)
        for row, value in enumerate(examples, 1):
            if isinstance(value, dt.datetime):
                sheet.write_datetime(row, column, value, moment)
            elif isinstance(value, str):
                sheet.write_string(row, column, value)
            else:
                sheet.write_number(row, column, value)
        sheet.set_column(column, column, 22)
    sheet.freeze_panes(1, 0)
    book.close()


if __name__ == "__main__":
    make(Path(__file__).parents[1] / TARGET)
