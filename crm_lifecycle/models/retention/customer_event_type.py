from odoo import fields, models


class CrmCustomerEventType(models.Model):
    """A kind of thing that happens at a customer: how it bears on health, and what we do then.

    ``risk_points`` (0-100, negative for good news) count in the customer's risk for
    ``bears_days`` days from the event.
    """

    _name = "crm.customer.event.type"
    _description = "Type of Customer Event"
    _order = "sequence, id"

    name = fields.Char("Event", required=True, translate=True)
    code = fields.Char(copy=False, size=50, help="How rules and interfaces call it.")
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    risk_points = fields.Integer(
        help="What the event adds to the customer's risk; below zero for good news."
    )
    bears_days = fields.Integer(
        "Bears for Days", default=90, help="How long the event bears on the customer's health."
    )
