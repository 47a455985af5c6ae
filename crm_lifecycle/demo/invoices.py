"""Invoices, credit notes and payments."""

from __future__ import annotations

from datetime import timedelta

from odoo import Command

from .habits import HABITS

GOODS = ("fixed", "tilt", "door", "shutter", "screen")
INSTALLED = 0.75  # share of the sales that we install
REGISTERED = 45  # days back to which payments are registered one by one


def sell(story):
    """Post the invoices of all customers. Returns them by customer name, oldest first."""
    vals = [
        prepare_invoice(story, name, day, habit.amount)
        for name, habit in HABITS.items()
        for day in story.days(habit, habit.orders)
    ]
    vals.sort(key=lambda values: values["invoice_date"])
    moves = story.env["account.move"].create(vals)
    moves._post(soft=False)
    return {
        name: moves.filtered(lambda move, customer=customer: move.partner_id == customer)
        for name, customer in story.customers.items()
    }


def prepare_invoice(story, name, day, amount):
    """The values of an invoice of about that amount: so many windows, mostly installed."""
    customer = story.customers[name]
    lines = prepare_lines(story, amount * story.random.uniform(0.7, 1.3))
    return {
        "move_type": "out_invoice",
        "partner_id": customer.id,
        "invoice_date": day,
        "date": day,
        "invoice_user_id": customer.user_id.id,
        "team_id": story.ref("team").id,
        "invoice_line_ids": [Command.create(line) for line in lines],
    }


def prepare_lines(story, amount):
    """One product, and mostly its installation, whose sum is near ``amount``."""
    fitting = [
        product
        for product in (story.ref(f"product_{name}") for name in GOODS)
        if product.list_price <= amount
    ]
    product = story.random.choice(fitting)
    installation = story.ref("product_installation")
    installed = story.random.random() < INSTALLED
    price = product.list_price + (installation.list_price if installed else 0)
    openings = max(1, round(amount / price))
    sold = [product, installation] if installed else [product]
    return [{"product_id": thing.id, "quantity": openings} for thing in sold]


def credit(story, sold):
    """Post a credit note of one unit for some invoices.

    :param sold: list of (invoice, day)
    """
    vals = [prepare_credit(invoice, day) for invoice, day in sold]
    notes = story.env["account.move"].create(vals)
    notes._post(soft=False)
    for note in notes:
        receivable(note | note.reversed_entry_id).reconcile()
    return notes


def prepare_credit(invoice, day):
    """The values of a credit note for one unit of the first thing on an invoice."""
    line = invoice.invoice_line_ids[0]
    return {
        "move_type": "out_refund",
        "partner_id": invoice.partner_id.id,
        "invoice_date": day,
        "date": day,
        "reversed_entry_id": invoice.id,
        "invoice_user_id": invoice.invoice_user_id.id,
        "team_id": invoice.team_id.id,
        "invoice_line_ids": [
            Command.create(
                {"product_id": line.product_id.id, "quantity": 1, "price_unit": line.price_unit}
            )
        ],
    }


def collect(story, sold):
    """Enter the payments that came in, each as late as its customer's habit.

    The last weeks' are registered as people do it, one payment a customer. The earlier ones
    are a deposit a month, with a line an invoice: payments take twice as long to make as
    all the rest of the demo. An invoice with a credit note has a payment of its own, since
    Odoo takes one that only entries settle for reversed.
    """
    recent = story.today - timedelta(days=REGISTERED)
    deposited, registered = [], story.env["account.move"]
    for move, day in paid(story, sold):
        if day >= recent:
            registered |= move
        elif move.reversal_move_ids:
            register(move, day)
        else:
            deposited.append((move, day))
    deposit(story, deposited)
    register(registered, story.today)


def paid(story, sold):
    """The invoices that are paid by now, each with the day."""
    due = [
        (move, move.invoice_date + timedelta(days=habit.pays_within))
        for name, habit in HABITS.items()
        for move in sold[name]
    ]
    return [(move, day) for move, day in due if move.amount_residual > 0 and day < story.today]


def register(moves, day):
    """Register one payment a customer for these invoices."""
    wizard = moves.env["account.payment.register"].with_context(
        active_model="account.move", active_ids=moves.ids
    )
    wizard.create({"group_payment": True, "payment_date": day})._create_payments()


def deposit(story, settled):
    """Enter the payments of earlier months, and match them with their invoices.

    :param settled: list of (invoice, day)
    """
    months = {}
    for move, day in settled:
        months.setdefault(day.replace(day=1), []).append((move, day))
    entries = story.env["account.move"].create(
        [prepare_deposit(story, months[month]) for month in sorted(months)]
    )
    entries._post(soft=False)
    opposite = {line.name: line for line in receivable(entries)}
    matches = [receivable(move) | opposite[move.name] for move, _day in settled]
    story.env["account.move.line"]._reconcile_plan(matches)


def prepare_deposit(story, settled):
    """The values of a bank entry: one line an invoice, and the bank's."""
    journal = story.env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", story.company.id)], limit=1
    )
    lines = [
        {
            "name": move.name,
            "partner_id": move.commercial_partner_id.id,
            "account_id": receivable(move).account_id.id,
            "credit": move.amount_residual,
        }
        for move, _day in settled
    ]
    received = sum(line["credit"] for line in lines)
    lines.append({"account_id": journal.default_account_id.id, "debit": received})
    return {
        "journal_id": journal.id,
        "date": max(day for _move, day in settled),
        "ref": "Customer payments",
        "line_ids": [Command.create(line) for line in lines],
    }


def receivable(moves):
    """The lines of entries that are customers' debts, or their payment."""
    return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
