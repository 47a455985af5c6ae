from odoo import models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.interaction.document"]

    def action_log_interaction(self):
        """Log a contact about this document, in a small dialog."""
        return self._log_interaction()
