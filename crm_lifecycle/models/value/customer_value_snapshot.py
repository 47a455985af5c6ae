from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.dates import month_ends
from .customer_value import PHASES, TIERS
from .scope import Scope

MONTHS = 24
KEPT = (
    "revenue_total",
    "revenue_period",
    "service_cost_total",
    "service_cost_period",
    "value_total",
    "value_period",
    "purchase_count",
)


class CrmCustomerValueSnapshot(models.Model):
    """A customer's worth at a month's end. Closed: written once, never rewritten.

    Months are closed by the nightly run, one company and month a statement, from what was
    posted up to that day; at installation the last 24 months are filled in the same way.
    There is no unique key on the customer, so that a merge of partners keeps both rows.
    """

    _name = "crm.customer.value.snapshot"
    _description = "Customer Worth at Month End"
    _inherit = ["crm.customer.mixin"]
    _order = "date desc, id"
    _log_access = False

    date = fields.Date("Month End", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    revenue_total = fields.Monetary("Revenue, All Time", readonly=True)
    revenue_period = fields.Monetary("Revenue", readonly=True)
    service_cost_total = fields.Monetary("Service Cost, All Time", readonly=True)
    service_cost_period = fields.Monetary("Service Cost", readonly=True)
    value_total = fields.Monetary("Worth, All Time", readonly=True)
    value_period = fields.Monetary("Worth", readonly=True)
    purchase_count = fields.Integer("Purchases", readonly=True)
    score = fields.Float(digits=(5, 2), readonly=True, aggregator="avg")
    tier = fields.Selection(TIERS, readonly=True)
    phase = fields.Selection(PHASES, readonly=True)

    _month_idx = models.Index("(company_id, date)")

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for snapshot in self:
            snapshot.display_name = self.env._("Month end %(day)s", day=snapshot.date)

    @api.model
    def _close_next(self, as_of):
        """Close one month of one company that is over and not closed.

        :return: whether there was one
        """
        companies = self.env["res.company"]._lifecycle_companies()
        for company in companies:
            open_months = self._open_months(company, as_of)
            if open_months:
                self._close(company, open_months[0])
                return True
        return False

    @api.model
    def _open_months(self, company, as_of):
        """The month ends without a snapshot, since the company's first posted invoice."""
        [(first,)] = self.env.execute_query(
            SQL(
                """SELECT MIN(first_purchase_date) FROM crm_customer_value WHERE company_id = %s""",
                company.id,
            )
        )
        ended = [end for end in month_ends(as_of, MONTHS) if first and first <= end]
        rows = self.env.execute_query(
            SQL(
                """SELECT ended.day FROM unnest(%s::date[]) ended (day)
                    WHERE NOT EXISTS (SELECT 1 FROM crm_customer_value_snapshot
                                       WHERE company_id = %s AND date = ended.day)
                    ORDER BY ended.day""",
                ended,
                company.id,
            )
        )
        return [day for (day,) in rows]

    @api.model
    def _close(self, company, day):
        """Write the rows of a company for a month's end, in one statement."""
        self.env["crm.customer.value.source"]._flush_sources()
        kept = SQL(", ").join(SQL.identifier(name) for name in KEPT)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_customer_value_snapshot
                       (date, partner_id, company_id, %(kept)s, score, tier, phase)
                SELECT %(day)s, partner_id, company_id, %(kept)s, score, tier, phase
                  FROM (%(figures)s) closed
                """,
                figures=self._figures_at(company, day),
                day=day,
                kept=kept,
            )
        )
        self.invalidate_model()

    @api.model
    def _figures_at(self, company, day):
        """``SELECT`` of a company's figures, scores, tiers and phases as at the end of a day.

        Customers who had neither brought nor cost anything by then are not in it. Phases are
        those of the rules: a phase chosen by hand has no past.
        """
        source = self.env["crm.customer.value.source"]
        placing = self.env["crm.customer.value.placing"]
        scope = Scope(day, until=day)
        return SQL(
            """
            WITH param AS (%(param)s),
            figures AS (SELECT * FROM (%(figures)s) each_company
                         WHERE company_id = %(company)s
                           AND (revenue_total <> 0 OR service_cost_total <> 0
                                OR invoice_count > 0)),
            ranked AS (
                SELECT figures.*, CASE WHEN is_ranked THEN ROUND((100 * percent_rank() OVER (
                       PARTITION BY is_ranked ORDER BY value_period))::numeric, 2) END AS score
                  FROM figures),
            tiered AS (
                SELECT ranked.*, NULL::varchar AS health, %(tier)s AS new_tier FROM ranked)
            SELECT value.*, value.new_tier AS tier, %(phase)s AS phase FROM tiered value
            """,
            param=source._param(scope),
            figures=source._figures(scope),
            tier=placing._tier_sql(company, SQL("ranked"), SQL("ranked.score")),
            phase=placing._phase_sql(company, day),
            company=company.id,
        )
