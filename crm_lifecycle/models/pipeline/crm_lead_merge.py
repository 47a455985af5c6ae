from odoo import models


class CrmLead(models.Model):
    """A merged lead's way is part of the way of the lead that stays."""

    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        self.env["crm.stage.passage"]._note_merge(opportunities, self)
        return super()._merge_dependences(opportunities)

    def unlink(self):
        self.env["crm.stage.passage"]._note_deleted(self)
        return super().unlink()
