from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """After a merge the figures are added up again.

    Odoo moves the sources' rows to the destination, and deletes those of a table on the first
    unique conflict: derived rows may go, they are rebuilt; histories have no unique key.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        customers = (src_partners | dst_partner).commercial_partner_id
        known = self.env["crm.customer.value"].sudo().search([("partner_id", "in", customers.ids)])
        companies = known.company_id | self.env.company
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["crm.customer.value"].invalidate_model()
        destination = dst_partner.commercial_partner_id
        self.env["crm.customer.value.queue"]._push(
            (destination.id, company.id) for company in companies
        )
        return result
