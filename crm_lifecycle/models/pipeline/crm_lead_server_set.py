from odoo import api, models


class CrmLead(models.Model):
    """The names of the fields that only the server writes; ``crm_lead_guard.py`` keeps them."""

    _inherit = "crm.lead"

    @api.model
    def _server_set(self):
        """The names of those fields. Extend to add one."""
        return frozenset()
