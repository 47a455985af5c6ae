from odoo import api, fields, models
from odoo.tools import SQL

from ..models.value.customer_value import HEALTH, PHASES, TIERS


class CrmRetentionAnalysis(models.AbstractModel):
    """What the analyses of keeping customers share: who the customer is, medians, rights.

    A row is a fact of one customer in one company (a due contact, a purchase, ...), so that the
    rules of customers bind every figure made of them: who sees own customers only has the
    figures of those. Tier, phase and health are those of now. Rates are of sums, medians and
    percentiles of the rows of the grouping, as PostgreSQL's ``percentile_cont``.
    """

    _name = "crm.retention.analysis"
    _description = "Analysis of Keeping Customers"
    _inherit = ["crm.customer.mixin", "crm.ratio.mixin"]
    _auto = False
    _log_access = False

    tier = fields.Selection(TIERS, readonly=True, help="The customer's tier now.")
    phase = fields.Selection(PHASES, readonly=True, help="The customer's phase now.")
    health = fields.Selection(HEALTH, readonly=True, help="The customer's health now.")
    salesperson_id = fields.Many2one(
        related="partner_id.user_id", related_sudo=False, string="Salesperson"
    )
    category_ids = fields.Many2many(
        related="partner_id.category_id", related_sudo=False, string="Segments"
    )

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for row in self:
            row.display_name = self.env._("Row %(id)s", id=row.id)

    def action_open_partner(self):
        """Open the customer's form."""
        return self._open_customer()

    @api.model
    def _percentiles(self):
        """Dict of field name (``aggregator="avg"``) to the field it is of, and the share."""
        return {}

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        asked = self._percentiles().get(name)
        if not asked or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        measure, share = asked
        return SQL(
            "PERCENTILE_CONT(%s::float8) WITHIN GROUP (ORDER BY %s)",
            share,
            self._field_to_sql(self._table, measure, query),
        )

    @api.model
    def _of_customers(self, facts):
        """Facts beside what their customer is now.

        :param SQL facts: ``SELECT`` with partner_id and company_id among its columns
        """
        return SQL(
            """SELECT fact.*, known.tier, known.phase, known.health
                 FROM (%s) fact
                 LEFT JOIN crm_customer_value known
                        ON known.partner_id = fact.partner_id
                       AND known.company_id = fact.company_id""",
            facts,
        )

    @api.model
    def _worth_lines(self):
        """``SELECT`` of partner_id, company_id, day, kind and amount: what worth is made of."""
        return self.env["crm.customer.value.line"]._table_query

    @api.model
    def _bought(self):
        """The condition that an ``account_move move`` is a purchase."""
        return SQL(
            """move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_receipt')
               AND move.amount_untaxed_signed > 0"""
        )

    @api.model
    def _today(self):
        """The day that the planning counts from."""
        return self.env["crm.touchpoint.plan"]._today()
