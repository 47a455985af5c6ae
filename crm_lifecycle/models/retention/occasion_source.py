from datetime import date

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# What the statement reads.
READ = {
    "crm.customer.value": ("tier", "health", "first_purchase_date", "last_purchase_date"),
    "res.partner": (
        *("active", "name", "user_id", "own_account_manager_id", "category_id"),
        *("commercial_partner_id", "company_id", "birth_date"),
    ),
    "res.users": ("active", "share"),
    "crm.team": ("user_id", "active"),
    "crm.team.member": ("user_id", "crm_team_id", "active"),
    "crm.family.member": ("partner_id", "relation", "birth_date", "name"),
    "sale.order": ("partner_id", "company_id", "state"),
    "sale.order.line": ("order_id", "name"),
    "crm.occasion.date": ("partner_id", "occasion_id", "date", "repeats", "name", "active"),
    "crm.occasion.day": ("occasion_id", "contact_id", "source_id", "year", "date", "state"),
}
# A holiday has no day of its own at a customer.
NO_BASE = date(1900, 1, 1)
MEMBER = SQL("JOIN crm_family_member member ON member.partner_id = contact.id")
JOINS = {
    "spouse": SQL("%s AND member.relation = 'spouse'", MEMBER),
    "child": SQL("%s AND member.relation = 'child'", MEMBER),
    "order_date": SQL(
        """JOIN sale_order sold ON sold.partner_id = contact.id
                 AND sold.company_id = value.company_id AND sold.state = 'sale'
           JOIN sale_order_line line ON line.order_id = sold.id"""
    ),
    "hand": SQL("JOIN crm_occasion_date hand ON hand.partner_id = contact.id AND hand.active"),
}
SOURCES = {"spouse": "member", "child": "member", "order_date": "line", "hand": "hand"}


class CrmOccasionSource(models.AbstractModel):
    """Whose day is when: one ``SELECT`` for each kind of occasion.

    A row is a person (the customer itself, or a contact of it), the day it is about, and what
    it is of: a member of the family, an order line, a date by hand. Extend ``_conditions`` to
    ask for more.
    """

    _name = "crm.occasion.source"
    _description = "Days of an Occasion"

    @api.model
    def _base(self, occasion, fitting=True):
        """``SELECT`` of the people of an occasion and their days.

        :param occasion: one ``crm.occasion``, in sudo
        :param bool fitting: only customers that it is for
        :return: ``SQL`` of contact_id, source_id, about, partner_id, company_id, base_date,
            repeats, manager_id, salesperson_id; one row for a person and source
        """
        kind = occasion.kind
        source = SOURCES.get(kind)
        return SQL(
            """SELECT DISTINCT ON (contact.id, %(source)s)
                      contact.id AS contact_id, %(source)s AS source_id, %(about)s AS about,
                      value.partner_id, value.company_id, (%(base)s)::date AS base_date,
                      %(repeats)s AS repeats, customer.user_id AS salesperson_id,
                      (customer.own_account_manager_id ->> value.company_id::text)::int
                          AS manager_id
                 FROM crm_customer_value value
                 JOIN res_partner customer ON customer.id = value.partner_id AND customer.active
                 JOIN res_partner contact ON contact.active AND %(people)s
                 %(joins)s
                WHERE %(conditions)s
                ORDER BY contact.id, %(source)s,
                         value.last_purchase_date DESC NULLS LAST, value.company_id""",
            source=SQL.identifier(source, "id") if source else SQL("0::int"),
            about=SQL("LEFT(%s, 100)", SQL.identifier(source, "name"))
            if source
            else SQL("NULL::varchar"),
            base=self._base_date(occasion),
            repeats=self._repeats(occasion),
            people=self._people(kind),
            joins=JOINS.get(kind, SQL()),
            conditions=SQL(" AND ").join(self._conditions(occasion, fitting)),
            to_flush=[
                self.env[model]._fields[name] for model, names in READ.items() for name in names
            ],
        )

    @api.model
    def _people(self, kind):
        """The customer itself, or everybody at the customer."""
        if kind in ("holiday", "first_purchase"):
            return SQL("contact.id = customer.id")
        return SQL("contact.commercial_partner_id = customer.id")

    @api.model
    def _base_date(self, occasion):
        """The expression of the day that returns."""
        if occasion.kind in ("partner_date", "order_date"):
            table = "contact" if occasion.kind == "partner_date" else "line"
            return SQL.identifier(table, occasion.field_id.name)
        return {
            "birthday": SQL.identifier("contact", "birth_date"),
            "spouse": SQL.identifier("member", "birth_date"),
            "child": SQL.identifier("member", "birth_date"),
            "first_purchase": SQL.identifier("value", "first_purchase_date"),
            "hand": SQL.identifier("hand", "date"),
            "holiday": SQL("%s", NO_BASE),
        }[occasion.kind]

    @api.model
    def _repeats(self, occasion):
        if occasion.kind == "hand":
            return SQL.identifier("hand", "repeats")
        once = occasion.kind in ("partner_date", "order_date") and not occasion.repeats
        return SQL("%s", not once)

    @api.model
    def _conditions(self, occasion, fitting):
        """What has to hold, as a list of ``SQL``. Extend to ask for more."""
        conditions = [
            SQL("(%s) IS NOT NULL", self._base_date(occasion)),
            SQL("(contact.company_id IS NULL OR contact.company_id = value.company_id)"),
        ]
        if occasion.company_id:
            conditions.append(SQL("value.company_id = %s", occasion.company_id.id))
        if occasion.kind == "hand":
            conditions.append(SQL("hand.occasion_id = %s", occasion.id))
        return conditions + (self._fitting(occasion) if fitting else [])

    @api.model
    def _fitting(self, occasion):
        conditions = []
        if occasion._tiers():
            conditions.append(SQL("value.tier = ANY(%s)", occasion._tiers()))
        if occasion._healths():
            conditions.append(SQL("value.health = ANY(%s)", occasion._healths()))
        if occasion.segment_ids:
            conditions.append(self._in_segment(occasion.with_context(active_test=False)))
        rule = self.env["crm.segment.rule"]
        domain = rule._domain(occasion.domain)
        if domain:
            partners = rule._partners(occasion._home())
            found = partners._search(Domain(domain)).subselect()
            conditions.append(SQL("value.partner_id IN %s", found))
        return conditions

    @api.model
    def _in_segment(self, occasion):
        relation = self.env["res.partner"]._fields["category_id"]
        return SQL(
            "EXISTS (SELECT 1 FROM %s tagged WHERE tagged.%s = value.partner_id"
            " AND tagged.%s = ANY(%s))",
            SQL.identifier(relation.relation),
            SQL.identifier(relation.column1),
            SQL.identifier(relation.column2),
            occasion.segment_ids.ids,
        )

    @api.model
    def _responsible(self, occasion):
        """The expression of the user who keeps the occasion, in a ``base``; NULL for nobody."""
        chosen = SQL("COALESCE(%s, %s)", self._acting("base.manager_id"), self._acting())
        if occasion.responsible_type == "user":
            chosen = SQL("%s::int", occasion.user_id.id)
        elif occasion.responsible_type == "salesperson":
            chosen = self._acting()
        elif occasion.responsible_type == "team_leader":
            chosen = SQL(
                """COALESCE((SELECT team.user_id
                      FROM crm_team_member member JOIN crm_team team ON team.id = member.crm_team_id
                     WHERE member.user_id = base.salesperson_id AND member.active AND team.active
                     ORDER BY team.sequence, team.id LIMIT 1), %s)""",
                self._acting(),
            )
        return chosen

    @api.model
    def _acting(self, column="base.salesperson_id"):
        """The user of a column, where he works with us still."""
        return SQL(
            """(SELECT acting.id FROM res_users acting
                 WHERE acting.id = %s AND acting.active AND NOT acting.share)""",
            SQL.identifier(*column.split(".")),
        )
