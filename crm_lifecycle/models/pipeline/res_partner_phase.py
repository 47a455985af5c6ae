from odoo import api, models


class ResPartner(models.Model):
    """A screen of leads of one process makes customers of any phase."""

    _inherit = "res.partner"

    @api.model
    def default_get(self, fields):
        # The default is the leads'; a customer's phase set at creation would be locked.
        return super().default_get([name for name in fields if name != "lifecycle_phase"])
