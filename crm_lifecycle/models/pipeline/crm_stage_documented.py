from odoo import api, fields, models, tools


class CrmStage(models.Model):
    """A stage has documents that are prepared when a lead enters it."""

    _inherit = "crm.stage"

    document_ids = fields.One2many("crm.stage.document", "stage_id", "Documents", copy=True)

    @api.model
    @tools.ormcache()
    def _documented_ids(self):
        """The stages that have documents: frozenset of ids."""
        documents = self.env["crm.stage.document"].sudo()
        return frozenset(documents.search([("stage_id", "!=", False)]).stage_id._ids)
