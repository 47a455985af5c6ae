from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Who was blocked stays blocked, whichever of the merged contacts remains."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        blocked = src_partners.sudo().filtered("lifecycle_blocked")[:1]
        reason = blocked.lifecycle_blocked_reason
        result = super()._update_foreign_keys(src_partners, dst_partner)
        customer = dst_partner.sudo().commercial_partner_id
        if blocked and not customer.lifecycle_blocked:
            customer.write({"lifecycle_blocked": True, "lifecycle_blocked_reason": reason})
        return result
