from odoo import api, fields, models

from .res_company_focus import FOCUS, WEEKDAYS

NAMES = ("lifecycle_focus", "lifecycle_digest", "lifecycle_digest_weekday")


class CrmLifecycleSettings(models.TransientModel):
    """The focus and the weekly digest, beside the other settings."""

    _inherit = "crm.lifecycle.settings"

    lifecycle_focus = fields.Selection(
        FOCUS,
        "Focus",
        help="What comes first: the screen that Lifecycle opens with, and the weekly digest.",
    )
    lifecycle_digest = fields.Boolean(
        "Weekly Digest", help="One e-mail a week with the contacts of the week and what is late."
    )
    lifecycle_digest_weekday = fields.Selection(WEEKDAYS, "Day of the Digest", required=True)

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
