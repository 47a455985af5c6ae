from odoo import api, models
from odoo.tools import SQL

from ..value.scope import Scope

# A customer is new for so many days, the day of the first purchase included.
NEW_DAYS = 365
READ = ("account.move", "res.partner", "res.company", "crm.bonus.period")


class CrmBonusSource(models.AbstractModel):
    """Who won, kept and grew what in a period, as SQL over the posted invoices.

    For each invoice or credit note of amount ``a`` (untaxed, signed, company currency) of a
    customer: *won* is ``a`` where its day is within 365 days from the customer's first purchase.
    Of the others of the customer, R in all, and P what the customer bought in the period before
    (never below zero), *kept* is ``a`` x min(R, P) / R and *grown* is the rest; where R is not
    above P, all of it is kept. The customer's change is shared by amount, so a customer that
    went from one person to another in between grew for nobody.
    """

    _name = "crm.bonus.source"
    _description = "Source of the Retention Bonus"

    @api.model
    def _write_lines(self, period):
        """Replace the lines and invoices of a period.

        :param period: one ``crm.bonus.period``, in sudo and locked
        """
        for model in READ:
            self.env[model].flush_model()
        period.line_ids.sudo().unlink()
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """WITH split AS MATERIALIZED (%(split)s),
                        line AS (%(lines)s),
                        invoice AS (%(invoices)s)
                   SELECT (SELECT COUNT(*) FROM line), (SELECT COUNT(*) FROM invoice)""",
                split=self._split(period),
                lines=self._insert_lines(period),
                invoices=self._insert_invoices(period),
            )
        )

    @api.model
    def _insert_lines(self, period):
        return SQL(
            """INSERT INTO crm_bonus_line (period_id, company_id, date_to, user_id, invoice_count,
                                           revenue, won, kept, grown, bonus)
               SELECT %s, %s, %s::date, user_id, COUNT(*), SUM(revenue), SUM(won), SUM(kept),
                      SUM(revenue - won - kept),
                      ROUND((SUM(won) * %s::numeric + SUM(kept) * %s::numeric
                             + SUM(revenue - won - kept) * %s::numeric) / 100, %s)
                 FROM split GROUP BY user_id
            RETURNING id, user_id""",
            period.id,
            period.company_id.id,
            period.date_to,
            period.won_percent,
            period.kept_percent,
            period.grown_percent,
            period.currency_id.decimal_places,
        )

    @api.model
    def _insert_invoices(self, period):
        return SQL(
            """INSERT INTO crm_bonus_invoice (line_id, company_id, user_id, move_id, name,
                                              invoice_date, revenue, won, kept, grown)
               SELECT line.id, %s, split.user_id, move_id, name, invoice_date, revenue, won, kept,
                      revenue - won - kept
                 FROM split JOIN line ON line.user_id IS NOT DISTINCT FROM split.user_id
                ORDER BY invoice_date, move_id
            RETURNING 1""",
            period.company_id.id,
        )

    # ------------------------------------------------------------------ each invoice
    @api.model
    def _split(self, period):
        """``SELECT`` of the invoices: whose, and how much of each is won and how much kept."""
        return SQL(
            """SELECT dated.*,
                      CASE WHEN is_new THEN revenue ELSE 0 END AS won,
                      CASE WHEN is_new THEN 0
                           WHEN rest > before THEN ROUND(revenue * before / rest, %(digits)s)
                           ELSE revenue END AS kept
                 FROM (SELECT owned.*,
                              COALESCE(SUM(revenue) FILTER (WHERE NOT is_new)
                                       OVER (PARTITION BY customer_id), 0) AS rest
                         FROM (%(owned)s) owned) dated""",
            digits=period.currency_id.decimal_places,
            owned=self._owned(period),
        )

    @api.model
    def _owned(self, period):
        """``SELECT`` of the period's invoices, with person and history of the customer."""
        return SQL(
            """SELECT move.id AS move_id, move.name, move.invoice_date,
                      move.commercial_partner_id AS customer_id,
                      move.amount_untaxed_signed AS revenue, %(person)s AS user_id,
                      COALESCE(move.invoice_date < history.first_date + %(new)s, FALSE) AS is_new,
                      GREATEST(history.before, 0) AS before
                 FROM account_move move
                 LEFT JOIN res_partner customer ON customer.id = move.commercial_partner_id
                 LEFT JOIN (%(history)s) history
                        ON history.customer_id = move.commercial_partner_id
                WHERE %(revenue)s AND move.company_id = %(company)s
                  AND move.invoice_date BETWEEN %(first)s AND %(last)s""",
            person=self._person(period),
            new=NEW_DAYS,
            history=self._history(period),
            revenue=self._revenue(period),
            company=period.company_id.id,
            first=period.date_from,
            last=period.date_to,
        )

    @api.model
    def _revenue(self, period):
        """What is revenue, as everywhere in this app."""
        scope = Scope(period.date_to)
        return self.env["crm.customer.value.source"]._revenue_condition(scope)

    @api.model
    def _history(self, period):
        """``SELECT`` of each customer's first purchase, and revenue in the period before."""
        return SQL(
            """SELECT move.commercial_partner_id AS customer_id,
                      MIN(move.invoice_date) FILTER (
                          WHERE move.move_type <> 'out_refund' AND move.amount_untaxed_signed > 0
                      ) AS first_date,
                      COALESCE(SUM(move.amount_untaxed_signed) FILTER (
                          WHERE move.invoice_date BETWEEN %s AND %s), 0) AS before
                 FROM account_move move
                WHERE %s AND move.company_id = %s AND move.invoice_date <= %s
                GROUP BY move.commercial_partner_id""",
            period.previous_from,
            period.previous_to,
            self._revenue(period),
            period.company_id.id,
            period.date_to,
        )

    # ------------------------------------------------------------------ whose
    @api.model
    def _person(self, period):
        """Whose an invoice is: an id of a user, or NULL. Override for another rule."""
        if period.by == "invoice":
            return SQL("move.invoice_user_id")
        company = period.company_id.id
        manager = SQL("(customer.own_account_manager_id ->> %s::text)::int", company)
        return SQL(
            "COALESCE(%s, %s)",
            self._at_the_time("manager", manager, SQL("change.company_id = %s", company)),
            self._at_the_time("salesperson", SQL("customer.user_id"), SQL("TRUE")),
        )

    @api.model
    def _at_the_time(self, role, present, company):
        """Who had a role on the day of the invoice: before the first change on a later day."""
        self.env["crm.owner.change"].flush_model()
        return SQL(
            """(SELECT later.user_id FROM (
                    (SELECT 1 AS nth, change.from_user_id AS user_id
                       FROM crm_owner_change change
                      WHERE change.partner_id = move.commercial_partner_id
                        AND change.role = %s AND %s
                        AND change.date >= move.invoice_date + 1
                      ORDER BY change.date, change.id LIMIT 1)
                     UNION ALL
                    SELECT 2, %s
                ) later ORDER BY later.nth LIMIT 1)""",
            role,
            company,
            present,
        )
