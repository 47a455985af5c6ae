from odoo import api, fields, models
from odoo.exceptions import AccessError

SETTINGS = (
    "lifecycle_period_days",
    "lifecycle_return_cost",
    "lifecycle_tier_a_percent",
    "lifecycle_tier_b_percent",
    "lifecycle_retention_tier",
    "lifecycle_retention_tenure_days",
    "lifecycle_retention_purchases",
    "lifecycle_unowned_visible",
)


class CrmLifecycleSettings(models.TransientModel):
    """The company's Lifecycle settings, for managers who do not administer the system.

    Odoo's own settings page, which has the same, is for administrators only.
    """

    _name = "crm.lifecycle.settings"
    _description = "Lifecycle Settings"
    _inherit = ["crm.lifecycle.settings.preview"]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    lifecycle_period_days = fields.Integer("Trailing Period (Days)")
    lifecycle_return_cost = fields.Monetary("Cost per Return")
    lifecycle_tier_a_percent = fields.Float("Tier A (%)")
    lifecycle_tier_b_percent = fields.Float("Tier B (%)")
    lifecycle_retention_tier = fields.Selection(
        [("a", "A"), ("b", "A or B"), ("c", "A, B or C")], "Worth Keeping", required=True
    )
    lifecycle_retention_tenure_days = fields.Integer("Seasoned after (Days)")
    lifecycle_retention_purchases = fields.Integer("Seasoned after (Purchases)")
    lifecycle_unowned_visible = fields.Boolean("Unowned Customers for Everybody")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        company = self.env.company.sudo()
        wanted = [name for name in SETTINGS if name in fields]
        return {**values, **{name: company[name] for name in wanted}}

    def _compute_display_name(self):
        for settings in self:
            settings.display_name = self.env._("Settings")

    def action_save(self):
        """Put the settings into the company.

        :raises AccessError: for others than the company's Lifecycle managers
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_manager"):
            raise AccessError(self.env._("Only Lifecycle managers change these settings."))
        company = self._lifecycle_company()
        company.sudo().write({name: self[name] for name in SETTINGS})
        return {"type": "ir.actions.client", "tag": "reload"}
