from odoo import api, fields, models
from odoo.exceptions import UserError

USER = "crm_lifecycle.group_lifecycle_user"


class CrmInteractionDocument(models.AbstractModel):
    """A document with a customer: contacts are logged on it, open complaints are shown on it."""

    _name = "crm.interaction.document"
    _description = "Document That Contacts Are About"

    open_complaint_count = fields.Integer(
        "Open Complaints",
        compute="_compute_open_complaint_count",
        compute_sudo=False,
        groups=USER,
        help="Of the document's customer, in this company.",
    )

    @api.depends_context("uid", "company")
    @api.depends("partner_id")
    def _compute_open_complaint_count(self):
        for document in self:
            # The customer may be one the user cannot read: then nothing is shown.
            customer = document.sudo().partner_id.sudo(self.env.su)
            document.open_complaint_count = customer.open_complaint_count if customer else 0

    def _log_interaction(self):
        """The dialog that logs a contact about this document.

        :raises AccessError: when the user may not read the document, or not see its customer
        :raises UserError: when the document has no customer
        """
        self.ensure_one()
        self.check_access("read")
        self.env["crm.interaction"].check_access("create")
        # The customer may be one the user cannot read, which is for ``_open_log`` to refuse.
        partner_id = self.sudo().partner_id.id
        if not partner_id:
            raise UserError(self.env._("Choose the customer first, then log the contact."))
        partner = self.env["res.partner"].browse(partner_id)
        return partner._open_log(self, self.sudo().company_id)
