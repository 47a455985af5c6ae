from operator import eq, ge, gt, le, lt, ne

from odoo import api, fields, models
from odoo.fields import Domain

from .interaction import OPEN_COMPLAINT

USER = "crm_lifecycle.group_lifecycle_user"
COMPARE = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


class ResPartner(models.Model):
    """What was said with a customer, as the *viewer* may see it, in the current company.

    As with the figures, a search finds what the viewer could read, also as superuser.
    """

    _inherit = "res.partner"

    interaction_count = fields.Integer(
        "Logged Contacts",
        compute="_compute_interaction_count",
        compute_sudo=False,
        groups=USER,
    )
    open_complaint_count = fields.Integer(
        "Open Complaints",
        compute="_compute_open_complaint_count",
        search="_search_open_complaint_count",
        compute_sudo=False,
        groups=USER,
    )

    @api.depends_context("uid", "company")
    @api.depends("commercial_partner_id")
    def _compute_interaction_count(self):
        counts = self._interaction_counts(Domain.TRUE)
        for partner in self:
            partner.interaction_count = counts.get(
                partner.sudo().commercial_partner_id._origin.id, 0
            )

    @api.depends_context("uid", "company")
    @api.depends("commercial_partner_id")
    def _compute_open_complaint_count(self):
        counts = self._interaction_counts(Domain("complaint_state", "in", OPEN_COMPLAINT))
        for partner in self:
            partner.open_complaint_count = counts.get(
                partner.sudo().commercial_partner_id._origin.id, 0
            )

    def _interaction_counts(self, domain):
        """How many contacts of a domain the viewer may see, by customer id."""
        customers = Domain("partner_id", "in", self.sudo().commercial_partner_id.ids)
        return self._visible_interactions(domain & customers)

    @api.model
    def _visible_interactions(self, domain):
        """Contacts in the current company that the viewer may see, counted by customer id."""
        interactions = self.env["crm.interaction"]
        if not self.env.su and not interactions.has_access("read"):
            return {}
        domain &= Domain("company_id", "=", self.env.company.id)
        return {
            customer.id: count
            for customer, count in interactions._read_group(domain, ["partner_id"], ["__count"])
        }

    def _search_open_complaint_count(self, operator, value):
        self._check_field_access(self._fields["open_complaint_count"], "read")
        if operator != "in" and operator not in COMPARE:
            return NotImplemented
        viewer = self.sudo(False)
        counts = viewer._visible_interactions(Domain("complaint_state", "in", OPEN_COMPLAINT))

        number = None if operator == "in" else self._number_searched(value)

        def fits(count):
            if operator == "in":
                return count in value or (not count and False in value)
            return COMPARE[operator](count, number)

        found = [customer for customer, count in counts.items() if fits(count)]
        domain = Domain("commercial_partner_id", "in", found)
        if fits(0):
            domain |= Domain("commercial_partner_id", "not in", list(counts))
        return domain

    # ------------------------------------------------------------------ actions
    def action_log_interaction(self):
        """Log a contact with this person or customer, in a small dialog.

        :raises AccessError: when the customer is not the user's to see
        """
        self.ensure_one()
        self.env["crm.interaction"].check_access("create")
        self.check_access("read")
        return self._open_log(None, self.env.company)

    def _open_log(self, document, company):
        """The dialog, filled with this person, in a company that the user works in.

        :param document: the record the contact is about; None for the customer alone
        :param company: the document's; the current one where the user does not work there
        """
        company = company if company in self.env.companies else self.env.company
        self.env["crm.customer.mixin"]._check_customers(self.ids, company)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_lifecycle.action_crm_interaction_log"
        )
        filled = {
            "default_partner_id": self.sudo().commercial_partner_id.id,
            "default_contact_id": self.id,
            "default_company_id": company.id,
            "dialog_size": "medium",
        }
        if document is not None:
            filled |= {"default_res_model": document._name, "default_res_id": document.id}
        return {**action, "context": filled}

    def action_open_interactions(self):
        """Open what was said with the customer."""
        return self._open_interactions("crm_lifecycle.action_crm_interaction", {})

    def action_open_complaints(self):
        """Open the customer's open complaints."""
        return self._open_interactions(
            "crm_lifecycle.action_crm_interaction_complaint", {"search_default_open": 1}
        )

    def _open_interactions(self, xmlid, context):
        self.ensure_one()
        self.env["crm.interaction"].check_access("read")
        self.env["crm.customer.mixin"]._check_customers(self.ids, self.env.company)
        action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
        customer = self.sudo().commercial_partner_id
        domain = Domain((action["domain"] and [("is_complaint", "=", True)]) or [])
        domain &= Domain("partner_id", "=", customer.id)
        domain &= Domain("company_id", "=", self.env.company.id)
        context = {**context, "default_partner_id": customer.id}
        return {**action, "domain": list(domain), "context": context}
