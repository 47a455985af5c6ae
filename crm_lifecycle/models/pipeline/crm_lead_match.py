from odoo import api, fields, models

USER = "crm_lifecycle.group_lifecycle_user"


class CrmLead(models.Model):
    """A lead shows at once which customers it may come from, also before it is saved.

    Nothing is stored: it is looked up for whoever reads it, all of a list's leads in one
    statement and their visibility in another. Of a customer whom the reader does not look
    after it only says that a manager should look, and not before the lead is saved: then
    there is a lead that says who asked for which number.
    """

    _inherit = "crm.lead"

    vat = fields.Char(
        "Tax ID",
        size=64,
        tracking=True,
        help="Compared with those of customers and of other leads.",
    )
    vat_key = fields.Char(
        "Tax ID without Punctuation",
        compute="_compute_vat_key",
        store=True,
        index="btree_not_null",
    )
    match_customer_ids = fields.Many2many(
        "res.partner",
        string="Known Customers",
        compute="_compute_customer_matches",
        compute_sudo=False,
        groups=USER,
        help="Customers with the same e-mail, domain, telephone or tax number.",
    )
    match_text = fields.Text(
        "Known as", compute="_compute_customer_matches", compute_sudo=False, groups=USER
    )

    @api.depends("vat")
    def _compute_vat_key(self):
        for lead in self:
            lead.vat_key = self.env["crm.lead.match"]._vat_key(lead.vat)

    @api.depends_context("uid", "company")
    @api.depends(
        "email_normalized",
        "email_domain_criterion",
        "phone_sanitized",
        "vat_key",
        "partner_id",
        "company_id",
    )
    def _compute_customer_matches(self):
        found = self.env["crm.lead.match"]._matches(self)
        visible = self.env["crm.lead.match"]._visible(found)
        for lead in self:
            lead._show_matches(found[lead], visible)

    def _show_matches(self, matches, visible):
        own = self.sudo().partner_id.commercial_partner_id._origin.id
        others = [match for match in matches if match.customer_id != own]
        company = self._lifecycle_company()
        seen = [match for match in others if (match.customer_id, company.id) in visible]
        customers = self.env["res.partner"].browse(match.customer_id for match in seen)
        names = self.env["crm.lead.match"]._kind_names
        lines = [
            f"{customer.sudo().name}: {names(match)}"
            for customer, match in zip(customers, seen, strict=True)
        ]
        if len(seen) < len(others) and isinstance(self.id, int):
            lines.append(self.env["crm.lead.match"]._somebody_else())
        self.match_customer_ids = customers
        self.match_text = "\n".join(lines)

    # ------------------------------------------------------------------ the tax number
    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "vat"]

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """The company takes the tax number along; a person does where there is no company."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if self.vat and (is_company or not (parent_id or self.partner_name)):
            values["vat"] = self.vat
        return values
