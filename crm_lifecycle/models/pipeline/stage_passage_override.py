from odoo import api, models

from .crm_lead_criterion import OVERRIDE


class CrmStagePassage(models.Model):
    """A stay that began in spite of a missing condition says so, with the manager's reason."""

    _inherit = "crm.stage.passage"

    @api.model
    def _prepare_entry(self, move, now):
        values = super()._prepare_entry(move, now)
        override = self.env.cr.precommit.data.get(OVERRIDE)
        if override and move.lead.id in override.sentences:
            values |= {"is_overridden": True, "override_reason": override.reason}
        return values

    @api.model
    def _prepare_skipped(self, move, stage, now):
        values = super()._prepare_skipped(move, stage, now)
        return {**values, "is_overridden": False, "override_reason": False}
