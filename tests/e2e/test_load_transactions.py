"""A CSV of transactions becomes posted invoices, once, with the figures that follow from them."""

import subprocess
import sys

import pytest

from tools import paths

ROWS = [
    "customer,date,amount",
    "1,{year}-03-02,100.00",
    "1,{year}-03-02,100.00",
    "1,{year}-05-04,50.50",
    "2,{year}-04-01,70",
    "2,{year}-04-09,-20.25",
    "3,{year}-04-09,0",
]
READ = """
company = env['res.company'].search([('name', '=', arguments['company'])])
moves = env['account.move'].search([('company_id', '=', company.id)], order='date, id')
values = env['crm.customer.value'].search([('company_id', '=', company.id)])
result({
    'moves': [[m.move_type, m.state, str(m.invoice_date), m.amount_untaxed_signed] for m in moves],
    'numbered': len(set(moves.mapped('name'))) == len(moves) and all(moves.mapped('name')),
    'balanced': all(not sum(m.line_ids.mapped('balance')) for m in moves),
    'values': {v.partner_id.name: v.revenue_total for v in values},
    'queued': env['crm.customer.value.queue'].search_count([('company_id', '=', company.id)]),
    'admin': company in env.ref('base.user_admin').company_ids,
})
"""


@pytest.fixture
def load(odoo, database, tmp_path):
    """Run the command on rows of last year; what it prints is returned."""

    def run(rows, *options, name="shop"):
        file = tmp_path / "shop.csv"
        file.write_text("\n".join(rows), "utf-8")
        command = [sys.executable, "-m", "tools.load_transactions", str(file)]
        return subprocess.run(
            [*command, "--db", database, "--name", name, *options],
            cwd=paths.ROOT,
            env=odoo.env(),
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def rows():
    return [row.format(year=2024) for row in ROWS]


def test_rows_become_posted_invoices_once(load, rows, run_script, database):
    done = load(rows)
    assert done.returncode == 0, done.stderr
    assert "1 rows of zero left out" in done.stderr
    assert "2 customers, 3 days of purchase, 300.25" in done.stdout
    found = run_script(database, READ, company="shop")
    assert found == {
        "moves": [
            ["out_invoice", "posted", "2024-03-02", 100.0],
            ["out_invoice", "posted", "2024-03-02", 100.0],
            ["out_invoice", "posted", "2024-04-01", 70.0],
            ["out_refund", "posted", "2024-04-09", -20.25],
            ["out_invoice", "posted", "2024-05-04", 50.5],
        ],
        "numbered": True,
        "balanced": True,
        "values": {"shop 00001": 250.5, "shop 00002": 49.75},
        "queued": found["queued"],
        "admin": True,
    }

    again = load([*rows, "4,2024-06-01,10"])
    assert "5 rows were loaded before, 1 are new" in again.stdout
    assert len(run_script(database, READ, company="shop")["moves"]) == 6


def test_a_bad_row_and_nothing_is_loaded(load, rows, run_script, database):
    done = load([*rows, "4,yesterday,10"], name="bad")
    assert done.returncode == 1
    assert "line 8: 'yesterday' is not a date" in done.stderr
    assert run_script(database, READ, company="bad")["moves"] == []


def test_a_missing_database_is_named(load, rows):
    done = load(rows, "--db", "no_such_database")
    assert done.returncode == 1
    assert "There is no database no_such_database" in done.stderr
