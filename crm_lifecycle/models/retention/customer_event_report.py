from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCustomerEvent(models.Model):
    """Events as other programs report them. See ``docs/retention.md``."""

    _inherit = "crm.customer.event"

    @api.model
    def report(self, customer=None, type_code=None, date=None, note=None, external_id=None):
        """Report an event in the current company, once for each ``external_id``.

        :param int customer: id of the customer, or of a person there
        :param str type_code: code of the type of event
        :param str date: ISO 8601 day; today by default
        :param str note: what is known of it
        :param str external_id: the caller's own reference
        :return: id of the event: a new one, or the one that has the reference already
        :raises AccessError: without the right to report, or where the customer is not the
            user's to see; the same for a customer that is not there
        :raises UserError: naming the argument that is wrong
        """
        self.check_access("create")
        reference = self._text_reported("external_id", external_id)
        known = self._of_reference(reference)
        if known:
            # Somebody else's customer: told as any hidden one.
            self._check_customers(known.sudo().partner_id.ids, self.env.company)
            return known.id
        event = self.create(
            {
                "partner_id": self._customer_reported(customer),
                "company_id": self.env.company.id,
                "type_id": self._type_reported(type_code).id,
                "date": self._day_reported(date),
                "note": self._text_reported("note", note),
            }
        )
        event.sudo().write({"source": "api", "external_id": reference})
        event.flush_recordset()
        return event.id

    @api.model
    def _of_reference(self, external_id):
        domain = [("company_id", "=", self.env.company.id), ("external_id", "=", external_id)]
        return self.sudo().search(domain, limit=1).sudo(False) if external_id else self.browse()

    @api.model
    def _customer_reported(self, customer):
        if not isinstance(customer, int) or isinstance(customer, bool):
            raise UserError(self.env._("customer: give the id of the customer, a whole number."))
        self._check_customers([customer], self.env.company)
        return customer

    @api.model
    def _type_reported(self, code):
        kind = self.env["crm.customer.event.type"]._of_code(code)
        if not kind:
            codes = self.env["crm.customer.event.type"].sudo().search([("code", "!=", False)])
            raise UserError(
                self.env._(
                    "type_code: there is no such type of event. Give one of: %(codes)s.",
                    codes=", ".join(codes.mapped("code")),
                )
            )
        return kind

    @api.model
    def _day_reported(self, day):
        if not day:
            return fields.Date.context_today(self)
        try:
            return fields.Date.to_date(day)
        except (TypeError, ValueError, AttributeError) as error:
            raise UserError(self.env._("date: write it as 2026-12-31.")) from error

    @api.model
    def _text_reported(self, name, text):
        if text and not isinstance(text, str):
            raise UserError(self.env._("%(name)s: give a text.", name=name))
        return (text or "").strip() or False
