from odoo import fields, models


class CrmLostReason(models.Model):
    """A reason can ask to whom and at what price a lead was lost."""

    _inherit = "crm.lost.reason"

    asks_competitor = fields.Boolean(help="Who loses a lead for this reason says to whom.")
    asks_price = fields.Boolean(help="Who loses a lead for this reason says at what price.")
