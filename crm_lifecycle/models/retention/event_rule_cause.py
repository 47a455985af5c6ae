from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..value.scope import Scope

# Purchases before a customer has a rhythm.
RHYTHM_PURCHASES = 3


class CrmEventRule(models.Model):
    """Whom a rule finds, as SQL: one ``SELECT`` a kind, over all customers of the company.

    Each has the columns ``partner_id`` (a customer), ``source_ids`` (jsonb: ids of the rows it
    comes from, in order) and ``facts`` (jsonb: figures of the sentence, amounts as text so that
    they are compared as they were written). To add a kind, extend ``kind`` by ``selection_add``,
    write ``_causes_<kind>(today)``, and ``crm.customer.event._reason_<kind>``.
    """

    _inherit = "crm.event.rule"

    def _causes(self, today):
        """``SELECT`` of the customers that the rule finds today; those archived are left out."""
        self.ensure_one()
        return SQL(
            """SELECT cause.partner_id, cause.source_ids, cause.facts
                 FROM (%s) cause
                 JOIN res_partner customer ON customer.id = cause.partner_id
                WHERE customer.active""",
            getattr(self, f"_causes_{self.kind}")(today),
        )

    @api.model
    def _flush_causes(self):
        """Write out what the ORM holds back of everything that the SQL reads."""
        self.env.flush_all()

    # ------------------------------------------------------------------ invoices
    def _causes_overdue(self, today):
        """Receivables past their due date: the instalment's, not the invoice's last one."""
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        receivable = accounts.search([("account_type", "=", "asset_receivable")])
        return SQL(
            """SELECT move.commercial_partner_id AS partner_id,
                      to_jsonb(array_agg(DISTINCT move.id ORDER BY move.id)) AS source_ids,
                      jsonb_build_object('days', %(days)s::int,
                          'amount', ROUND(SUM(line.amount_residual), 2)::text) AS facts
                 FROM account_move_line line
                 JOIN account_move move ON move.id = line.move_id
                WHERE line.account_id = ANY(%(accounts)s) AND line.reconciled IS NOT TRUE
                  AND line.parent_state = 'posted' AND line.amount_residual > 0
                  AND line.date_maturity <= %(until)s AND line.company_id = %(company)s
                  AND move.move_type IN ('out_invoice', 'out_receipt')
                GROUP BY move.commercial_partner_id
               HAVING SUM(line.amount_residual) > %(amount)s""",
            days=self.days,
            accounts=receivable.ids,
            until=today - timedelta(days=self.days),
            company=self.company_id.id,
            amount=self.amount,
        )

    def _revenue(self, today):
        """The condition on ``account_move move``: revenue of the company until today."""
        source = self.env["crm.customer.value.source"]
        return SQL(
            "%s AND move.company_id = %s",
            source._revenue_condition(Scope(today, until=today)),
            self.company_id.id,
        )

    def _causes_purchases_less(self, today):
        """Revenue of the last days below its share of that of as many days before."""
        middle = today - timedelta(days=self.days)
        return SQL(
            """SELECT partner_id, source_ids,
                      jsonb_build_object('days', %(days)s::int,
                          'amount', ROUND(late, 2)::text, 'before', ROUND(early, 2)::text) AS facts
                 FROM (SELECT move.commercial_partner_id AS partner_id,
                              to_jsonb(array_agg(move.id ORDER BY move.id)) AS source_ids,
                              COALESCE(SUM(move.amount_untaxed_signed)
                                  FILTER (WHERE move.invoice_date > %(middle)s), 0) AS late,
                              COALESCE(SUM(move.amount_untaxed_signed)
                                  FILTER (WHERE move.invoice_date <= %(middle)s), 0) AS early
                         FROM account_move move
                        WHERE %(revenue)s AND move.invoice_date > %(start)s
                        GROUP BY move.commercial_partner_id) bought
                WHERE early > 0 AND early >= %(amount)s AND late < early * %(percent)s / 100.0""",
            days=self.days,
            middle=middle,
            start=middle - timedelta(days=self.days),
            revenue=self._revenue(today),
            amount=self.amount,
            percent=self.percent,
        )

    def _causes_purchases_late(self, today):
        """No purchase for longer than some times the days between their purchases."""
        return SQL(
            """SELECT value.partner_id, bought.source_ids,
                      jsonb_build_object('last', value.last_purchase_date,
                          'interval', ROUND(value.purchase_interval_days)::int) AS facts
                 FROM crm_customer_value value
                CROSS JOIN LATERAL (
                      SELECT to_jsonb(array_agg(move.id ORDER BY move.id)) AS source_ids
                        FROM account_move move
                       WHERE move.commercial_partner_id = value.partner_id AND %(revenue)s
                         AND move.move_type <> 'out_refund' AND move.amount_untaxed_signed > 0
                      ) bought
                WHERE value.company_id = %(company)s AND value.purchase_count >= %(purchases)s
                  AND value.purchase_interval_days > 0 AND bought.source_ids IS NOT NULL
                  AND %(today)s - value.last_purchase_date
                      > %(factor)s * value.purchase_interval_days""",
            revenue=self._revenue(today),
            company=self.company_id.id,
            purchases=RHYTHM_PURCHASES,
            today=today,
            factor=self.factor,
        )

    # ------------------------------------------------------------------ what came back
    def _causes_returns(self, today):
        """Returned deliveries, as worth counts them."""
        returns = self.env["crm.customer.value.source"]._returns(Scope(today, until=today))
        return SQL(
            """SELECT back.partner_id,
                      to_jsonb(array_agg(DISTINCT back.res_id ORDER BY back.res_id)) AS source_ids,
                      jsonb_build_object('days', %(days)s::int) AS facts
                 FROM (%(returns)s) back
                WHERE back.company_id = %(company)s AND back.day > %(since)s
                  AND back.day <= %(today)s
                GROUP BY back.partner_id
               HAVING COUNT(DISTINCT back.res_id) >= %(number)s""",
            days=self.days,
            returns=returns,
            company=self.company_id.id,
            since=today - timedelta(days=self.days),
            today=today,
            number=self.number,
        )

    # ------------------------------------------------------------------ contacts
    def _causes_complaint(self, today):
        """Complaints that nobody answered."""
        return SQL(
            """SELECT talk.partner_id, to_jsonb(array_agg(talk.id ORDER BY talk.id)) AS source_ids,
                      jsonb_build_object('days', %(days)s::int) AS facts
                 FROM crm_interaction talk
                WHERE talk.company_id = %(company)s AND talk.complaint_state = 'open'
                  AND talk.date::date <= %(until)s
                GROUP BY talk.partner_id""",
            days=self.days,
            company=self.company_id.id,
            until=today - timedelta(days=self.days),
        )

    def _causes_satisfaction(self, today):
        """Unhappy contacts of the last days, and no better one after them."""
        return SQL(
            """SELECT talk.partner_id, to_jsonb(array_agg(talk.id ORDER BY talk.id)) AS source_ids,
                      jsonb_build_object('days', %(days)s::int, 'number', %(number)s::int) AS facts
                 FROM crm_interaction talk
                WHERE talk.company_id = %(company)s AND talk.satisfaction::int <= %(number)s
                  AND talk.date::date > %(since)s
                  AND NOT EXISTS (
                      SELECT 1 FROM crm_interaction better
                       WHERE better.partner_id = talk.partner_id
                         AND better.company_id = talk.company_id
                         AND better.satisfaction::int > %(number)s
                         AND (better.date, better.id) > (talk.date, talk.id))
                GROUP BY talk.partner_id""",
            days=self.days,
            number=self.number,
            company=self.company_id.id,
            since=today - timedelta(days=self.days),
        )

    # ------------------------------------------------------------------ mail
    def _causes_bounce(self, _today):
        """People to whom mails come back, at customers whose worth the company keeps."""
        return SQL(
            """SELECT value.partner_id,
                      to_jsonb(array_agg(person.id ORDER BY person.id)) AS source_ids,
                      jsonb_build_object('number', %(number)s::int) AS facts
                 FROM crm_customer_value value
                 JOIN res_partner person ON person.commercial_partner_id = value.partner_id
                WHERE value.company_id = %(company)s AND person.active
                  AND person.message_bounce >= %(number)s
                GROUP BY value.partner_id""",
            number=self.number,
            company=self.company_id.id,
        )
