from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.phase import PhaseThresholds
from ...engine.ranking import TierCutoffs

USER = "crm_lifecycle.group_lifecycle_user"


class ResCompany(models.Model):
    _inherit = "res.company"

    # Worth
    lifecycle_period_days = fields.Integer(
        "Trailing Period (Days)",
        groups=USER,
        default=365,
        help="Revenue and service cost of this many days back make the ranking.",
    )
    lifecycle_return_cost = fields.Monetary(
        "Cost per Return",
        groups=USER,
        default=0.0,
        help="What handling one customer return costs. It counts for every return, past ones too.",
    )

    # Tiers
    lifecycle_tier_a_percent = fields.Float(
        "Tier A (%)", groups=USER, default=20.0, help="The best so many percent of the customers."
    )
    lifecycle_tier_b_percent = fields.Float(
        "Tier B (%)",
        groups=USER,
        default=30.0,
        help="The next so many percent. The rest is tier C.",
    )

    # Phases
    lifecycle_retention_tier = fields.Selection(
        [("a", "A"), ("b", "A or B"), ("c", "A, B or C")],
        "Worth Keeping",
        groups=USER,
        default="b",
        required=True,
        help="Customers of these tiers move to retention once they are seasoned.",
    )
    lifecycle_retention_tenure_days = fields.Integer(
        "Seasoned after (Days)", groups=USER, default=365, help="Days since the first purchase."
    )
    lifecycle_retention_purchases = fields.Integer(
        "Seasoned after (Purchases)",
        groups=USER,
        default=6,
        help="Or so many purchases, whatever the tenure.",
    )

    # Access
    lifecycle_unowned_visible = fields.Boolean(
        "Unowned Customers for Everybody",
        groups=USER,
        default=True,
        help="Customers without salesperson and account manager are seen by every Lifecycle user "
        "of the company. Without this, only analysts and managers see them.",
    )

    _lifecycle_period = models.Constraint(
        "CHECK (lifecycle_period_days BETWEEN 1 AND 36500)",
        "The trailing period has at least one day and at most a hundred years.",
    )
    _lifecycle_return_cost = models.Constraint(
        "CHECK (lifecycle_return_cost >= 0 AND lifecycle_return_cost < 'Infinity')",
        "The cost per return is zero or more.",
    )
    _lifecycle_seasoned = models.Constraint(
        "CHECK (lifecycle_retention_tenure_days >= 0 AND lifecycle_retention_purchases >= 1)",
        "Seasoned is after zero or more days, or after one or more purchases.",
    )

    @api.constrains("lifecycle_tier_a_percent", "lifecycle_tier_b_percent")
    def _check_lifecycle_tiers(self):
        for company in self:
            try:
                company._lifecycle_cutoffs()
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The percentages of tiers A and B are 0 or more, and at most 100 in all."
                    )
                ) from error

    def write(self, vals):
        result = super().write(vals)
        if any(name in self._lifecycle_figure_fields() for name in vals):
            self.env["crm.customer.value.run"]._ask_for_refresh()
        return result

    @api.model
    def _lifecycle_companies(self):
        """Every company, archived too: figures are kept of each. In sudo."""
        everything = self.sudo().with_context(active_test=False)
        return everything.search([])  # pylint: disable=no-search-all

    @api.model
    def _lifecycle_figure_fields(self):
        """The settings whose change makes every customer's figures old."""
        return {
            "lifecycle_period_days",
            "lifecycle_return_cost",
            "lifecycle_tier_a_percent",
            "lifecycle_tier_b_percent",
            "lifecycle_retention_tier",
            "lifecycle_retention_tenure_days",
            "lifecycle_retention_purchases",
        }

    def _lifecycle_cutoffs(self):
        company = self.ensure_one().sudo()
        return TierCutoffs(company.lifecycle_tier_a_percent, company.lifecycle_tier_b_percent)

    def _lifecycle_thresholds(self):
        company = self.ensure_one().sudo()
        return PhaseThresholds(
            company.lifecycle_retention_tier,
            company.lifecycle_retention_tenure_days,
            company.lifecycle_retention_purchases,
        )
