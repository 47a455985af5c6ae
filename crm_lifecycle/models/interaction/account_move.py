from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.interaction.document"]

    def action_log_interaction(self):
        """Log a contact about this document, in a small dialog."""
        return self._log_interaction()
