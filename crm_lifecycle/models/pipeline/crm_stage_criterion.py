from odoo import fields, models


class CrmStage(models.Model):
    """The conditions of a stage, on its form."""

    _inherit = "crm.stage"

    criterion_ids = fields.One2many("crm.stage.criterion", "stage_id", "Conditions", copy=True)
