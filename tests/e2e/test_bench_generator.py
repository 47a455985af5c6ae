"""The benchmarks' generator makes documents as Odoo has them: both ways of adding up agree on them.

Needs a database with the addon and a chart of accounts (the template).
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FILL = """
import sys
sys.path.insert(0, arguments["root"])
from benchmarks.generator import fill
from benchmarks.sizes import SIZES

before = env["crm.customer.value"].search_count([])
fill.fill(env.cr.dbname, SIZES["tiny"])
env.cr.rollback()
env.invalidate_all()
env["crm.customer.value.run"].search([]).write({"state": "done"})
env["crm.customer.value.run"]._cron_refresh()
result({"before": before, "after": env["crm.customer.value"].search_count([])})
"""

COMPARE = """
from datetime import timedelta
from odoo import fields

start = fields.Date.today() - timedelta(days=env.company.lifecycle_period_days)
customers = env["res.partner"].search([("name", "like", "Customer 00000")], limit=12, order="name")
rows = []
for partner in customers:
    moves = env["account.move"].search([
        ("commercial_partner_id", "=", partner.id), ("state", "=", "posted"),
        ("move_type", "in", ("out_invoice", "out_refund"))])
    lines = moves.line_ids.filtered(lambda line: line.display_type == "product")
    open_lines = moves.line_ids.filtered(
        lambda line: line.account_id.account_type == "asset_receivable"
        and not line.reconciled and line.amount_residual > 0
        and line.date_maturity < fields.Date.today())
    contacts = env["res.partner"].search([("commercial_partner_id", "=", partner.id)])
    hours = env["account.analytic.line"].search([("partner_id", "in", contacts.ids)])
    hours = hours.filtered(lambda line: not line.move_line_id)
    back = env["stock.picking"].search([("partner_id", "in", contacts.ids), ("state", "=", "done")])
    back = back.filtered(lambda picking: picking.move_ids.origin_returned_move_id)
    cost = len(back) * env.company.lifecycle_return_cost - sum(hours.mapped("amount"))
    bought = moves.filtered(lambda m: m.move_type == "out_invoice" and m.amount_untaxed > 0)
    value = env["crm.customer.value"].search([("partner_id", "=", partner.id)])
    rows.append({
        "name": partner.name,
        "naive": [-sum(lines.mapped("balance")), cost,
                  sum(m.amount_untaxed_signed for m in moves if m.invoice_date > start),
                  len(set(bought.mapped("invoice_date"))), len(back),
                  sum(open_lines.mapped("amount_residual"))],
        "stored": [value.revenue_total, value.service_cost_total, value.revenue_period,
                   value.purchase_count, value.return_count, value.overdue_amount],
    })
result(rows)
"""

LEDGER = """
env.cr.execute("SELECT COUNT(*) FROM (SELECT move_id FROM account_move_line GROUP BY move_id"
               " HAVING SUM(balance) <> 0) unbalanced")
unbalanced = env.cr.fetchone()[0]
env.cr.execute("SELECT COUNT(*) FROM account_move WHERE name LIKE 'INV/%' AND state = 'posted'")
named = env.cr.fetchone()[0]
ours = [("invoice_partner_display_name", "like", "Customer 0")]
moves = env["account.move"].search(ours, limit=50)
before = moves.mapped(lambda m: (m.amount_untaxed, m.amount_total, m.amount_residual_signed))
for name in ("amount_untaxed", "amount_total", "amount_residual_signed"):
    env.add_to_compute(env["account.move"]._fields[name], moves)
after = moves.mapped(lambda m: (m.amount_untaxed, m.amount_total, m.amount_residual_signed))
result({"unbalanced": unbalanced, "named": named, "computed_alike": before == after})
env.cr.rollback()
"""


@pytest.fixture(scope="module")
def filled(database, run_script):
    counts = run_script(database, FILL, root=str(ROOT))
    assert counts["after"] > counts["before"] + 80
    return database


def test_figures_equal_a_naive_computation_through_the_orm(filled, run_script):
    rows = run_script(filled, COMPARE)
    assert len(rows) >= 9
    assert any(row["naive"][0] for row in rows)
    for row in rows:
        assert row["stored"] == pytest.approx(row["naive"], abs=0.005), row["name"]


def test_generated_invoices_are_what_odoo_would_compute(filled, run_script):
    seen = run_script(filled, LEDGER)
    assert seen["unbalanced"] == 0
    assert seen["named"] > 900
    assert seen["computed_alike"]
