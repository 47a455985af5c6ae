from odoo import api, models
from odoo.tools import SQL


class CrmCustomerValueSource(models.AbstractModel):
    """What serving a customer costs: hours and returns, and what other addons add to them."""

    _inherit = "crm.customer.value.source"

    @api.model
    def _cost_source(self, scope):
        costs = SQL(" UNION ALL ").join(SQL("(%s)", s) for s in self._service_cost_sources(scope))
        return self._source(
            SQL("cost.partner_id"),
            SQL("cost.company_id"),
            {
                "service_cost_total": SQL("SUM(cost.amount)"),
                "service_cost_period": SQL(
                    "SUM(cost.amount) FILTER (WHERE cost.day > param.after_day)"
                ),
                "return_count": SQL("COUNT(*) FILTER (WHERE cost.kind = 'return')"),
                "activity": SQL("COUNT(*) FILTER (WHERE cost.day > param.after_day)"),
            },
            SQL(
                # Every company is in param; an inner join would be expected to leave few rows.
                """FROM (%s) cost
                   LEFT JOIN param ON param.company_id = cost.company_id
                  WHERE cost.company_id IS NOT NULL
                  GROUP BY cost.partner_id, cost.company_id""",
                costs,
            ),
        )

    @api.model
    def _service_cost_sources(self, scope):
        """The kinds of service cost, a ``SELECT`` each, all of the same columns.

        They are ``partner_id, company_id, day, amount (positive), kind, res_id, name``: ``kind`` a
        value of ``crm.customer.value.line.kind``, ``res_id`` the id in that kind's model.
        """
        return [self._analytic_cost(scope), self._return_cost(scope)]

    @api.model
    def _analytic_cost(self, scope):
        """Analytic lines with a customer that no invoice line made: timesheets, mostly."""
        return SQL(
            """SELECT contact.commercial_partner_id AS partner_id, line.company_id,
                      line.date AS day, -line.amount AS amount, 'analytic' AS kind,
                      line.id AS res_id, NULL::varchar AS name
                 FROM res_partner contact
                CROSS JOIN LATERAL (
                      SELECT entry.id, entry.company_id, entry.date, entry.amount
                        FROM account_analytic_line entry
                       WHERE entry.partner_id = contact.id AND entry.move_line_id IS NULL
                         AND entry.amount <> 0 AND %s
                      OFFSET 0) line
                WHERE %s""",
            scope.up_to(SQL("entry.date")),
            scope.of_customer(SQL("contact.commercial_partner_id")),
        )

    @api.model
    def _return_cost(self, scope):
        """One cost a returned delivery, as the company's settings say."""
        return SQL(
            """SELECT back.partner_id, back.company_id, back.day, param.return_cost AS amount,
                      'return' AS kind, back.res_id, back.name
                 FROM (%s) back
                 JOIN param ON param.company_id = back.company_id""",
            self._returns(scope),
        )

    @api.model
    def _returns(self, scope):
        """The returns by customers: transfers from a customer's place with a move back.

        A range goes from the few moves that came back to their transfers; a list of customers
        from their transfers to the moves, and never sees the other customers' returns.
        """
        places = SQL("SELECT id FROM stock_location WHERE usage = 'customer'")
        came_back = SQL("move.origin_returned_move_id IS NOT NULL AND move.state = 'done'")
        transfers = SQL(
            """JOIN stock_picking picking ON picking.partner_id = contact.id
                AND picking.location_id IN (%s)
                AND picking.id IN (SELECT move.picking_id FROM stock_move move WHERE %s)""",
            places,
            came_back,
        )
        if scope.customers is not None:
            transfers = SQL(
                """CROSS JOIN LATERAL (
                        SELECT * FROM stock_picking transfer
                         WHERE transfer.partner_id = contact.id AND transfer.location_id IN (%s)
                           AND EXISTS (SELECT 1 FROM stock_move move
                                        WHERE move.picking_id = transfer.id AND %s OFFSET 0)
                        OFFSET 0) picking""",
                places,
                came_back,
            )
        return SQL(
            """SELECT contact.commercial_partner_id AS partner_id, picking.company_id,
                      picking.date_done::date AS day, picking.id AS res_id, picking.name
                 FROM res_partner contact %s
                WHERE picking.state = 'done' AND %s AND %s""",
            transfers,
            scope.up_to(SQL("picking.date_done::date")),
            scope.of_customer(SQL("contact.commercial_partner_id")),
        )
