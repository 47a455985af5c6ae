"""The *Customer worth* workbook beside bare xlsxwriter: seconds, CPU and memory.

    measure(name, rows)     of a database that has the addon and at least so many customers
    fill(name, rows)        makes such customers by SQL, for a scratch database

Each run is a process of its own that starts with the registry loaded; memory is what its
peak adds to that start. Both sides write the same 12 columns with the same formats, constant
memory on; the bare side has its rows made up in Python and no database at all.
"""

from __future__ import annotations

import os
import pickle
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import odoo
import xlsxwriter

from benchmarks import databases

COLUMNS = (
    "name",
    "city",
    "salesperson",
    "tier",
    "phase",
    "revenue_period",
    "service_cost_period",
    "value_period",
    "cost_share",
    "purchase_count",
    "last_purchase",
    "overdue_amount",
)
TEXT, NUMBER, FORMULA = "write_string", "write_number", "write_formula"
MONEY = '"$"#,##0.00;[Red]-"$"#,##0.00'
BARE = (
    [(TEXT, "@")] * 5
    + [(NUMBER, MONEY)] * 3
    + [(FORMULA, "0.0%"), (NUMBER, "#,##0"), (NUMBER, "yyyy-mm-dd"), (NUMBER, MONEY)]
)


def measure(name: str, rows: int, runs: int = 3) -> dict[str, dict[str, float]]:
    """Medians of some runs, taken in turn: seconds, cpu (seconds), memory (MB), size (MB)."""
    with databases.environment(name):
        pass  # the registry is loaded before the processes part
    odoo.sql_db.close_db(name)
    sides = {"bare": lambda path: bare(path, rows), "ours": lambda path: ours(name, path, rows)}
    results = {side: [] for side in sides}
    for _run in range(runs):
        for side, write in sides.items():
            results[side].append(_apart(write))
    return {side: _medians(taken) for side, taken in results.items()}


def _medians(taken: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(statistics.median(one[key] for one in taken), 2) for key in taken[0]}


def _apart(write: Callable[[str], None]) -> dict[str, float]:
    """What writing costs, in a process of its own."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.write(write_end, pickle.dumps(_measured(write)))
            status = 0
        finally:
            os._exit(status)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        data = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(data)


def _measured(write: Callable[[str], None]) -> dict[str, float]:
    Path("/proc/self/clear_refs").write_text("5")
    before, started, cpu = _peak(), time.monotonic(), _cpu()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "worth.xlsx")
        write(path)
        size = Path(path).stat().st_size / 2**20
    return {
        "seconds": time.monotonic() - started,
        "cpu": _cpu() - cpu,
        "memory": _peak() - before,
        "size": size,
    }


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _peak() -> float:
    """The peak of resident memory since the last reset, in MB."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def ours(name: str, path: str, rows: int) -> None:
    """The addon's workbook of the best ``rows`` customers, narrowed to the same columns."""
    with databases.environment(name, uid=odoo.SUPERUSER_ID) as env:
        company = env["res.company"].browse(_largest_company(env))
        export = env["crm.customer.worth.export"].create({"company_id": company.id})
        report = env["crm.customer.worth.report"]
        chosen = {column.name: column for column in report._columns()}
        columns = [chosen[column] for column in COLUMNS]
        limit = odoo.tools.SQL("value.id <= %s", _row_limit(env, company, rows))
        with (
            patch.object(type(report), "_columns", lambda _self: columns),
            patch.object(type(export), "_figure_condition", lambda _self: limit),
        ):
            written = report._build(export, path)
        if written != rows:
            raise ValueError(f"{name} has {written} customers, not {rows}.")


def _largest_company(env) -> int:
    env.cr.execute(
        """SELECT company_id FROM crm_customer_value
            GROUP BY company_id ORDER BY COUNT(*) DESC LIMIT 1"""
    )
    return env.cr.fetchone()[0]


def _row_limit(env, company, rows: int) -> int:
    env.cr.execute(
        "SELECT id FROM crm_customer_value WHERE company_id = %s ORDER BY id LIMIT 1 OFFSET %s",
        (company.id, rows - 1),
    )
    return env.cr.fetchone()[0]


def bare(path: str, rows: int) -> None:
    """What anybody would write with xlsxwriter alone."""
    options = {"constant_memory": True, "tmpdir": str(Path(path).parent)}
    book = xlsxwriter.Workbook(path, options)
    sheet = book.add_worksheet()
    formats = {code: book.add_format({"num_format": code}) for _write, code in BARE}
    writers = [(getattr(sheet, write), write, formats[code]) for write, code in BARE]
    for row in range(rows):
        for place, value in enumerate(_sample(row)):
            write, kind, look = writers[place]
            if kind == FORMULA:
                formula = f'=IFERROR(G{row + 1}/F{row + 1},"")'
                write(row, place, formula, look, value)
            else:
                write(row, place, value, look)
    book.close()


def _sample(row: int) -> tuple:
    revenue, cost = 100.25 + row * 7 % 90001, 10.5 + row % 701
    return (
        f"Customer number {row}",
        f"City {row % 500}",
        f"Seller {row % 40}",
        "ABCD"[row % 4],
        ("Acquisition", "Enhancement", "Retention")[row % 3],
        revenue,
        cost,
        revenue - cost,
        cost / revenue,
        row % 30,
        45000 + row % 900,
        float(row % 200),
    )


def fill(name: str, rows: int) -> None:
    """Make customers with figures by SQL, in the first company."""
    with databases.autocommit(name) as cr:
        cr.execute(
            """
            WITH made AS (
                INSERT INTO res_partner (name, complete_name, city, active, is_company, type,
                                         user_id, autopost_bills)
                SELECT 'Customer number ' || n, 'Customer number ' || n, 'City ' || n %% 500,
                       TRUE, TRUE, 'contact', (SELECT MIN(id) FROM res_users WHERE id > 1), 'ask'
                  FROM generate_series(1, %s) n
             RETURNING id)
            INSERT INTO crm_customer_value (partner_id, company_id, revenue_period,
                   service_cost_period, value_period, revenue_total, service_cost_total,
                   value_total, invoice_count, purchase_count, first_purchase_date,
                   last_purchase_date, return_count, overdue_amount, days_late, is_ranked, score,
                   tier, phase)
            SELECT id, (SELECT MIN(id) FROM res_company), 100.25 + id * 7 %% 90001,
                   10.5 + id %% 701, 89.75 + id * 7 %% 90001 - id %% 701,
                   100.25 + id * 7 %% 90001, 10.5 + id %% 701,
                   89.75 + id * 7 %% 90001 - id %% 701, id %% 30, id %% 30,
                   DATE '2020-01-01' + id %% 900, DATE '2023-03-15' + id %% 900, 0, id %% 200,
                   id %% 30, TRUE, id %% 100, (ARRAY['a', 'b', 'c', 'd'])[id %% 4 + 1],
                   (ARRAY['acquisition', 'enhancement', 'retention'])[id %% 3 + 1]
              FROM made
            """,
            (rows,),
        )
        cr.execute(
            "UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL"
        )
        cr.execute("VACUUM ANALYZE res_partner, crm_customer_value")
