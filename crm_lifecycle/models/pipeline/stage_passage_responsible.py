from odoo import models


class CrmStagePassage(models.Model):
    """A stay keeps who was on the lead when it came."""

    _inherit = "crm.stage.passage"

    def _prepare_entry(self, move, now):
        values = super()._prepare_entry(move, now)
        if self.env["crm.stage"]._assigning_ids():
            values["responsible_id"] = move.lead.sudo().stage_responsible_id.id
        return values
