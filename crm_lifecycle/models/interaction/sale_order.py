from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.interaction.document"]

    def action_log_interaction(self):
        """Log a contact about this document, in a small dialog."""
        return self._log_interaction()
