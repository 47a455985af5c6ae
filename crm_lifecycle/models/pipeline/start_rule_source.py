from dataclasses import dataclass
from datetime import date, timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# What the statement reads, beside the customers' worth, which is written by SQL itself.
READ = {
    "res.partner": ("active", "name", "user_id", "own_account_manager_id", "category_id"),
    "res.users": ("active", "share"),
    "crm.lead": ("partner_id", "company_id", "active", "type", "won_status"),
    "crm.interaction": ("partner_id", "company_id", "satisfaction", "date", "complaint_state"),
    "crm.start.rule.made": ("rule_id", "partner_id", "date"),
    "account.move": ("commercial_partner_id", "company_id", "move_type", "state", "invoice_date"),
    "account.move.line": ("move_id", "product_id", "quantity"),
}


@dataclass(frozen=True)
class Candidate:
    """A customer for whom a rule starts an opportunity.

    :param days: since the purchase
    :param satisfaction: 1 to 5 as last said, or None
    :param revenue_period: of the trailing period, in company currency
    :param manager_id: the present account manager, or None
    :param salesperson_id: the present salesperson, or None
    """

    partner_id: int
    name: str
    purchase_date: date
    days: int
    tier: str | None
    satisfaction: int | None
    revenue_period: float
    manager_id: int | None
    salesperson_id: int | None


class CrmStartRuleSource(models.AbstractModel):
    """Who a starting rule chooses: one ``SELECT`` over the customers' worth.

    It goes through the customers of a company by their row in ``crm_customer_value`` and looks
    the rest up by index, so it costs one statement for one customer or for all. Extend
    ``_conditions`` to ask for more.
    """

    _name = "crm.start.rule.source"
    _description = "Customers Chosen by a Starting Rule"

    @api.model
    def _candidates(self, rule, as_of, limit=None):
        """Who the rule chooses on a day.

        :param rule: one ``crm.start.rule``, in sudo
        :param date as_of: the day it is
        :param int limit: at most so many, lowest customer first
        :return: list of ``Candidate``
        """
        rows = self.env.execute_query(self._statement(rule, as_of, limit))
        return [Candidate(*row) for row in rows]

    @api.model
    def _statement(self, rule, as_of, limit):
        return SQL(
            """SELECT value.partner_id, COALESCE(customer.name, ''), purchase.date,
                      %(as_of)s::date - purchase.date, value.tier, said.satisfaction,
                      COALESCE(value.revenue_period, 0)::float, manager.id, salesperson.id
                 FROM crm_customer_value value
                 JOIN res_partner customer ON customer.id = value.partner_id AND customer.active
                 CROSS JOIN LATERAL (%(purchase)s) AS purchase (date)
                 LEFT JOIN LATERAL (%(said)s) AS said (satisfaction) ON TRUE
                 LEFT JOIN res_users manager
                        ON manager.id = (customer.own_account_manager_id ->> %(company)s::text)::int
                       AND manager.active AND NOT manager.share
                 LEFT JOIN res_users salesperson
                        ON salesperson.id = customer.user_id
                       AND salesperson.active AND NOT salesperson.share
                WHERE %(conditions)s
                ORDER BY value.partner_id %(limit)s""",
            as_of=as_of,
            company=rule.company_id.id,
            purchase=self._purchase(rule),
            said=self._satisfaction(),
            conditions=SQL(" AND ").join(self._conditions(rule, as_of)),
            limit=SQL("LIMIT %s", limit) if limit else SQL(),
            to_flush=[
                self.env[model]._fields[name] for model, names in READ.items() for name in names
            ],
        )

    @api.model
    def _conditions(self, rule, as_of):
        """What has to hold for a customer, as a list of ``SQL``. Extend to ask for more."""
        latest = as_of - timedelta(days=rule.days)
        conditions = [
            SQL("value.company_id = %s", rule.company_id.id),
            SQL("value.first_purchase_date <= %s", latest),
            SQL("value.last_purchase_date >= %s", latest - timedelta(days=rule.window_days)),
            SQL("purchase.date <= %s", latest),
            SQL("purchase.date >= %s", latest - timedelta(days=rule.window_days)),
            self._not_made(rule, as_of),
        ]
        if rule._tiers():
            conditions.append(SQL("value.tier = ANY(%s)", rule._tiers()))
        if rule.segment_ids:
            conditions.append(self._in_segment(rule))
        if rule.min_satisfaction:
            conditions.append(SQL("said.satisfaction >= %s", int(rule.min_satisfaction)))
        if rule.no_open_complaint:
            conditions.append(self._no_complaint())
        if rule.no_open_opportunity:
            conditions.append(self._no_opportunity())
        return conditions

    # ------------------------------------------------------------------ the parts
    @api.model
    def _purchase(self, rule):
        """``SELECT`` of the day that counts: of any purchase, or of the products named."""
        if not (rule.product_ids or rule.category_ids):
            name = "first_purchase_date" if rule.since == "first" else "last_purchase_date"
            return SQL("SELECT %s", SQL.identifier("value", name))
        return SQL(
            """SELECT %s(move.invoice_date)
                 FROM account_move move
                 JOIN account_move_line line ON line.move_id = move.id
                WHERE move.commercial_partner_id = value.partner_id
                  AND move.company_id = value.company_id
                  AND move.move_type IN ('out_invoice', 'out_receipt')
                  AND move.state = 'posted'
                  AND line.quantity > 0
                  AND line.product_id = ANY(%s)""",
            SQL("MIN" if rule.since == "first" else "MAX"),
            self._products(rule),
        )

    @api.model
    def _products(self, rule):
        """The ids of the products that count, archived ones too."""
        products = self.env["product.product"].sudo().with_context(active_test=False)
        domain = Domain("id", "in", rule.product_ids.ids)
        if rule.category_ids:
            domain |= Domain("categ_id", "child_of", rule.category_ids.ids)
        return products.search(domain).ids

    @api.model
    def _satisfaction(self):
        """``SELECT`` of what the customer last said, from 1 to 5."""
        return SQL(
            """SELECT talk.satisfaction::int
                 FROM crm_interaction talk
                WHERE talk.partner_id = value.partner_id
                  AND talk.company_id = value.company_id
                  AND talk.satisfaction IS NOT NULL
                ORDER BY talk.date DESC, talk.id DESC LIMIT 1"""
        )

    @api.model
    def _not_made(self, rule, as_of):
        return SQL(
            """NOT EXISTS (
                SELECT 1 FROM crm_start_rule_made made
                 WHERE made.rule_id = %s AND made.partner_id = value.partner_id
                   AND made.date > %s)""",
            rule.id,
            as_of - timedelta(days=rule.repeat_days),
        )

    @api.model
    def _in_segment(self, rule):
        relation = self.env["res.partner"]._fields["category_id"]
        return SQL(
            "EXISTS (SELECT 1 FROM %s tagged WHERE tagged.%s = value.partner_id"
            " AND tagged.%s = ANY(%s))",
            SQL.identifier(relation.relation),
            SQL.identifier(relation.column1),
            SQL.identifier(relation.column2),
            rule.segment_ids.ids,
        )

    @api.model
    def _no_complaint(self):
        return SQL(
            """NOT EXISTS (
                SELECT 1 FROM crm_interaction complaint
                 WHERE complaint.partner_id = value.partner_id
                   AND complaint.company_id = value.company_id
                   AND complaint.complaint_state IN ('open', 'answered'))"""
        )

    @api.model
    def _no_opportunity(self):
        return SQL(
            """NOT EXISTS (
                SELECT 1 FROM res_partner contact
                  JOIN crm_lead lead ON lead.partner_id = contact.id
                 WHERE contact.commercial_partner_id = value.partner_id
                   AND lead.active AND lead.type = 'opportunity'
                   AND lead.won_status = 'pending'
                   AND (lead.company_id = value.company_id OR lead.company_id IS NULL))"""
        )
