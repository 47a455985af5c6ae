from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

BIGGEST_ID = 2**31 - 1
FOUND = 8
LONGEST_SEARCH = 100


class CrmCustomerCard(models.AbstractModel):
    """One page on a customer, for whoever talks to them: everything in one answer.

    ``read_card`` asks each of ``_card_sections()`` in turn; a section is a method
    ``_card_<name>(partner)`` that returns JSON, or None for nothing to show. The web client
    draws a section by the component that its registry ``crm_lifecycle.card_sections`` has under
    the same name, so that an addon adds a section by one method and one component.

    Everything is read with the viewer's own rights: what he may not see is absent. A customer
    that is not his gets the answer of one that does not exist. ``partner`` is the contact asked
    for, perhaps a person at a company; figures and open items are those of the customer.

    Cost: a constant number of queries, each by an index, however much the customer has bought.
    """

    _name = "crm.customer.card"
    _description = "Customer Card"

    # ------------------------------------------------------------------ endpoints
    @api.model
    @api.readonly
    def read_card(self, partner_id=None):
        """The card of a customer.

        :param int partner_id: a contact
        :return: dict with ``partner_id``, ``name``, ``actions`` and ``sections``, JSON by name;
            False when there is no such customer, or it is not the viewer's to see
        :raises AccessError: for who has no part in Lifecycle
        """
        partner = self._card_partner(partner_id)
        return self._card(partner) if partner else False

    @api.model
    @api.readonly
    def find(self, text=""):
        """Customers to go to, by name, e-mail, reference or number: only the viewer's.

        :param str text: what the viewer typed
        :return: list of dicts with ``id``, ``name`` and ``detail``
        :raises AccessError: for who has no part in Lifecycle
        """
        self._check_viewer()
        text = text.strip()[:LONGEST_SEARCH] if isinstance(text, str) else ""
        if not text:
            return []
        domain = Domain("display_name", "ilike", text) | Domain("phone", "ilike", text)
        partners = self.env["res.partner"].search_fetch(
            domain & self._visible_domain(), ["name", "email", "phone", "city"], limit=FOUND
        )
        return [
            {
                "id": partner.id,
                "name": partner.display_name,
                "detail": partner.phone or partner.email or partner.city or "",
            }
            for partner in partners
        ]

    # ------------------------------------------------------------------ whose card
    @api.model
    def _check_viewer(self):
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_user"):
            raise AccessError(self.env._("The customer card is for Lifecycle users."))

    @api.model
    def _card_partner(self, partner_id):
        """The contact, or none when it is missing or not the viewer's to see."""
        self._check_viewer()
        partner = self.env["res.partner"]
        valid = isinstance(partner_id, int) and not isinstance(partner_id, bool)
        if not valid or not 0 < partner_id <= BIGGEST_ID:
            return partner
        if not self.env["crm.customer.mixin"]._visible_customers([partner_id]):
            return partner
        return partner.browse(partner_id)._filtered_access("read")

    @api.model
    def _visible_domain(self):
        """Contacts of customers that the viewer may see, in a company he works in."""
        visible = self.env["crm.customer.mixin"]._visible_customer_sql
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "EXISTS (SELECT 1 FROM res_company company WHERE company.id = ANY(%s) AND %s)",
                self.env.companies.ids,
                visible(
                    SQL.identifier(alias, "commercial_partner_id"), SQL.identifier("company", "id")
                ),
            )
        )

    # ------------------------------------------------------------------ sections
    @api.model
    def _card_sections(self):
        """Names of the sections, each with its method. Override to add one."""
        return ["identity", "worth", "open_items", "contacts", "tell", "ask"]

    @api.model
    def _card(self, partner):
        sections = {name: getattr(self, f"_card_{name}")(partner) for name in self._card_sections()}
        return {
            "partner_id": partner.id,
            "customer_id": partner.commercial_partner_id.id,
            "name": partner.display_name,
            "actions": self._card_actions(partner),
            "sections": {name: part for name, part in sections.items() if part is not None},
        }

    @api.model
    def _card_actions(self, partner):
        """Which buttons the viewer has."""
        return {
            "log": hasattr(partner, "action_log_interaction"),
            "activity": self.env["mail.activity"].has_access("create"),
            "write": bool(partner.email),
        }

    @api.model
    def _customer_row(self, partner):
        """The customer's row in the current company, perhaps none."""
        rows = partner._visible_customer_values()
        return rows.get(partner.commercial_partner_id.id, self.env["crm.customer.value"])

    @api.model
    def _label(self, record, name):
        """What a selection's value is called in the viewer's language."""
        return dict(record._fields[name]._description_selection(self.env)).get(record[name], "")

    @api.model
    def _today(self):
        return fields.Date.context_today(self)
