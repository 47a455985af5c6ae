from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The contact that remains is checked again, with what it got from the others."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # Derived rows: those of the sources go, the destination's is made anew.
        rows = self.env["crm.customer.quality"].sudo()
        rows.search([("partner_id", "in", src_partners.ids)]).unlink()
        return super()._update_foreign_keys(src_partners, dst_partner)
