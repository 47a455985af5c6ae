from odoo import api, fields, models

NAMES = (
    "lifecycle_screen_overdue_amount",
    "lifecycle_screen_overdue_days",
    "lifecycle_screen_worth",
    "lifecycle_screen_release_required",
)


class CrmLifecycleSettings(models.TransientModel):
    """The settings of screening, beside the others."""

    _inherit = "crm.lifecycle.settings"

    lifecycle_screen_overdue_amount = fields.Monetary("Flag when Overdue beyond")
    lifecycle_screen_overdue_days = fields.Integer("Flag when Overdue for (Days)")
    lifecycle_screen_worth = fields.Boolean("Flag Worth D")
    lifecycle_screen_release_required = fields.Boolean("Release before Quotation")

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
