from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_touch_capacity = fields.Integer(
        related="company_id.lifecycle_touch_capacity", readonly=False
    )
