from odoo import fields, models

from .crm_lead_responsible import enters


class CrmLead(models.Model):
    """A lead that enters a stage has the stage's documents prepared."""

    _inherit = "crm.lead"

    stage_document_ids = fields.One2many(
        "crm.stage.document.job", "lead_id", "Documents of Stages", readonly=True
    )

    def _after_moves(self, moves):
        result = super()._after_moves(moves)
        documented = self.env["crm.stage"]._documented_ids()
        entered = [move for move in moves if enters(move) and move.stage.id in documented]
        if entered:
            self.env["crm.stage.document.job"]._push(entered)
        return result
