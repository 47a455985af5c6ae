from odoo import api, fields, models

NAMES = ("lifecycle_touch_capacity",)


class CrmLifecycleSettings(models.TransientModel):
    """The settings of due contacts, beside the others."""

    _inherit = "crm.lifecycle.settings"

    lifecycle_touch_capacity = fields.Integer(
        "Contacts a Day", help="How many due contacts a person makes on a working day."
    )

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
