from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The settings of screening on Odoo's own page."""

    _inherit = "res.config.settings"

    lifecycle_screen_overdue_amount = fields.Monetary(
        related="company_id.lifecycle_screen_overdue_amount",
        readonly=False,
        currency_field="currency_id",
    )
    lifecycle_screen_overdue_days = fields.Integer(
        related="company_id.lifecycle_screen_overdue_days", readonly=False
    )
    lifecycle_screen_worth = fields.Boolean(
        related="company_id.lifecycle_screen_worth", readonly=False
    )
    lifecycle_screen_release_required = fields.Boolean(
        related="company_id.lifecycle_screen_release_required", readonly=False
    )
