from odoo import api, models
from odoo.tools import SQL

from ...engine.dates import period_start
from ..interaction.interaction import OPEN_COMPLAINT

# From so many days with a purchase on a customer has a rhythm of its own.
OWN_RHYTHM = 3
# A rhythm below a fortnight is counted as one: a baker's customer is not lost over a long weekend.
SHORTEST_RHYTHM = 14
# From so many payments on there is a norm.
OWN_NORM = 3


class CrmHealthSource(models.AbstractModel):
    """What the factors of health measure, as SQL: one ``SELECT`` a factor.

    ``_factors(scope)`` is the place to add one: a dict of the factor's code to a ``SELECT
    partner_id, company_id, measure, count, facts`` with a row a customer; ``count`` is how many
    rows the reason opens, ``facts`` (jsonb) what its sentence says and its rows are found by. They
    read these relations:

    * ``param``: a row a company, with ``as_of``, the ends of its trailing period and its levels;
    * ``factor``: a row a company and factor that counts there, in the order of ``place``;
    * ``bought``: a row a customer who ever bought, from one pass over the scope's invoices;
    * ``base``: the same with the customer's rhythm and what it is taken from (``basis``).

    A past day (``scope.until``) is answered from what was true on that day: invoices, contacts,
    events and returns by their date, payments by the day they were matched, a complaint as open
    until the day it was closed, a due contact from the day it was planned on.
    """

    _name = "crm.health.source"
    _description = "Sources of Health"

    # ------------------------------------------------------------------ relations
    @api.model
    def _relations(self, scope, companies=None):
        """The ``WITH`` clause's relations that everything else reads, without the word.

        :param companies: only these; every company by default
        """
        companies = companies or self.env["res.company"]._lifecycle_companies()
        return SQL(
            """param AS MATERIALIZED (%s), factor AS MATERIALIZED (%s),
               bought AS MATERIALIZED (%s), rhythm AS MATERIALIZED (%s),
               base AS MATERIALIZED (%s)""",
            self._param(scope, companies),
            self._factor_rows(companies),
            self._bought(scope),
            self._rhythm(scope),
            self._base(),
        )

    @api.model
    def _param(self, scope, companies):
        rows = []
        for company in companies:
            levels = company._lifecycle_levels()
            after = period_start(scope.as_of, company.lifecycle_period_days)
            rows.append(
                SQL(
                    "(%s::int, %s::date, %s::date, %s::date, %s::int, %s::int, %s::int,"
                    " %s::numeric, %s::int)",
                    company.id,
                    scope.as_of,
                    after,
                    period_start(after, company.lifecycle_period_days),
                    levels.watch,
                    levels.risk,
                    levels.new_days,
                    str(levels.lost_times),
                    levels.lost_days,
                )
            )
        return SQL(
            "SELECT * FROM (VALUES %s) AS companies (company_id, as_of, after_day, before_day,"
            " watch, risk, new_days, lost_times, lost_days)",
            SQL(", ").join(rows),
        )

    @api.model
    def _factor_rows(self, companies):
        """A row a company and factor; none where a company switched all of them off."""
        settings = self.env["crm.health.factor"]
        rows = [
            SQL(
                "(%s::int, %s::varchar, %s::int, %s::int, %s::numeric, %s::numeric, %s::int)",
                company.id,
                factor["code"],
                place,
                factor["weight"],
                str(factor["share_from"]),
                str(factor["share_full"]),
                factor["days"],
            )
            for company in companies
            for place, factor in enumerate(settings._settings(company))
        ]
        nothing = SQL("(NULL::int, NULL::varchar, 0, 0, 0::numeric, 1::numeric, 0)")
        return SQL(
            "SELECT * FROM (VALUES %s) AS counted"
            " (company_id, code, place, weight, share_from, share_full, days)",
            SQL(", ").join(rows or [nothing]),
        )

    @api.model
    def _bought(self, scope):
        """What the scope's customers bought, and in which of the two last periods."""
        purchase = SQL("move.move_type <> 'out_refund' AND move.amount_untaxed_signed > 0")
        return SQL(
            """SELECT move.commercial_partner_id AS partner_id, move.company_id,
                      MIN(move.invoice_date) FILTER (WHERE %(purchase)s) AS first_day,
                      MAX(move.invoice_date) FILTER (WHERE %(purchase)s) AS last_day,
                      COUNT(DISTINCT move.invoice_date) FILTER (WHERE %(purchase)s) AS purchases,
                      COUNT(*) FILTER (WHERE %(purchase)s) AS invoices,
                      COUNT(*) FILTER (WHERE move.invoice_date > param.before_day) AS compared,
                      COALESCE(SUM(move.amount_untaxed_signed)
                               FILTER (WHERE move.invoice_date > param.after_day), 0) AS now,
                      COALESCE(SUM(move.amount_untaxed_signed)
                               FILTER (WHERE move.invoice_date > param.before_day
                                         AND move.invoice_date <= param.after_day), 0) AS before
                 FROM account_move move
                 JOIN param ON param.company_id = move.company_id
                WHERE %(revenue)s AND %(scope)s
                GROUP BY move.commercial_partner_id, move.company_id""",
            purchase=purchase,
            revenue=self.env["crm.customer.value.source"]._revenue_condition(scope),
            scope=scope.of_customer(SQL("move.commercial_partner_id")),
        )

    @api.model
    def _rhythm(self, scope):
        """The middle rhythm of each company's customers who have one.

        Of all of them, also where the scope is a few: now from the figures, for a past day, which
        is asked for everybody, from the invoices.
        """
        days = SQL("purchase_interval_days, purchase_count FROM crm_customer_value")
        if scope.until is not None:
            days = SQL(
                """ROUND((last_day - first_day)::numeric / (purchases - 1), 2) AS
                   purchase_interval_days, purchases AS purchase_count FROM bought
                   WHERE purchases > 1"""
            )
        return SQL(
            """SELECT known.company_id,
                      percentile_disc(0.5) WITHIN GROUP (ORDER BY known.purchase_interval_days)
                      ::numeric AS days
                 FROM (SELECT company_id, %s) known
                WHERE known.purchase_count >= %s
                GROUP BY known.company_id""",
            days,
            OWN_RHYTHM,
        )

    @api.model
    def _base(self):
        return SQL(
            """SELECT bought.*, param.as_of, param.as_of - bought.first_day AS age_days,
                      GREATEST(param.as_of - bought.last_day, 0) AS quiet_days,
                      CASE WHEN bought.purchases >= %(own)s THEN 'own'
                           WHEN rhythm.days IS NOT NULL THEN 'company' ELSE 'none' END AS basis,
                      GREATEST(%(shortest)s, CASE WHEN bought.purchases >= %(own)s
                          THEN ROUND((bought.last_day - bought.first_day)::numeric
                                     / (bought.purchases - 1), 2)
                          ELSE rhythm.days END) AS rhythm_days
                 FROM bought
                 JOIN param USING (company_id)
                 LEFT JOIN rhythm USING (company_id)
                WHERE bought.purchases > 0""",
            own=OWN_RHYTHM,
            shortest=SHORTEST_RHYTHM,
        )

    # ------------------------------------------------------------------ factors
    @api.model
    def _factors(self, scope):
        """The ``SELECT`` of each factor, by its code. Extend it to add one."""
        return {
            "quiet": self._quiet(),
            "falling": self._falling(),
            "complaints": self._complaints(scope),
            "satisfaction": self._satisfaction(scope),
            "returns": self._returns(scope),
            "payment": self._payment(scope),
            "contact": self._contact(scope),
            "events": self._events(scope),
        }

    @api.model
    def _measured(self, scope):
        """All factors' rows below each other: ``partner_id, company_id, code, measure, ...``."""
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT partner_id, company_id, %s::varchar AS code, measure::numeric AS measure,
                          count::int AS count, facts
                     FROM (%s) part""",
                code,
                select,
            )
            for code, select in self._factors(scope).items()
        )

    @api.model
    def _quiet(self):
        return SQL(
            """SELECT partner_id, company_id, ROUND(quiet_days / rhythm_days, 2) AS measure,
                      invoices AS count,
                      jsonb_build_object('days', quiet_days, 'rhythm', ROUND(rhythm_days),
                                         'basis', basis) AS facts
                 FROM base WHERE basis <> 'none'"""
        )

    @api.model
    def _falling(self):
        return SQL(
            """SELECT partner_id, company_id, ROUND(100 * (before - now) / before, 2) AS measure,
                      compared AS count,
                      jsonb_build_object('since', param.before_day + 1, 'now', now,
                                         'before', before) AS facts
                 FROM base JOIN param USING (company_id)
                WHERE before > 0 AND now < before"""
        )

    @api.model
    def _complaints(self, scope):
        is_open = SQL("talk.complaint_state IN %s", OPEN_COMPLAINT)
        if scope.until is not None:
            is_open = SQL("(%s OR talk.complaint_closed_on::date > base.as_of)", is_open)
        return SQL(
            """SELECT base.partner_id, base.company_id, COUNT(*) AS measure, COUNT(*) AS count,
                      jsonb_build_object('since', MAX(base.as_of - factor.days + 1),
                                         'open', COUNT(*) FILTER (WHERE %(open)s)) AS facts
                 %(talks)s AND talk.is_complaint
                  AND (%(open)s OR talk.date::date > base.as_of - factor.days)
                GROUP BY base.partner_id, base.company_id""",
            open=is_open,
            talks=self._talks(scope, "complaints"),
        )

    @api.model
    def _satisfaction(self, scope):
        return SQL(
            """SELECT base.partner_id, base.company_id,
                      5 - ROUND(AVG(talk.satisfaction::int), 2) AS measure, COUNT(*) AS count,
                      jsonb_build_object('since', MAX(base.as_of - factor.days + 1),
                                         'average', ROUND(AVG(talk.satisfaction::int), 1)) AS facts
                 %s AND talk.satisfaction IS NOT NULL
                  AND talk.date::date > base.as_of - factor.days
                GROUP BY base.partner_id, base.company_id""",
            self._talks(scope, "satisfaction"),
        )

    @api.model
    def _talks(self, scope, code):
        """``FROM`` of the customers' contacts, for a factor that looks back."""
        return SQL(
            """FROM base
               JOIN factor ON factor.company_id = base.company_id AND factor.code = %s
               JOIN crm_interaction talk ON talk.partner_id = base.partner_id
                AND talk.company_id = base.company_id
              WHERE %s""",
            code,
            scope.up_to(SQL("talk.date::date")),
        )

    @api.model
    def _returns(self, scope):
        return SQL(
            """SELECT base.partner_id, base.company_id, COUNT(*) AS measure, COUNT(*) AS count,
                      jsonb_build_object('since', MAX(base.as_of - factor.days + 1)) AS facts
                 FROM (%s) back
                 JOIN base ON base.partner_id = back.partner_id
                  AND base.company_id = back.company_id
                 JOIN factor ON factor.company_id = base.company_id AND factor.code = 'returns'
                WHERE back.day > base.as_of - factor.days
                GROUP BY base.partner_id, base.company_id""",
            self.env["crm.customer.value.source"]._returns(scope),
        )

    @api.model
    def _payment(self, scope):
        """How late the oldest unpaid amount is, beside how late this customer usually pays."""
        return SQL(
            """SELECT partner_id, company_id,
                      late - GREATEST(COALESCE(norm, 0), 0) AS measure, unpaid AS count,
                      jsonb_build_object('late', late, 'norm', norm, 'ids', ids) AS facts
                 FROM (SELECT partner_id, company_id,
                              MAX(as_of - due) FILTER (WHERE is_late) AS late,
                              COUNT(DISTINCT move_id) FILTER (WHERE is_late) AS unpaid,
                              jsonb_agg(DISTINCT move_id) FILTER (WHERE is_late) AS ids,
                              CASE WHEN COUNT(*) FILTER (WHERE is_paid) >= %s
                                   THEN ROUND(AVG(paid_on - due) FILTER (WHERE is_paid)) END AS norm
                         FROM (%s) owed
                        GROUP BY partner_id, company_id) payer
                WHERE late IS NOT NULL""",
            OWN_NORM,
            self._owed(scope),
        )

    @api.model
    def _owed(self, scope):
        """A row an amount owed by an invoice: when it fell due and when it was paid."""
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        receivable = accounts.search([("account_type", "=", "asset_receivable")])
        return SQL(
            """SELECT base.partner_id, base.company_id, base.as_of, line.move_id,
                      line.date_maturity AS due, paid.day AS paid_on,
                      NOT line.paid AND line.date_maturity < base.as_of AS is_late,
                      line.paid AND line.date_maturity > base.as_of - factor.days AS is_paid
                 FROM base
                 JOIN factor ON factor.company_id = base.company_id AND factor.code = 'payment'
                 JOIN account_move move ON move.commercial_partner_id = base.partner_id
                  AND move.company_id = base.company_id AND move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_receipt') AND %(until)s
                CROSS JOIN LATERAL (
                      SELECT item.id, item.move_id, item.date_maturity, item.reconciled
                        FROM account_move_line item
                       WHERE item.move_id = move.id AND item.account_id = ANY(%(accounts)s)
                         AND item.balance > 0
                      OFFSET 0) owed
                CROSS JOIN LATERAL (
                      SELECT MAX(match.max_date) AS day FROM account_partial_reconcile match
                       WHERE match.debit_move_id = owed.id) paid
                CROSS JOIN LATERAL (
                      SELECT owed.move_id, owed.date_maturity, %(paid)s AS paid) line""",
            until=scope.up_to(SQL("move.invoice_date")),
            accounts=receivable.ids,
            paid=SQL(
                "COALESCE(owed.reconciled, FALSE) AND (%s)",
                SQL("TRUE") if scope.until is None else SQL("paid.day <= %s", scope.until),
            ),
        )

    @api.model
    def _contact(self, scope):
        """Contacts that the cadence asks for and nobody made by their latest good day."""
        is_open = SQL("due.state IN ('planned', 'scheduled', 'put_off')")
        if scope.until is not None:
            is_open = SQL(
                "due.create_date::date <= %(day)s AND (%(open)s OR due.closed_on > %(day)s)",
                day=scope.until,
                open=is_open,
            )
        return SQL(
            """SELECT base.partner_id, base.company_id, MAX(base.as_of - due.max_date) AS measure,
                      COUNT(*) AS count,
                      jsonb_build_object('as_of', MAX(base.as_of)) AS facts
                 FROM base
                 JOIN crm_touchpoint due ON due.partner_id = base.partner_id
                  AND due.company_id = base.company_id
                WHERE due.max_date < base.as_of AND %s
                GROUP BY base.partner_id, base.company_id""",
            is_open,
        )

    @api.model
    def _events(self, scope):
        """What happened at the customer and still bears on it; good news counts against bad."""
        return SQL(
            """SELECT base.partner_id, base.company_id, SUM(event.risk_points) AS measure,
                      COUNT(*) AS count, jsonb_build_object('as_of', MAX(base.as_of)) AS facts
                 FROM base
                 JOIN crm_customer_event event ON event.partner_id = base.partner_id
                  AND event.company_id = base.company_id
                WHERE event.risk_points <> 0 AND event.bears_until >= base.as_of AND %s
                GROUP BY base.partner_id, base.company_id""",
            scope.up_to(SQL("event.date")),
        )

    # ------------------------------------------------------------------ flush
    @api.model
    def _source_models(self):
        """Models whose pending writes the SQL has to see, beside those of worth."""
        return [
            "account.partial.reconcile",
            "crm.interaction",
            "crm.touchpoint",
            "crm.customer.event",
            "crm.health.factor",
        ]

    @api.model
    def _flush_sources(self):
        self.env["crm.customer.value.source"]._flush_sources()
        for model in self._source_models():
            self.env[model].flush_model()
