from odoo import models


class CrmLead(models.Model):
    """What was said about a merged lead is about the one that stays."""

    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        self.env["crm.interaction"]._move_documents(opportunities, self)
        return super()._merge_dependences(opportunities)
