from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_amount

from ...engine.dates import period_start
from ...engine.phase import PhaseThresholds
from ...engine.ranking import TierCutoffs
from .customer_value_source import REVENUE_MOVES


class CrmLifecycleSettingsPreview(models.AbstractModel):
    """What the settings in a form would make of today's customers, before they are saved.

    A model that inherits this has ``company_id`` and the company's ``lifecycle_*`` settings.
    """

    _name = "crm.lifecycle.settings.preview"
    _description = "Effect of Lifecycle Settings"

    lifecycle_period_preview = fields.Text(
        compute="_compute_lifecycle_period_preview",
        groups="crm_lifecycle.group_lifecycle_manager",
    )
    lifecycle_tier_preview = fields.Text(
        compute="_compute_lifecycle_tier_preview",
        groups="crm_lifecycle.group_lifecycle_manager",
    )
    lifecycle_phase_preview = fields.Text(
        compute="_compute_lifecycle_phase_preview",
        groups="crm_lifecycle.group_lifecycle_manager",
    )

    @api.depends("company_id", "lifecycle_period_days", "lifecycle_return_cost")
    def _compute_lifecycle_period_preview(self):
        for settings in self:
            settings.lifecycle_period_preview = settings._lifecycle_preview_period()

    @api.depends("company_id", "lifecycle_tier_a_percent", "lifecycle_tier_b_percent")
    def _compute_lifecycle_tier_preview(self):
        for settings in self:
            settings.lifecycle_tier_preview = settings._lifecycle_preview_tiers()

    @api.depends(
        "company_id",
        "lifecycle_tier_a_percent",
        "lifecycle_tier_b_percent",
        "lifecycle_retention_tier",
        "lifecycle_retention_tenure_days",
        "lifecycle_retention_purchases",
    )
    def _compute_lifecycle_phase_preview(self):
        for settings in self:
            settings.lifecycle_phase_preview = settings._lifecycle_preview_phases()

    def _lifecycle_preview_period(self):
        """Whom the period in the form would rank, and what returns would cost all in all."""
        company = self._lifecycle_company()
        if not company or self.lifecycle_period_days < 1:
            return ""
        [(customers, revenue, returns)] = self._lifecycle_period_sums(company)
        return self.env._(
            "%(customers)s customers with invoices, revenue %(revenue)s. "
            "%(returns)s returns so far cost %(cost)s.",
            customers=customers,
            revenue=format_amount(self.env, float(revenue), company.currency_id),
            returns=returns,
            cost=format_amount(
                self.env, float(returns) * self.lifecycle_return_cost, company.currency_id
            ),
        )

    def _lifecycle_period_sums(self, company):
        after = period_start(fields.Date.context_today(self), self.lifecycle_period_days)
        return self.env.execute_query(
            SQL(
                """SELECT COUNT(DISTINCT commercial_partner_id),
                          COALESCE(SUM(amount_untaxed_signed), 0),
                          (SELECT COALESCE(SUM(return_count), 0) FROM crm_customer_value
                            WHERE company_id = %(company)s)
                     FROM account_move
                    WHERE company_id = %(company)s AND state = 'posted'
                      AND move_type IN %(types)s AND invoice_date > %(after)s""",
                company=company.id,
                types=REVENUE_MOVES,
                after=after,
            )
        )

    def _lifecycle_preview_tiers(self):
        """What the cut-offs in the form would make of today's ranking, a line a tier."""
        try:
            cutoffs = TierCutoffs(self.lifecycle_tier_a_percent, self.lifecycle_tier_b_percent)
        except ValueError:
            return self.env._("The percentages of tiers A and B are at most 100 in all.")
        rows = self._lifecycle_tier_counts(cutoffs)
        total = sum(value for _tier, _count, value in rows if value > 0)
        return "\n".join(self._lifecycle_tier_sentence(*row, total) for row in rows)

    def _lifecycle_company(self):
        """The company to count the customers of.

        :raises AccessError: for others than its Lifecycle managers
        """
        self.env["crm.customer.value.ranking"].check_access("read")
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("Settings show one of the companies you work in."))
        return self.company_id

    def _lifecycle_tier_counts(self, cutoffs):
        """Tier, number of customers and worth, for the cut-offs asked for."""
        return self.env.execute_query(
            SQL(
                """SELECT tier, COUNT(*), SUM(value_period)
                     FROM (SELECT value_period, %(tier)s AS tier
                             FROM crm_customer_value value
                            WHERE company_id = %(company)s AND is_ranked) tiered
                    GROUP BY tier ORDER BY tier""",
                tier=self._lifecycle_cutoff_sql(cutoffs),
                company=self._lifecycle_company().id,
            )
        )

    def _lifecycle_cutoff_sql(self, cutoffs):
        return SQL(
            "CASE WHEN value_period <= 0 THEN 'd' WHEN score >= %s THEN 'a'"
            " WHEN score >= %s THEN 'b' ELSE 'c' END",
            cutoffs.floor_a,
            cutoffs.floor_b,
        )

    def _lifecycle_tier_sentence(self, tier, count, value, total):
        amount = format_amount(self.env, float(value), self.company_id.currency_id)
        if tier == "d" or not total:
            return self.env._(
                "%(tier)s: %(count)s customers, worth %(amount)s",
                tier=tier.upper(),
                count=count,
                amount=amount,
            )
        return self.env._(
            "%(tier)s: %(count)s customers, %(share)s%% of value (%(amount)s)",
            tier=tier.upper(),
            count=count,
            share=round(100 * value / total),
            amount=amount,
        )

    def _lifecycle_preview_phases(self):
        """How many customers the thresholds in the form would put into retention."""
        try:
            cutoffs = TierCutoffs(self.lifecycle_tier_a_percent, self.lifecycle_tier_b_percent)
        except ValueError:
            return ""
        thresholds = PhaseThresholds(
            self.lifecycle_retention_tier or "b",
            self.lifecycle_retention_tenure_days,
            self.lifecycle_retention_purchases,
        )
        [(kept, now)] = self._lifecycle_retention_counts(cutoffs, thresholds)
        return self.env._(
            "Retention: %(kept)s customers by these thresholds, %(now)s now.", kept=kept, now=now
        )

    def _lifecycle_retention_counts(self, cutoffs, thresholds):
        return self.env.execute_query(
            SQL(
                """SELECT COUNT(*) FILTER (WHERE CASE WHEN phase_locked
                              THEN phase = 'retention'
                              ELSE invoice_count > 0 AND is_ranked AND %(tier)s = ANY(%(tiers)s)
                               AND (%(today)s::date - first_purchase_date >= %(tenure)s
                                    OR purchase_count >= %(purchases)s OR health = 'risk') END),
                          COUNT(*) FILTER (WHERE phase = 'retention')
                     FROM crm_customer_value
                    WHERE company_id = %(company)s""",
                tier=self._lifecycle_cutoff_sql(cutoffs),
                tiers=list(thresholds.good_tiers),
                today=fields.Date.context_today(self),
                tenure=thresholds.tenure_days,
                purchases=thresholds.purchases,
                company=self._lifecycle_company().id,
            )
        )
