"""What serving the customers costs: hours, and deliveries that come back."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from odoo import Command

from . import invoices
from .habits import HABITS

HOURLY_COST = 210.0
VISIT = 7  # hours of a crew at a customer's, about
REASONS = ("Handle replaced", "Leak at the sill", "Motor of the shutter", "Measured again")
STOCK = 5000


def log_hours(story):
    """Analytic lines, as timesheets make them, spread over the time of each customer."""
    account = story.env["account.analytic.account"].create(
        {
            "name": "Service",
            "plan_id": story.env.ref("analytic.analytic_plan_projects").id,
            "company_id": story.company.id,
        }
    )
    story.env["account.analytic.line"].create(
        [
            prepare_visit(story, account, name, day, min(VISIT, habit.hours))
            for name, habit in HABITS.items()
            for day in story.days(habit, habit.hours / min(VISIT, habit.hours))
        ]
    )


def prepare_visit(story, account, name, day, hours):
    """The values of one visit's hours."""
    hours = round(hours * story.random.uniform(0.6, 1.4) * 4) / 4
    return {
        "name": story.random.choice(REASONS),
        "account_id": account.id,
        "company_id": story.company.id,
        "partner_id": story.customers[name].id,
        "user_id": story.user("noa").id,
        "date": day,
        "unit_amount": hours,
        "product_uom_id": story.env.ref("uom.product_uom_hour").id,
        "amount": -hours * HOURLY_COST,
    }


def send_back(story, sold):
    """Deliver some invoices' goods for real, have them returned, and credit every second one."""
    returned = [invoice for name, habit in HABITS.items() for invoice in chosen(sold[name], habit)]
    deliveries = deliver(story, returned)
    backs = take_back(story, deliveries)
    for invoice, delivery, back in zip(returned, deliveries, backs, strict=True):
        delivery.date_done = at_noon(invoice.invoice_date)
        back.date_done = at_noon(came_back(story, invoice))
    story.env["stock.picking"].flush_model()
    invoices.credit(story, [(move, came_back(story, move)) for move in returned[::2]])


def chosen(moves, habit):
    """As many of a customer's invoices as come back, the same each time."""
    step = max(1, len(moves) // habit.returns) if habit.returns else 1
    return moves[::step][: habit.returns]


def came_back(story, invoice):
    """When the goods of an invoice were returned."""
    return min(invoice.invoice_date + timedelta(days=12), story.today)


def at_noon(day):
    """A day as a date and time."""
    return datetime.combine(day, time(12))


def deliver(story, moves):
    """One done delivery an invoice."""
    warehouse = story.env["stock.warehouse"].search(
        [("company_id", "=", story.company.id)], limit=1
    )
    fill(story, warehouse.lot_stock_id, moves)
    pickings = story.env["stock.picking"].create(
        [prepare_delivery(story, warehouse, move) for move in moves]
    )
    pickings.action_confirm()
    pickings.action_assign()
    pickings.move_ids.picked = True
    pickings._action_done()
    return pickings


def fill(story, place, moves):
    """Enough of everything in stock."""
    quants = story.env["stock.quant"].with_context(inventory_mode=True)
    goods = story.env["product.product"].union(*(first_line(move).product_id for move in moves))
    quants.create(
        [
            {"product_id": product.id, "location_id": place.id, "inventory_quantity": STOCK}
            for product in goods
        ]
    ).action_apply_inventory()


def first_line(move):
    """The line of an invoice whose goods come back."""
    return move.invoice_line_ids[0]


def prepare_delivery(story, warehouse, invoice):
    """The values of the delivery of the first product of an invoice."""
    customers = story.env.ref("stock.stock_location_customers")
    line = first_line(invoice)
    kind = warehouse.out_type_id
    places = {"location_id": warehouse.lot_stock_id.id, "location_dest_id": customers.id}
    return {
        "picking_type_id": kind.id,
        "partner_id": invoice.partner_id.id,
        "origin": invoice.name,
        "company_id": story.company.id,
        **places,
        "move_ids": [
            Command.create(
                {
                    "product_id": line.product_id.id,
                    "product_uom_qty": line.quantity,
                    "company_id": story.company.id,
                    **places,
                }
            )
        ],
    }


def take_back(story, deliveries):
    """Return one unit of each delivery through the return wizard."""
    backs = story.env["stock.picking"]
    for delivery in deliveries:
        wizard = story.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 1
        backs |= wizard._create_return()
    backs.move_ids.picked = True
    backs._action_done()
    return backs
