"""One real document of each kind, made by Odoo itself: the pattern of all generated ones.

A generated row is its exemplar with the varying columns replaced. So a column that Odoo adds or
fills differently in another version is right without a change here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from odoo import Command
from odoo.tools import SQL

Row = dict[str, str]


@dataclass
class Exemplars:
    """Rows by kind, as texts by column, and the ids that generated rows choose from."""

    users: list[int]
    product: int
    analytic_account: int
    rows: dict[str, Row] = field(default_factory=dict)


def make(env) -> Exemplars:
    """Make the exemplars and read them. Commits the shared records, leaves no document."""
    exemplars = _shared(env)
    env.cr.commit()
    try:
        _partners(env, exemplars)
        _invoices(env, exemplars)
        _orders(env, exemplars)
        _transfers(env, exemplars)
    finally:
        env.cr.rollback()
        env.invalidate_all(flush=False)
    return exemplars


def _keep(env, exemplars, kind, record) -> None:
    """Keep a record's row."""
    record.ensure_one()
    env.flush_all()
    table = SQL.identifier(record._table)
    [(row,)] = env.execute_query(
        SQL(
            """SELECT jsonb_object_agg(key, value)
                 FROM jsonb_each_text((SELECT to_jsonb(t) FROM %s t WHERE id = %s))
                WHERE value IS NOT NULL""",
            table,
            record.id,
        )
    )
    exemplars.rows[kind] = row


def _shared(env) -> Exemplars:
    users = env["res.users"].create(
        [
            {
                "name": f"Seller {number}",
                "login": f"seller{number}",
                "group_ids": [Command.link(env.ref("sales_team.group_sale_salesman").id)],
            }
            for number in range(1, 11)
        ]
    )
    product = env["product.product"].create({"name": "Bench Goods", "type": "consu"})
    plan = env["account.analytic.plan"].search([], limit=1) or env["account.analytic.plan"].create(
        {"name": "Projects"}
    )
    account = env["account.analytic.account"].create({"name": "Service", "plan_id": plan.id})
    # Three stages beside Odoo's three and the won one: a lead has six to pass.
    env["crm.stage"].create(
        [{"name": f"Stage {number}", "sequence": number} for number in (4, 5, 6)]
    )
    return Exemplars(users.ids, product.id, account.id)


def _partners(env, exemplars) -> None:
    country = env.ref("base.us")
    company = env["res.partner"].create(
        {
            "name": "Exemplar",
            "is_company": True,
            "country_id": country.id,
            "city": "City",
            "email": "exemplar@example.com",
            "user_id": exemplars.users[0],
        }
    )
    contact = env["res.partner"].create({"name": "Contact", "parent_id": company.id})
    lead = env["crm.lead"].create(
        {"name": "Lead", "partner_id": company.id, "type": "opportunity", "user_id": False}
    )
    hours = env["account.analytic.line"].create(
        {
            "name": "Hours",
            "account_id": exemplars.analytic_account,
            "partner_id": company.id,
            "amount": -40.0,
            "unit_amount": 1.0,
        }
    )
    for kind, record in (
        ("company", company),
        ("contact", contact),
        ("lead", lead),
        ("hours", hours),
    ):
        _keep(env, exemplars, kind, record)


def _invoices(env, exemplars) -> None:
    partner = env["res.partner"].search([("name", "=", "Exemplar")])
    for move_type in ("out_invoice", "out_refund"):
        move = env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": "2024-01-15",
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": exemplars.product, "price_unit": 100.0, "tax_ids": []}
                    )
                ],
            }
        )
        move.action_post()
        lines = move.line_ids
        _keep(env, exemplars, move_type, move)
        _keep(env, exemplars, f"{move_type}_product", lines.filtered("product_id"))
        _keep(env, exemplars, f"{move_type}_receivable", lines.filtered("date_maturity"))


def _orders(env, exemplars) -> None:
    partner = env["res.partner"].search([("name", "=", "Exemplar")])
    order = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "order_line": [Command.create({"product_id": exemplars.product, "price_unit": 100.0})],
        }
    )
    _keep(env, exemplars, "order", order)


def _transfers(env, exemplars) -> None:
    """A delivery, and its return."""
    partner = env["res.partner"].search([("name", "=", "Exemplar")])
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    customers = env.ref("stock.stock_location_customers")
    delivery = env["stock.picking"].create(
        {
            "picking_type_id": warehouse.out_type_id.id,
            "partner_id": partner.id,
            "location_id": warehouse.lot_stock_id.id,
            "location_dest_id": customers.id,
            "move_ids": [
                Command.create(
                    {
                        "product_id": exemplars.product,
                        "product_uom_qty": 1.0,
                        "location_id": warehouse.lot_stock_id.id,
                        "location_dest_id": customers.id,
                    }
                )
            ],
        }
    )
    _finish(delivery)
    wizard = env["stock.return.picking"].create({"picking_id": delivery.id})
    wizard.product_return_moves.quantity = 1.0
    back = wizard._create_return()
    _finish(back)
    for kind, picking in (("delivery", delivery), ("return", back)):
        _keep(env, exemplars, kind, picking)
        _keep(env, exemplars, f"{kind}_move", picking.move_ids)


def _finish(picking) -> None:
    picking.action_confirm()
    picking.move_ids.write({"quantity": 1.0, "picked": True})
    picking._action_done()
