from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_assign_minutes = fields.Integer(
        related="company_id.lifecycle_assign_minutes", readonly=False
    )
    lifecycle_contact_minutes = fields.Integer(
        related="company_id.lifecycle_contact_minutes", readonly=False
    )
    lifecycle_lost_reason_required = fields.Boolean(
        related="company_id.lifecycle_lost_reason_required", readonly=False
    )
