from odoo import api, fields, models
from odoo.tools import SQL

from ..value.scope import Scope


class CrmHealthBacktestMonth(models.Model):
    """One month's end of a look back: who was flagged, and who left in the days after it."""

    _name = "crm.health.backtest.month"
    _description = "Month of a Look Back on Health"
    _order = "date"

    backtest_id = fields.Many2one(
        "crm.health.backtest", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="backtest_id.company_id", store=True, index=True)
    date = fields.Date("Month End", required=True, readonly=True)
    customers = fields.Integer(readonly=True, help="Customers who were not lost by then.")
    flagged = fields.Integer(readonly=True, help="At risk on that day.")
    flagged_left = fields.Integer("Flagged and Left", readonly=True)
    gone = fields.Integer("Left", readonly=True, help="Who bought nothing in the days after it.")
    rule_left = fields.Integer(
        "Left by the Plain Rule",
        readonly=True,
        help="Of as many as were flagged, those who had not bought for longest.",
    )

    _day_uniq = models.Constraint("UNIQUE (backtest_id, date)", "A month is looked back on once.")

    def _compute_display_name(self):
        for month in self:
            month.display_name = self.env._("Month end %(day)s", day=month.date)

    @api.model
    def _rate(self, backtest, day):
        """Rate a company's customers as on a past day, and count what happened then.

        :return: the row
        """
        self.env["crm.health.source"]._flush_sources()
        [counts] = self.env.execute_query_dict(self._statement(backtest, day))
        return self.create({"backtest_id": backtest.id, "date": day, **counts})

    @api.model
    def _statement(self, backtest, day):
        scope = Scope(day, until=day)
        ends = fields.Date.add(day, days=backtest.horizon_days)
        return SQL(
            """WITH %(rated)s,
                    told AS (
                        SELECT rated.new_health = 'risk' AS is_flagged,
                               ROW_NUMBER() OVER (ORDER BY rated.quiet_days DESC, rated.partner_id)
                                   AS place,
                               NOT EXISTS (
                                   SELECT 1 FROM account_move move
                                    WHERE move.commercial_partner_id = rated.partner_id
                                      AND move.company_id = rated.company_id AND %(revenue)s
                                      AND move.move_type <> 'out_refund'
                                      AND move.amount_untaxed_signed > 0
                                      AND move.invoice_date > %(day)s) AS has_left
                          FROM rated
                         WHERE rated.new_health <> 'lost')
               SELECT COUNT(*) AS customers,
                      COUNT(*) FILTER (WHERE is_flagged) AS flagged,
                      COUNT(*) FILTER (WHERE is_flagged AND has_left) AS flagged_left,
                      COUNT(*) FILTER (WHERE has_left) AS gone,
                      COUNT(*) FILTER (WHERE has_left AND place <= (
                          SELECT COUNT(*) FROM told WHERE is_flagged)) AS rule_left
                 FROM told""",
            rated=self.env["crm.health.rating"]._rated(scope, backtest.company_id),
            revenue=self.env["crm.customer.value.source"]._revenue_condition(
                Scope(ends, until=ends)
            ),
            day=day,
        )
