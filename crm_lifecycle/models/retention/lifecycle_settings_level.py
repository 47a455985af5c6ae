from odoo import api, fields, models

from .res_company_level import WEEKDAYS

NAMES = (
    "lifecycle_contact_cap",
    "lifecycle_contact_cap_days",
    "lifecycle_hour_from",
    "lifecycle_hour_to",
    "lifecycle_rest_from_day",
    "lifecycle_rest_from_hour",
    "lifecycle_rest_to_day",
    "lifecycle_rest_to_hour",
    "lifecycle_service_a_day",
    "lifecycle_service_quiet_days",
    "lifecycle_service_again_days",
)


class CrmLifecycleSettings(models.TransientModel):
    """How often customers are contacted, and when not: beside the other settings."""

    _inherit = "crm.lifecycle.settings"

    lifecycle_contact_cap = fields.Integer("Contacts with a Customer at Most")
    lifecycle_contact_cap_days = fields.Integer("within Days")
    lifecycle_hour_from = fields.Float("Contacts from")
    lifecycle_hour_to = fields.Float("Contacts until")
    lifecycle_rest_from_day = fields.Selection(WEEKDAYS, "Rest from")
    lifecycle_rest_from_hour = fields.Float("Rest from Hour")
    lifecycle_rest_to_day = fields.Selection(WEEKDAYS, "Rest until")
    lifecycle_rest_to_hour = fields.Float("Rest until Hour")
    lifecycle_service_a_day = fields.Integer("Offers a Day")
    lifecycle_service_quiet_days = fields.Integer("Quiet for Days")
    lifecycle_service_again_days = fields.Integer("Not Again for Days")

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
