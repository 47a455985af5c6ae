from odoo import api, fields, models

from ..value.res_partner import USER


class ResPartner(models.Model):
    """The customer's risk on the contact's form, as far as the viewer may see the customer."""

    _inherit = "res.partner"

    health_reasons = fields.Json(
        "Why", compute="_compute_health_reasons", compute_sudo=False, groups=USER
    )

    @api.depends_context("uid", "company", "lang")
    @api.depends("commercial_partner_id")
    def _compute_health_reasons(self):
        columns = ("health", "risk_score", "risk_reasons", "health_basis")
        rows = self._visible_rows("crm.customer.value", columns)
        for partner in self:
            row = rows.get(partner.commercial_partner_id.id)
            partner.health_reasons = row._risk_lines() if row else False
