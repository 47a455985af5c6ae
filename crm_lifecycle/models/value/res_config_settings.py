from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = ["res.config.settings", "crm.lifecycle.settings.preview"]

    lifecycle_period_days = fields.Integer(
        related="company_id.lifecycle_period_days", readonly=False
    )
    lifecycle_return_cost = fields.Monetary(
        related="company_id.lifecycle_return_cost",
        readonly=False,
        currency_field="currency_id",
    )
    lifecycle_tier_a_percent = fields.Float(
        related="company_id.lifecycle_tier_a_percent", readonly=False
    )
    lifecycle_tier_b_percent = fields.Float(
        related="company_id.lifecycle_tier_b_percent", readonly=False
    )
    lifecycle_retention_tier = fields.Selection(
        related="company_id.lifecycle_retention_tier", readonly=False, required=True
    )
    lifecycle_retention_tenure_days = fields.Integer(
        related="company_id.lifecycle_retention_tenure_days", readonly=False
    )
    lifecycle_retention_purchases = fields.Integer(
        related="company_id.lifecycle_retention_purchases", readonly=False
    )
    lifecycle_unowned_visible = fields.Boolean(
        related="company_id.lifecycle_unowned_visible", readonly=False
    )
