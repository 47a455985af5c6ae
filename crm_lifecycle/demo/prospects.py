"""Those who are not customers yet, and what is on the table with those who are."""

from __future__ import annotations

from odoo import Command

from .habits import PROSPECTS

ORDERED = ("gefen", "studio_arc", "nova_dental")  # orders that wait for delivery


def talk(story):
    """A lead for each prospect, a quotation for some, and a few open orders."""
    leads = story.env["crm.lead"].create(
        [prepare_lead(story, name, amount) for name, (_stage, amount) in PROSPECTS.items()]
    )
    quoted = leads.filtered("expected_revenue")
    story.env["sale.order"].create(
        [prepare_order(story, lead.partner_id, lead.id) for lead in quoted]
    )
    ordered = [story.customers[name] for name in ORDERED]
    story.env["sale.order"].create(
        [prepare_order(story, customer) for customer in ordered]
    ).action_confirm()


def prepare_lead(story, name, amount):
    """The values of a prospect's lead, in the first stage; ``pipeline`` takes it further."""
    partner = story.prospects[name]
    return {
        "name": f"Windows for {partner.name}",
        "type": "opportunity",
        "partner_id": partner.id,
        "user_id": partner.user_id.id,
        "team_id": story.ref("team").id,
        "company_id": story.company.id,
        "stage_id": story.env.ref("crm_lifecycle.stage_win_email").id,
        "expected_revenue": amount,
    }


def prepare_order(story, partner, lead_id=False):
    """The values of a quotation: a few tilt and turn windows, installed."""
    openings = story.random.randint(3, 12)
    products = ("tilt", "installation")
    return {
        "partner_id": partner.id,
        "user_id": partner.user_id.id,
        "team_id": story.ref("team").id,
        "company_id": story.company.id,
        "opportunity_id": lead_id,
        "order_line": [
            Command.create(
                {"product_id": story.ref(f"product_{name}").id, "product_uom_qty": openings}
            )
            for name in products
        ],
    }
