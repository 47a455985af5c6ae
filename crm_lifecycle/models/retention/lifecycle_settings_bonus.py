from odoo import api, fields, models

from .res_company_bonus import BY

NAMES = (
    "lifecycle_bonus_by",
    "lifecycle_bonus_won_percent",
    "lifecycle_bonus_kept_percent",
    "lifecycle_bonus_grown_percent",
)


class CrmLifecycleSettings(models.TransientModel):
    """The settings of the retention bonus, beside the others."""

    _inherit = "crm.lifecycle.settings"

    lifecycle_bonus_by = fields.Selection(BY, "Bonus Goes to", required=True, default="invoice")
    lifecycle_bonus_won_percent = fields.Float("Bonus on Won (%)")
    lifecycle_bonus_kept_percent = fields.Float("Bonus on Kept (%)")
    lifecycle_bonus_grown_percent = fields.Float("Bonus on Grown (%)")

    @api.model
    def default_get(self, fields):
        company = self.env.company.sudo()
        values = {name: company[name] for name in NAMES if name in fields}
        return {**super().default_get(fields), **values}

    def action_save(self):
        """Put the settings into the company; who may is asked by the other settings' method."""
        action = super().action_save()
        self._lifecycle_company().sudo().write({name: self[name] for name in NAMES})
        return action
