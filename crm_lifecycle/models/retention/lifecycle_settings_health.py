from odoo import api, fields, models

NAMES = (
    "lifecycle_health_watch",
    "lifecycle_health_risk",
    "lifecycle_health_new_days",
    "lifecycle_health_lost_times",
    "lifecycle_health_lost_days",
    "lifecycle_health_left_days",
    "lifecycle_health_tell",
)


class CrmLifecycleSettings(models.TransientModel):
    """The settings of health, beside the others."""

    _inherit = "crm.lifecycle.settings"

    lifecycle_health_watch = fields.Integer("Watch from")
    lifecycle_health_risk = fields.Integer("At Risk from")
    lifecycle_health_new_days = fields.Integer("New for (Days)")
    lifecycle_health_lost_times = fields.Float("Lost after (Times the Rhythm)")
    lifecycle_health_lost_days = fields.Integer("and after (Days)")
    lifecycle_health_left_days = fields.Integer("Left without a Purchase for (Days)")
    lifecycle_health_tell = fields.Boolean("Tell Who Falls into Risk")

    @api.model
    def default_get(self, fields):
        company = self.env.company.sudo()
        values = {name: company[name] for name in NAMES if name in fields}
        return {**super().default_get(fields), **values}

    def action_save(self):
        """Put the settings into the company; who may is asked by the other settings' method."""
        action = super().action_save()
        company = self._lifecycle_company().sudo()
        changed = {name: self[name] for name in NAMES if self[name] != company[name]}
        if changed:
            company.write(changed)
        return action
