from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_bonus_by = fields.Selection(related="company_id.lifecycle_bonus_by", readonly=False)
    lifecycle_bonus_won_percent = fields.Float(
        related="company_id.lifecycle_bonus_won_percent", readonly=False
    )
    lifecycle_bonus_kept_percent = fields.Float(
        related="company_id.lifecycle_bonus_kept_percent", readonly=False
    )
    lifecycle_bonus_grown_percent = fields.Float(
        related="company_id.lifecycle_bonus_grown_percent", readonly=False
    )
