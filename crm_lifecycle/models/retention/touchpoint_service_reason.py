from odoo import fields, models

REASONS = [
    ("quieter", "Gone Quieter"),
    ("stopped", "Stopped Buying"),
    ("silent", "Never Calls"),
]


class CrmTouchpoint(models.Model):
    """Why a customer who asked for nothing is offered for a contact."""

    _inherit = "crm.touchpoint"

    service_reason = fields.Selection(REASONS, "Offered because", readonly=True)

    _service_uniq = models.UniqueIndex(
        "(partner_id, company_id) WHERE service_reason IS NOT NULL"
        " AND state IN ('planned', 'scheduled', 'put_off')",
        "The customer is offered for a contact already.",
    )
