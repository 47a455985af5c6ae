from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """A merge keeps all events: Odoo deletes the rows of a table on the first unique conflict."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        events = self.env["crm.customer.event"]
        events._end_doubles((src_partners | dst_partner).ids)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        events.invalidate_model()
        return result
