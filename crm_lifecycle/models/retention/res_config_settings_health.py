from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_health_watch = fields.Integer(
        related="company_id.lifecycle_health_watch", readonly=False
    )
    lifecycle_health_risk = fields.Integer(
        related="company_id.lifecycle_health_risk", readonly=False
    )
    lifecycle_health_new_days = fields.Integer(
        related="company_id.lifecycle_health_new_days", readonly=False
    )
    lifecycle_health_lost_times = fields.Float(
        related="company_id.lifecycle_health_lost_times", readonly=False
    )
    lifecycle_health_lost_days = fields.Integer(
        related="company_id.lifecycle_health_lost_days", readonly=False
    )
    lifecycle_health_left_days = fields.Integer(
        related="company_id.lifecycle_health_left_days", readonly=False
    )
    lifecycle_health_tell = fields.Boolean(
        related="company_id.lifecycle_health_tell", readonly=False
    )
