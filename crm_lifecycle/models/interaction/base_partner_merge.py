from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """What was said about a merged contact is about the one that stays."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        result = super()._update_foreign_keys(src_partners, dst_partner)
        dst_partner._move_interactions(dst_partner.commercial_partner_id.ids)
        return result

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        result = super()._update_reference_fields(src_partners, dst_partner)
        self.env["crm.interaction"]._move_documents(src_partners, dst_partner)
        return result
