from odoo import api, fields, models

MANAGER = "crm_lifecycle.group_lifecycle_manager"
LIMITS = {
    "lifecycle_screen_overdue_amount",
    "lifecycle_screen_overdue_days",
    "lifecycle_screen_worth",
}


class ResCompany(models.Model):
    """When a lead of a known customer is looked at before effort is spent on it."""

    _inherit = "res.company"

    lifecycle_screen_overdue_amount = fields.Monetary(
        "Flag when Overdue beyond",
        groups=MANAGER,
        help="A lead of a customer who owes more than this is flagged. Zero: not asked.",
    )
    lifecycle_screen_overdue_days = fields.Integer(
        "Flag when Overdue for (Days)",
        groups=MANAGER,
        help="A lead of a customer who owes anything for longer is flagged. Zero: not asked.",
    )
    lifecycle_screen_worth = fields.Boolean(
        "Flag Worth D",
        groups=MANAGER,
        help="A lead of a customer whose worth is at or below zero is flagged.",
    )
    lifecycle_screen_release_required = fields.Boolean(
        "Release before Quotation",
        groups=MANAGER,
        help="No quotation is made for a flagged lead until a manager has released it.",
    )

    _lifecycle_screen_overdue_amount = models.Constraint(
        "CHECK (lifecycle_screen_overdue_amount IS NULL OR (lifecycle_screen_overdue_amount >= 0 "
        "AND lifecycle_screen_overdue_amount < 'Infinity'))",
        "The overdue amount to flag beyond is zero or more.",
    )
    _lifecycle_screen_overdue_days = models.Constraint(
        "CHECK (lifecycle_screen_overdue_days IS NULL "
        "OR lifecycle_screen_overdue_days BETWEEN 0 AND 36500)",
        "The days overdue to flag after are zero or more.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(not LIMITS.isdisjoint(vals) for vals in vals_list):
            self.env["crm.lead"]._screening_changed()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if not LIMITS.isdisjoint(vals):
            self.env["crm.lead"]._screening_changed()
        return result
