from odoo import api, models
from odoo.tools import SQL

MAX_NUMBER = 64


class CrmInteractionNumber(models.AbstractModel):
    """Whose telephone number it is: whole numbers in E.164 only, never a part of one.

    A contact's number is Odoo's ``phone_sanitized``, made with the contact's country; a dialled
    one is made the same way with the company's country. Both are compared for equality, by an
    index of ours on the contact's (``res_partner_phone.py``).
    """

    _name = "crm.interaction.number"
    _description = "Whose Telephone Number"

    @api.model
    def _e164(self, number, company):
        """The whole number in E.164, or False when it is none."""
        number = (number or "").strip()
        if not number or len(number) > MAX_NUMBER:
            return False
        partners = self.env["res.partner"].with_company(company).sudo()
        return partners._phone_format(number=number, country=company.sudo().country_id) or False

    @api.model
    def _contacts(self, numbers, company):
        """The active contacts that have these numbers and may be customers of the company.

        :param numbers: E.164 numbers
        :return: dict of number to list of (contact id, customer id), in the order of contacts
        """
        numbers = [number for number in numbers if number]
        found = {}
        if not numbers:
            return found
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.phone_sanitized, partner.id, partner.commercial_partner_id
                     FROM res_partner partner
                    WHERE partner.phone_sanitized = ANY(%s) AND %s
                    ORDER BY partner.id""",
                numbers,
                self._contact_sql(SQL("%s", company.id)),
                to_flush=self.env["res.partner"]._fields["phone_sanitized"],
            )
        )
        for number, contact, customer in rows:
            found.setdefault(number, []).append((contact, customer))
        return found

    @api.model
    def _shown(self, contacts, company):
        """The contacts of a number whose customers the user may see.

        To whoever may not see a customer, it has no number: what is asked and logged with one
        is the same as if the customer were not there.

        :param contacts: list of (contact id, customer id), as in ``_contacts``
        """
        # Asked also where there is nobody, so that a hidden customer takes no longer.
        visible = self.env["crm.customer.mixin"]._visible_customers(
            {customer for _contact, customer in contacts}, company
        )
        return [pair for pair in contacts if pair[1] in visible]

    @api.model
    def _contact_sql(self, company):
        """A condition on ``partner``: a contact that may be a customer of a company.

        Archived contacts, employees, our internal users and our own companies are none.
        Override to leave out more.

        :param SQL company: the expression of the company's id
        """
        flushed = ("active", "employee", "company_id", "commercial_partner_id")
        partners, users = self.env["res.partner"]._fields, self.env["res.users"]._fields
        return SQL(
            """partner.active
               AND partner.employee IS NOT TRUE
               AND (partner.company_id IS NULL OR partner.company_id = %s)
               AND NOT EXISTS (SELECT 1 FROM res_users ours
                                WHERE ours.partner_id = partner.id
                                  AND ours.active AND NOT ours.share)
               AND NOT EXISTS (SELECT 1 FROM res_company ours
                                WHERE ours.partner_id = partner.commercial_partner_id)""",
            company,
            to_flush=[
                *(partners[name] for name in flushed),
                *(users[name] for name in ("active", "share", "partner_id")),
            ],
        )

    @api.model
    def _whose(self, contacts):
        """The one customer that contacts of a number belong to.

        :param contacts: list of (contact id, customer id), as in ``_contacts``
        :return: (contact id, customer id) - the customer itself as contact where several
            of its contacts share the number - or None where nobody or several customers do
        """
        customers = {customer for _contact, customer in contacts}
        if len(customers) != 1:
            return None
        customer = customers.pop()
        return (contacts[0][0] if len(contacts) == 1 else customer), customer
