from odoo import api, models
from odoo.exceptions import AccessError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """After a merge the figures are added up again.

    Odoo moves the sources' rows to the destination, and deletes those of a table on the first
    unique conflict: derived rows may go, they are rebuilt; histories have no unique key.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merge contacts that the user looks after; somebody else's would come into sight."""
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if not partners._assigns_customers():
            owned = {partner for partner, _company in partners._owned_keys()}
            if set(partners.ids) - owned:
                raise AccessError(partners._hand_over_message())
        return super()._merge(partner_ids, dst_partner, extra_checks)

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        customers = (src_partners | dst_partner).commercial_partner_id
        known = self.env["crm.customer.value"].sudo().search([("partner_id", "in", customers.ids)])
        companies = known.company_id | self.env.company
        # Odoo would delete all of the sources' rows on the first conflict. One row a company
        # stays, the destination's where there is one, with the phase that somebody chose.
        merged = known.filtered(lambda value: value.partner_id in (src_partners | dst_partner))
        for rows in merged.grouped("company_id").values():
            rows.sorted(lambda value: value.partner_id != dst_partner)[1:].unlink()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["crm.customer.value"].invalidate_model()
        destination = dst_partner.commercial_partner_id
        self.env["crm.customer.value.queue"]._push(
            (destination.id, company.id) for company in companies
        )
        return result
