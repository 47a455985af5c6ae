from odoo import models


class CrmStagePassage(models.Model):
    """Indexes for millions of stays: who stands where, and what began or ended when."""

    _inherit = "crm.stage.passage"

    _standing = models.Index("(stage_id, date_in) WHERE date_out IS NULL")
    _begun = models.Index("(company_id, date_in)")
    _ended = models.Index("(company_id, date_out) WHERE date_out IS NOT NULL")
