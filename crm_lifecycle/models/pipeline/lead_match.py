from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# From the surest to the least sure; "set" is the customer that somebody put on the lead.
KINDS = ("set", "vat", "email", "phone", "domain")
# As many contacts of a kind are looked at; what matches more customers says nothing.
ENOUGH = 20
SHORTEST_VAT = 4


@dataclass(frozen=True)
class CustomerMatch:
    """A customer that a lead's details belong to.

    :param customer_id: id of the commercial partner
    :param kinds: why, some of ``KINDS``, the surest first
    :param owned: the lead's salesperson looks after the customer, or nobody in particular does
    :param blocked: a manager has blocked the customer
    :param overdue_amount: in currency of the lead's company
    :param days_late: of the oldest amount that is overdue
    :param tier: a, b, c, d or None
    """

    customer_id: int
    kinds: tuple
    owned: bool
    blocked: bool
    overdue_amount: float
    days_late: int
    tier: str | None


class CrmLeadMatch(models.AbstractModel):
    """Whom a lead comes from: customers with the same e-mail, domain, telephone or tax number.

    Whole values only, never a part of one: the e-mail as Odoo normalizes it, the number in
    E.164, the tax number without its punctuation, and the e-mail's domain unless everybody can
    have an address there (Odoo's list of providers). One statement for any number of leads;
    each look-up goes by an index.
    """

    _name = "crm.lead.match"
    _description = "Customers That Leads Match"

    @api.model
    def _matches(self, leads):
        """Look up the customers of leads, saved or not, whoever asks.

        Who may know of them is for the caller to ask (``_visible_customers``).

        :return: dict of lead to list of ``CustomerMatch``, the surest first
        """
        found = {lead: [] for lead in leads}
        asked = [(lead, *self._asked(lead)) for lead in leads]
        asked = [row for row in asked if any(row[3:])]
        if not asked:
            return found
        for number, *row in self.env.execute_query(self._statement(asked)):
            kinds = tuple(kind for kind in KINDS if kind in row[1])
            found[asked[number - 1][0]].append(CustomerMatch(row[0], kinds, *row[2:]))
        for matches in found.values():
            matches.sort(key=lambda match: (KINDS.index(match.kinds[0]), match.customer_id))
        return found

    @api.model
    def _asked(self, lead):
        """What is known of a lead: company, salesperson, customer, e-mail, domain, phone, vat."""
        known = lead.sudo()
        criterion = known.email_domain_criterion or ""
        # Before it is saved, a lead is whoever's is writing it.
        user_id = known.user_id.id if isinstance(lead.id, int) else self.env.uid
        return (
            lead._lifecycle_company().id,
            user_id or None,
            known.partner_id.commercial_partner_id._origin.id or None,
            known.email_normalized or None,
            criterion[1:] if criterion.startswith("@") else None,
            known.phone_sanitized or None,
            known.vat_key or None,
        )

    @api.model
    def _vat_key(self, vat):
        """The tax number as it is compared, False when it is none."""
        key = "".join(char for char in vat or "" if char.isalnum()).upper()
        return key if len(key) >= SHORTEST_VAT else False

    @api.model
    def _statement(self, asked):
        numbers = list(range(1, len(asked) + 1))
        columns = zip(*(row[1:] for row in asked), strict=True)
        users = {row[2] for row in asked}
        return SQL(
            """WITH asked AS MATERIALIZED (
                    SELECT * FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[],
                                         %s::text[], %s::text[], %s::text[], %s::text[])
                      AS asked (number, company_id, user_id, customer_id,
                                email, domain, phone, vat)),
                found AS MATERIALIZED (
                    SELECT asked.number, asked.company_id, asked.user_id, hit.customer_id,
                           array_agg(DISTINCT hit.kind) AS kinds
                      FROM asked CROSS JOIN LATERAL (%s) AS hit (customer_id, kind)
                  GROUP BY 1, 2, 3, 4)
               SELECT found.number, found.customer_id, found.kinds, %s,
                      COALESCE(customer.lifecycle_blocked, FALSE),
                      COALESCE(value.overdue_amount, 0)::float,
                      COALESCE(value.days_late, 0), value.tier
                 FROM found
                 JOIN res_partner customer ON customer.id = found.customer_id
            LEFT JOIN crm_customer_value value ON value.partner_id = found.customer_id
                                              AND value.company_id = found.company_id""",
            numbers,
            *(list(column) for column in columns),
            self._hits_sql(),
            self._owned_sql(users),
            to_flush=self.env["res.partner"]._fields["lifecycle_blocked"],
        )

    @api.model
    def _hits_sql(self):
        partners = self.env["res.partner"]._fields
        ways = [SQL("SELECT asked.customer_id, 'set' WHERE asked.customer_id IS NOT NULL")]
        ways += [
            SQL(
                """(SELECT DISTINCT partner.commercial_partner_id, %s
                      FROM res_partner partner
                     WHERE %s = %s AND %s LIMIT %s)""",
                kind,
                column,
                SQL.identifier("asked", kind),
                self._contact_sql(),
                ENOUGH,
                to_flush=partners[name],
            )
            for kind, name, column in self._ways()
        ]
        return SQL(" UNION ALL ").join(ways)

    @api.model
    def _ways(self):
        """How a contact is found: kind, field, and the expression that is indexed."""
        return [
            ("email", "email_normalized", SQL("partner.email_normalized")),
            ("phone", "phone_sanitized", SQL("partner.phone_sanitized")),
            (
                "vat",
                "vat",
                SQL("upper(regexp_replace(partner.vat, '[^[:alnum:]]', '', 'g'))"),
            ),
            ("domain", "email_normalized", SQL("split_part(partner.email_normalized, '@', 2)")),
        ]

    @api.model
    def _leads_of_sql(self, customer_ids):
        """The leads that may match customers: a statement of ids, each way by an index.

        It asks neither for the company nor for ``ENOUGH``: who matches is for ``_matches``.
        """
        keys = [
            ("email_domain_criterion", SQL("partner.email_normalized")),
            ("phone_sanitized", SQL("partner.phone_sanitized")),
            ("vat_key", SQL("upper(regexp_replace(partner.vat, '[^[:alnum:]]', '', 'g'))")),
            (
                "email_domain_criterion",
                SQL("'@' || split_part(partner.email_normalized, '@', 2)"),
            ),
        ]
        contacts = [
            SQL(
                "SELECT lead.id FROM contact partner JOIN crm_lead lead ON lead.%s = %s",
                SQL.identifier(column),
                value,
            )
            for column, value in keys
        ]
        return SQL(
            """WITH contact AS MATERIALIZED (
                    SELECT id, email_normalized, phone_sanitized, vat FROM res_partner
                     WHERE commercial_partner_id = ANY(%s))
               SELECT lead.id FROM contact JOIN crm_lead lead ON lead.partner_id = contact.id
               UNION %s""",
            list(customer_ids),
            SQL(" UNION ").join(contacts),
        )

    @api.model
    def _contact_sql(self):
        return self.env["crm.interaction.number"]._contact_sql(
            SQL.identifier("asked", "company_id")
        )

    @api.model
    def _owned_sql(self, user_ids):
        """Whether the lead's salesperson looks after ``found``'s customer.

        :param user_ids: the salespeople there are among the leads, None included
        """
        cases = [
            SQL(
                "WHEN %s THEN %s",
                SQL("found.user_id = %s", user_id) if user_id else SQL("found.user_id IS NULL"),
                self._owned_by_sql(user_id),
            )
            for user_id in user_ids
        ]
        return SQL("CASE %s ELSE FALSE END", SQL(" ").join(cases))

    @api.model
    def _owned_by_sql(self, user_id):
        # Whom nobody looks after is everybody's, where the company says so: so is it of leads
        # without a salesperson.
        user = self.env["res.users"].browse(user_id or self.env.ref("base.user_root").id)
        if user_id and user.sudo().has_group("crm_lifecycle.group_lifecycle_analyst"):
            return SQL("TRUE")
        mixin = self.env["crm.customer.mixin"].with_user(user)
        return mixin._own_customer_sql(
            SQL.identifier("found", "customer_id"), SQL.identifier("found", "company_id")
        )

    # ------------------------------------------------------------------ for people
    @api.model
    def _visible(self, found):
        """Which customers the user may know of; one query a company.

        :param dict found: of lead to list of matches, as in ``_matches``
        :return: set of (customer id, company id)
        """
        customers = {}
        for lead, matches in found.items():
            ids = {match.customer_id for match in matches}
            customers.setdefault(lead._lifecycle_company(), set()).update(ids)
        mixin = self.env["crm.customer.mixin"].sudo(False)
        return {
            (customer, company.id)
            for company, ids in customers.items()
            if ids
            for customer in mixin._visible_customers(ids, company)
        }

    @api.model
    def _kind_names(self, match):
        """Why, in words: same e-mail, same telephone number."""
        names = {
            "set": self.env._("chosen as the customer"),
            "vat": self.env._("same tax number"),
            "email": self.env._("same e-mail"),
            "phone": self.env._("same telephone number"),
            "domain": self.env._("same e-mail domain"),
        }
        return ", ".join(names[kind] for kind in match.kinds)

    @api.model
    def _somebody_else(self):
        """What is said of a customer whom the user may not know."""
        return self.env._(
            "It matches a customer whom somebody else looks after. Ask a manager to look at it."
        )

    @api.model
    def _open_leads(self):
        """The leads that are still worked on. Override to leave out more."""
        return Domain("active", "=", True) & Domain("won_status", "=", "pending")
