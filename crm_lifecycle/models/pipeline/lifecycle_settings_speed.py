from odoo import api, fields, models

NAMES = (
    "lifecycle_assign_minutes",
    "lifecycle_contact_minutes",
    "lifecycle_lost_reason_required",
)


class CrmLifecycleSettings(models.TransientModel):
    """The settings of new and of lost leads, beside the others."""

    _inherit = "crm.lifecycle.settings"

    lifecycle_assign_minutes = fields.Integer("Assign New Leads within (Minutes)")
    lifecycle_contact_minutes = fields.Integer("Contact New Leads within (Minutes)")
    lifecycle_lost_reason_required = fields.Boolean("Lost Needs a Reason")

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
