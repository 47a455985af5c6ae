from odoo import api, fields, models
from odoo.exceptions import UserError

from ..value.res_partner import USER


class ResPartner(models.Model):
    """People who were at a customer, and the action with which one leaves."""

    _inherit = "res.partner"

    former_contact_ids = fields.One2many(
        "crm.contact.former", "partner_id", "Former Contact Persons", readonly=True, groups=USER
    )
    former_note = fields.Text(
        "Former",
        compute="_compute_former_note",
        compute_sudo=False,
        groups=USER,
        help="On a person: when they left, and who follows. On a customer: who has left.",
    )

    @api.depends_context("uid", "company", "lang")
    @api.depends("active")
    def _compute_former_note(self):
        rows = self.env["crm.contact.former"]
        if rows.has_access("read"):
            ids = self._origin.ids
            domain = ["|", ("partner_id", "in", ids), ("contact_id", "in", ids)]
            rows = rows.search(domain)
        # Through sudo as names only: the rows themselves are those the viewer may read.
        people, customers = rows.grouped("contact_id"), rows.grouped("partner_id")
        for partner in self:
            found = people.get(partner._origin) or customers.get(partner._origin) or rows.browse()
            partner.former_note = "\n".join(row._note() for row in found) or False

    def action_contact_leaves(self):
        """Ask who follows this person, in a dialog.

        :raises AccessError: when the person is not the user's to see and edit
        :raises UserError: for somebody who is no person of a company
        """
        self.ensure_one()
        self.env["crm.contact.leave"].check_access("create")
        self.check_access("write")
        self.env["crm.customer.mixin"]._check_customers(self.ids, self.env.company)
        if self.commercial_partner_id == self:
            raise UserError(self.env._("Only a person of a company leaves it. Open the person."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contact Person Leaves"),
            "res_model": "crm.contact.leave",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_contact_id": self.id},
        }
