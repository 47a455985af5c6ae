from dataclasses import dataclass
from datetime import date

from odoo import api, models
from odoo.tools import SQL

from .loyalty_grant import OPEN

# What the statement reads, beside the customers' worth, which is written by SQL itself.
READ = {
    "res.partner": (
        *("active", "commercial_partner_id", "category_id"),
        "specific_property_product_pricelist",
    ),
    "product.pricelist": ("active",),
    "crm.customer.value": ("partner_id", "company_id", "first_purchase_date", "tier"),
    "crm.loyalty.rule": ("grace_days",),
    "crm.loyalty.grant": (
        *("partner_id", "company_id", "state", "pricelist_id", "previous_pricelist_id"),
        *("rule_id", "back_date"),
    ),
}
STAYS = ("none", "hand", "keep")


@dataclass(frozen=True)
class Step:
    """What happens to one customer's price list.

    :param action: a key of ``loyalty_preview.OUTCOMES``, or ``none``
    :param rule_id: of the rule that fits, or None
    :param present_id: the customer's own price list now, or None
    :param after_id: the customer's own price list afterwards, or None
    :param grant_id: the open grant, given by the rule ``given_rule_id``, or None
    :param previous_id: the list before the first of an unbroken row of grants, or None
    :param until_date: the day on which a list in grace goes back
    """

    partner_id: int
    action: str
    rule_id: int | None
    present_id: int | None
    after_id: int | None
    grant_id: int | None
    given_rule_id: int | None
    previous_id: int | None
    until_date: date | None


class CrmLoyaltyPlan(models.AbstractModel):
    """What the loyalty rules do to the price lists of a company: one ``SELECT``.

    It goes through the customers with a row of worth or an open grant, and costs one statement
    for one customer or for all. Extend ``_conditions`` to ask for more.
    """

    _name = "crm.loyalty.plan"
    _description = "Plan of Loyalty Price Lists"

    @api.model
    def _steps(self, company, rules, as_of):
        """What would happen to everybody, those who stay as they are included.

        :param rules: the rules that decide, first one first, in sudo
        :param date as_of: the day it is
        :return: list of ``Step``, by customer
        """
        plan = self._plan(company, rules, as_of)
        return self._read(SQL("%s ORDER BY partner_id", plan))

    @api.model
    def _changes(self, company, rules, as_of, limit):
        """Up to ``limit`` customers whose list or grant changes, locked; see ``_steps``.

        Customers whom somebody else holds are left out.
        """
        return self._read(
            SQL(
                """SELECT plan.* FROM (%s) plan JOIN res_partner held ON held.id = plan.partner_id
                    WHERE plan.action <> ALL(%s)
                    ORDER BY plan.partner_id LIMIT %s
                      FOR NO KEY UPDATE OF held SKIP LOCKED""",
                self._plan(company, rules, as_of),
                list(STAYS),
                limit,
            )
        )

    @api.model
    def _read(self, query):
        for model, names in READ.items():
            self.env[model].flush_model(names)
        return [Step(*row) for row in self.env.execute_query(query)]

    @api.model
    def _plan(self, company, rules, as_of):
        """``SELECT`` of the columns of ``Step``."""
        return SQL(
            """SELECT partner_id, action, rule_id, present_id,
                      CASE WHEN action IN ('give', 'replace') THEN pricelist_id
                           WHEN action = 'end' THEN previous_id
                           ELSE present_id END AS after_id,
                      grant_id, given_rule_id,
                      CASE WHEN action = 'give' THEN present_id ELSE previous_id END,
                      CASE WHEN action = 'grace' THEN %(as_of)s::date + grace_days
                           WHEN action = 'keep' THEN back_date END AS until_date
                 FROM (SELECT found.*, %(action)s AS action FROM (%(found)s) found) acted""",
            as_of=as_of,
            action=self._action(as_of),
            found=self._found(company, rules, as_of),
        )

    @api.model
    def _action(self, as_of):
        """What happens, from what was found.

        A list that was deleted or archived, whose grace is over or that has none, goes at once;
        a better rule, one before that of the grant, gives its list at once.
        """
        return SQL(
            """CASE
               WHEN grant_id IS NULL AND rule_id IS NULL THEN 'none'
               WHEN grant_id IS NULL AND (present_active OR chosen_by_hand) THEN 'hand'
               WHEN grant_id IS NULL THEN 'give'
               WHEN present_id IS DISTINCT FROM given_id THEN 'override'
               WHEN pricelist_id = given_id AND state = 'active' AND rule_id = given_rule_id
                    THEN 'keep'
               WHEN pricelist_id = given_id THEN 'resume'
               WHEN rule_id IS NOT NULL AND (%(due)s OR place < given_place) THEN 'replace'
               WHEN rule_id IS NULL AND %(due)s THEN 'end'
               WHEN state = 'active' THEN 'grace'
               ELSE 'keep' END""",
            due=SQL(
                """(given_active IS NOT TRUE OR grace_days = 0
                    OR (state = 'grace' AND back_date <= %s))""",
                as_of,
            ),
        )

    @api.model
    def _found(self, company, rules, as_of):
        """``SELECT`` of what there is of each customer: rule that fits, present list, grant."""
        return SQL(
            """WITH rule (place, rule_id, pricelist_id) AS (%(rules)s)
               SELECT customer.id AS partner_id,
                      chosen.rule_id, chosen.pricelist_id, chosen.place,
                      present.id AS present_id, present.active AS present_active,
                      given.id AS grant_id, given.rule_id AS given_rule_id,
                      given.pricelist_id AS given_id, given.previous_pricelist_id AS previous_id,
                      given.state, given.back_date, granting.grace_days,
                      giving.place AS given_place, given_list.active AS given_active,
                      EXISTS (SELECT 1 FROM crm_loyalty_grant kept
                               WHERE kept.partner_id = customer.id
                                 AND kept.company_id = %(company)s
                                 AND kept.state = 'overridden') AS chosen_by_hand
                 FROM (%(customers)s) known
                 JOIN res_partner customer ON customer.id = known.partner_id
                 LEFT JOIN crm_customer_value value
                        ON value.partner_id = customer.id AND value.company_id = %(company)s
                 LEFT JOIN rule chosen ON chosen.place = %(place)s
                 LEFT JOIN product_pricelist present ON present.id =
                      (customer.specific_property_product_pricelist ->> %(company)s::text)::int
                 LEFT JOIN LATERAL (%(given)s) given ON TRUE
                 LEFT JOIN crm_loyalty_rule granting ON granting.id = given.rule_id
                 LEFT JOIN rule giving ON giving.rule_id = given.rule_id
                 LEFT JOIN product_pricelist given_list ON given_list.id = given.pricelist_id""",
            company=company.id,
            rules=self._rule_rows(rules),
            customers=self._customers(company),
            place=self._place(rules, as_of),
            given=self._given(company),
        )

    @api.model
    def _customers(self, company):
        return SQL(
            """SELECT partner_id FROM crm_customer_value WHERE company_id = %(company)s
                UNION
               SELECT partner_id FROM crm_loyalty_grant
                WHERE company_id = %(company)s AND state = ANY(%(open)s)""",
            company=company.id,
            open=list(OPEN),
        )

    @api.model
    def _given(self, company):
        """``SELECT`` of the open grant; of two, as after a merge, the one that is in force."""
        return SQL(
            """SELECT one.* FROM crm_loyalty_grant one
                WHERE one.partner_id = customer.id AND one.company_id = %s
                  AND one.state = ANY(%s)
                ORDER BY one.pricelist_id = present.id DESC NULLS LAST, one.id LIMIT 1""",
            company.id,
            list(OPEN),
        )

    @api.model
    def _rule_rows(self, rules):
        """The relation of the rules by their place, from 1 on; it may be empty."""
        rows = [
            SQL("SELECT %s, %s, %s", place, rule.id, rule.pricelist_id.id)
            for place, rule in enumerate(rules, 1)
        ]
        nothing = SQL("SELECT NULL::int, NULL::int, NULL::int WHERE FALSE")
        return SQL(" UNION ALL ").join([nothing, *rows])

    @api.model
    def _place(self, rules, as_of):
        """The place of the first rule that fits, or NULL."""
        cases = [
            SQL("WHEN %s THEN %s", SQL(" AND ").join(self._conditions(rule, as_of)), place)
            for place, rule in enumerate(rules, 1)
        ]
        return SQL("CASE %s ELSE NULL END", SQL(" ").join(cases)) if cases else SQL("NULL::int")

    @api.model
    def _conditions(self, rule, as_of):
        """What has to hold for a customer, as a list of ``SQL``. Extend to ask for more."""
        conditions = [
            SQL("customer.active AND customer.commercial_partner_id = customer.id"),
            SQL(
                "(value.first_purchase_date + make_interval(years => %s))::date <= %s",
                rule.years,
                as_of,
            ),
        ]
        if rule._tiers():
            conditions.append(SQL("value.tier = ANY(%s)", rule._tiers()))
        # A tag that was archived is still a condition.
        segments = rule.with_context(active_test=False).segment_ids
        if segments:
            conditions.append(self._in_segment(segments))
        return conditions

    @api.model
    def _in_segment(self, segments):
        relation = self.env["res.partner"]._fields["category_id"]
        return SQL(
            "EXISTS (SELECT 1 FROM %s tagged WHERE tagged.%s = customer.id"
            " AND tagged.%s = ANY(%s))",
            SQL.identifier(relation.relation),
            SQL.identifier(relation.column1),
            SQL.identifier(relation.column2),
            segments.ids,
        )
