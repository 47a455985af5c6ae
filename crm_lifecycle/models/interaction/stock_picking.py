from odoo import models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "crm.interaction.document"]

    def action_log_interaction(self):
        """Log a contact about this document, in a small dialog."""
        return self._log_interaction()
