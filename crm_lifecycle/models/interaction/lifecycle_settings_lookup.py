from odoo import api, fields, models

NAMES = ("lifecycle_lookup_limit", "lifecycle_lookup_days")


class CrmLifecycleSettings(models.TransientModel):
    """The telephone's settings, beside the others."""

    _inherit = "crm.lifecycle.settings"

    lifecycle_lookup_limit = fields.Integer("Look-ups a Minute")
    lifecycle_lookup_days = fields.Integer("Keep Look-ups (Days)")

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
