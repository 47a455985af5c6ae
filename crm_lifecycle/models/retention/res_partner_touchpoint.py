from odoo import api, fields, models

from .touchpoint import OPEN

USER = "crm_lifecycle.group_lifecycle_user"


class ResPartner(models.Model):
    """How many contacts with the customer are due, as the viewer may see them."""

    _inherit = "res.partner"

    open_touchpoint_count = fields.Integer(
        "Due Contacts",
        compute="_compute_open_touchpoint_count",
        compute_sudo=False,
        groups=USER,
    )

    @api.depends_context("uid", "company")
    @api.depends("commercial_partner_id")
    def _compute_open_touchpoint_count(self):
        rows = self.env["crm.touchpoint"]
        counts = {}
        if self.env.su or rows.has_access("read"):
            domain = [
                ("partner_id", "in", self.sudo().commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "in", OPEN),
            ]
            groups = rows._read_group(domain, ["partner_id"], ["__count"])
            counts = {customer.id: count for customer, count in groups}
        for partner in self:
            customer = partner.sudo().commercial_partner_id._origin
            partner.open_touchpoint_count = counts.get(customer.id, 0)

    def action_open_touchpoints(self):
        """Open the due contacts with the customer.

        :raises AccessError: when the customer is not the user's to see
        """
        self.ensure_one()
        self.env["crm.touchpoint"].check_access("read")
        self.env["crm.customer.mixin"]._check_customers(self.ids, self.env.company)
        action = self.env["ir.actions.actions"]._for_xml_id("crm_lifecycle.action_crm_touchpoint")
        domain = [
            ("partner_id", "=", self.sudo().commercial_partner_id.id),
            ("company_id", "=", self.env.company.id),
        ]
        return {**action, "domain": domain}
