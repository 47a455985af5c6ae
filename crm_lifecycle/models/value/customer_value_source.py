from odoo import api, models
from odoo.tools import SQL

from ...engine.dates import period_start

REVENUE_MOVES = ("out_invoice", "out_refund", "out_receipt")

# What the sources add up to, and the type of each. The names are columns of the table,
# but for oldest_due and activity, from which columns are derived.
MEASURES = {
    "revenue_total": "numeric",
    "revenue_period": "numeric",
    "invoice_count": "int",
    "purchase_count": "int",
    "first_purchase_date": "date",
    "last_purchase_date": "date",
    "service_cost_total": "numeric",
    "service_cost_period": "numeric",
    "return_count": "int",
    "interaction_count": "int",
    "inbound_count": "int",
    "complaint_count": "int",
    "last_interaction_date": "timestamp",
    "overdue_amount": "numeric",
    "oldest_due": "date",
    "activity": "int",
}
AGGREGATES = {
    "first_purchase_date": "MIN",
    "last_purchase_date": "MAX",
    "last_interaction_date": "MAX",
    "oldest_due": "MIN",
}


class CrmCustomerValueSource(models.AbstractModel):
    """Where the figures come from, as SQL.

    Three lists, each of them the place to add a source:

    * ``_sources``: one ``SELECT partner_id, company_id, <measures>`` a source, grouped by
      customer and company (``_source`` pads the measures it does not have);
    * ``_service_cost_sources``: one ``SELECT partner_id, company_id, day, amount, ...`` a kind
      of cost, a row each time that the customer cost something. The same rows are shown to
      people (``crm.customer.value.line``), so what is added here can be opened at once;
    * ``_presence_sources``: customers who have a row though they bring nothing yet.

    ``_figures`` puts them together. Everything takes a :class:`Scope`; ``param`` is a relation
    with a row per company: ``company_id, after_day, return_cost``.

    Tables that know the contact only are entered contact by contact, ``LATERAL`` and fenced by
    ``OFFSET 0``: their own index is used whatever the planner expects, so that a batch reads
    its customers' rows and no others, and the whole is linear in the size of the database.
    """

    _name = "crm.customer.value.source"
    _description = "Sources of Customer Worth"

    # ------------------------------------------------------------------ together
    @api.model
    def _figures(self, scope):
        """``SELECT`` of all figures, a row per customer and company of the scope."""
        return SQL(
            """SELECT sums.*,
                      revenue_total - service_cost_total AS value_total,
                      revenue_period - service_cost_period AS value_period,
                      activity > 0 AS is_ranked,
                      CASE WHEN purchase_count > 1
                           THEN ROUND((last_purchase_date - first_purchase_date)::numeric
                                      / (purchase_count - 1), 2)
                           ELSE 0 END AS purchase_interval_days,
                      COALESCE(%s - oldest_due, 0) AS days_late
                 FROM (SELECT partner_id, company_id, %s
                         FROM (%s) fact
                        WHERE partner_id IS NOT NULL
                        GROUP BY partner_id, company_id) sums""",
            scope.as_of,
            SQL(", ").join(self._sum(name) for name in MEASURES),
            SQL(" UNION ALL ").join(SQL("(%s)", source) for source in self._sources(scope)),
        )

    @api.model
    def _sum(self, name):
        column = SQL.identifier(name)
        if name in AGGREGATES:
            return SQL("%s(%s) AS %s", SQL(AGGREGATES[name]), column, column)
        return SQL("COALESCE(SUM(%s), 0)::%s AS %s", column, SQL(MEASURES[name]), column)

    @api.model
    def _source(self, partner, company, measures, tail):
        """A source's ``SELECT``: the measures it has, and nothing for those it has not.

        :param dict measures: measure name to SQL expression
        :param SQL tail: ``FROM`` and all that follows
        """
        columns = (
            SQL(
                "%s::%s AS %s",
                measures.get(name, SQL("NULL")),
                SQL(sql_type),
                SQL.identifier(name),
            )
            for name, sql_type in MEASURES.items()
        )
        return SQL(
            "SELECT %s AS partner_id, %s AS company_id, %s %s",
            partner,
            company,
            SQL(", ").join(columns),
            tail,
        )

    @api.model
    def _param(self, scope):
        """The relation of what differs by company, for a ``WITH`` clause."""
        rows = [
            SQL(
                "(%s::int, %s::date, %s::numeric)",
                company.id,
                period_start(scope.as_of, company.lifecycle_period_days),
                company.lifecycle_return_cost,
            )
            for company in self.env["res.company"]._lifecycle_companies()
        ]
        return SQL(
            "SELECT * FROM (VALUES %s) AS companies (company_id, after_day, return_cost)",
            SQL(", ").join(rows),
        )

    @api.model
    def _sources(self, scope):
        """All sources of figures. Extend the list to add one."""
        sources = [
            self._invoice_source(scope),
            self._cost_source(scope),
            self._known_source(scope),
        ]
        if scope.until is None:
            # What is open, and who is being talked to, is known of now and not of a past day.
            sources += [self._overdue_source(scope), *self._presence_sources(scope)]
        return sources

    # ------------------------------------------------------------------ revenue
    @api.model
    def _invoice_source(self, scope):
        bought = SQL("move.move_type <> 'out_refund' AND move.amount_untaxed_signed > 0")
        return self._source(
            SQL("move.commercial_partner_id"),
            SQL("move.company_id"),
            {
                "revenue_total": SQL("SUM(move.amount_untaxed_signed)"),
                "revenue_period": SQL(
                    "SUM(move.amount_untaxed_signed)"
                    " FILTER (WHERE move.invoice_date > param.after_day)"
                ),
                "invoice_count": SQL("COUNT(*) FILTER (WHERE move.move_type <> 'out_refund')"),
                "purchase_count": SQL(
                    "COUNT(DISTINCT move.invoice_date) FILTER (WHERE %s)", bought
                ),
                "first_purchase_date": SQL("MIN(move.invoice_date) FILTER (WHERE %s)", bought),
                "last_purchase_date": SQL("MAX(move.invoice_date) FILTER (WHERE %s)", bought),
                "activity": SQL("COUNT(*) FILTER (WHERE move.invoice_date > param.after_day)"),
            },
            SQL(
                """FROM account_move move
                   JOIN param ON param.company_id = move.company_id
                  WHERE %s AND %s
                  GROUP BY move.commercial_partner_id, move.company_id""",
                self._revenue_condition(scope),
                scope.of_customer(SQL("move.commercial_partner_id")),
            ),
        )

    @api.model
    def _revenue_condition(self, scope):
        """Which rows of ``account_move move`` are revenue.

        Override to leave some out, and mind that the figures then differ from the ledger.
        """
        return SQL(
            "move.state = 'posted' AND move.move_type IN %s AND %s",
            REVENUE_MOVES,
            scope.up_to(SQL("move.invoice_date")),
        )

    # ------------------------------------------------------------------ what is open
    @api.model
    def _overdue_source(self, scope):
        """Receivables past their due date: the instalment's, not the invoice's last one.

        Entered by Odoo's index of what is not reconciled, which the fence keeps from being
        combined with the one of due dates: nearly everything ever due is past it.
        """
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        receivable = accounts.search([("account_type", "=", "asset_receivable")])
        return self._source(
            SQL("contact.commercial_partner_id"),
            SQL("line.company_id"),
            {
                "overdue_amount": SQL("SUM(line.amount_residual)"),
                "oldest_due": SQL("MIN(line.date_maturity)"),
            },
            SQL(
                """FROM res_partner contact
                  CROSS JOIN LATERAL (
                        SELECT item.company_id, item.amount_residual, item.date_maturity,
                               item.parent_state
                          FROM account_move_line item
                         WHERE item.account_id = ANY(%s) AND item.reconciled IS NOT TRUE
                           AND item.partner_id = contact.id
                        OFFSET 0) line
                  WHERE line.parent_state = 'posted' AND line.amount_residual > 0
                    AND line.date_maturity < %s AND %s
                  GROUP BY contact.commercial_partner_id, line.company_id""",
                receivable.ids,
                scope.as_of,
                scope.of_customer(SQL("contact.commercial_partner_id")),
            ),
        )

    # ------------------------------------------------------------------ who is there
    @api.model
    def _presence_sources(self, scope):
        """Customers to be: those with a quotation, an order or a lead. They bring nothing yet."""
        return [self._order_source(scope), self._lead_source(scope)]

    @api.model
    def _order_source(self, scope):
        return self._source(
            SQL("contact.commercial_partner_id"),
            SQL("doc.company_id"),
            {},
            SQL(
                """FROM res_partner contact
                  CROSS JOIN LATERAL (
                        SELECT quotation.company_id
                          FROM sale_order quotation
                         WHERE quotation.partner_id = contact.id AND quotation.state <> 'cancel'
                        OFFSET 0) doc
                  WHERE %s AND %s
                  GROUP BY contact.commercial_partner_id, doc.company_id""",
                scope.of_customer(SQL("contact.commercial_partner_id")),
                self._row_missing(),
            ),
        )

    @api.model
    def _lead_source(self, scope):
        """A lead of no company counts in its salesperson's."""
        return self._source(
            SQL("contact.commercial_partner_id"),
            SQL("COALESCE(doc.company_id, seller.company_id)"),
            {},
            SQL(
                """FROM res_partner contact
                  CROSS JOIN LATERAL (
                        SELECT lead.company_id, lead.user_id
                          FROM crm_lead lead
                         WHERE lead.partner_id = contact.id
                        OFFSET 0) doc
                   LEFT JOIN res_users seller ON seller.id = doc.user_id
                  WHERE COALESCE(doc.company_id, seller.company_id) IS NOT NULL AND %s AND %s
                  GROUP BY 1, 2""",
                scope.of_customer(SQL("contact.commercial_partner_id")),
                self._row_missing(),
            ),
        )

    @api.model
    def _row_missing(self):
        """The condition on a ``contact`` that its customer lacks a row in some company.

        Who has all rows is there anyway (``_known_source``), and need not be looked for.
        """
        return SQL(
            """(SELECT COUNT(*) FROM crm_customer_value known
                 WHERE known.partner_id = contact.commercial_partner_id)
               < (SELECT COUNT(*) FROM param)"""
        )

    @api.model
    def _known_source(self, scope):
        """The rows there are: who has nothing any more goes to zero."""
        return self._source(
            SQL("known.partner_id"),
            SQL("known.company_id"),
            {},
            SQL(
                "FROM crm_customer_value known WHERE %s",
                scope.of_customer(SQL("known.partner_id")),
            ),
        )

    # ------------------------------------------------------------------ flush
    @api.model
    def _flush_sources(self):
        """Write out what the ORM holds back of everything that the SQL reads."""
        for model in self._source_models():
            self.env[model].flush_model()

    @api.model
    def _source_models(self):
        return [
            "res.company",
            "res.partner",
            "account.move",
            "account.move.line",
            "account.analytic.line",
            "stock.picking",
            "stock.move",
            "sale.order",
            "crm.lead",
            "crm.customer.value",
        ]
