from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_contact_cap = fields.Integer(
        related="company_id.lifecycle_contact_cap", readonly=False
    )
    lifecycle_contact_cap_days = fields.Integer(
        related="company_id.lifecycle_contact_cap_days", readonly=False
    )
    lifecycle_hour_from = fields.Float(related="company_id.lifecycle_hour_from", readonly=False)
    lifecycle_hour_to = fields.Float(related="company_id.lifecycle_hour_to", readonly=False)
    lifecycle_rest_from_day = fields.Selection(
        related="company_id.lifecycle_rest_from_day", readonly=False
    )
    lifecycle_rest_from_hour = fields.Float(
        related="company_id.lifecycle_rest_from_hour", readonly=False
    )
    lifecycle_rest_to_day = fields.Selection(
        related="company_id.lifecycle_rest_to_day", readonly=False
    )
    lifecycle_rest_to_hour = fields.Float(
        related="company_id.lifecycle_rest_to_hour", readonly=False
    )
    lifecycle_service_a_day = fields.Integer(
        related="company_id.lifecycle_service_a_day", readonly=False
    )
    lifecycle_service_quiet_days = fields.Integer(
        related="company_id.lifecycle_service_quiet_days", readonly=False
    )
    lifecycle_service_again_days = fields.Integer(
        related="company_id.lifecycle_service_again_days", readonly=False
    )
