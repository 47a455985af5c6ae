from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_focus = fields.Selection(related="company_id.lifecycle_focus", readonly=False)
    lifecycle_digest = fields.Boolean(related="company_id.lifecycle_digest", readonly=False)
    lifecycle_digest_weekday = fields.Selection(
        related="company_id.lifecycle_digest_weekday", readonly=False
    )
