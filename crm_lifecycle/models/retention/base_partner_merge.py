from odoo import api, models

from .touchpoint import OPEN


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merged customers keep all their due contacts; of two open ones alike, one stays open.

    Alike are those of one step, and offers. The destination's stays. Odoo moves the rows, and
    would delete those that cannot be.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        touchpoints = self.env["crm.touchpoint"].sudo()
        merged = touchpoints.search(
            [
                ("partner_id", "in", (src_partners | dst_partner).ids),
                ("state", "in", OPEN),
                "|",
                ("step_id", "!=", False),
                ("service_reason", "!=", False),
            ]
        )
        # An offer has no step.
        for rows in merged.grouped(lambda row: (row.step_id, row.company_id)).values():
            ordered = rows.sorted(lambda row: (row.partner_id != dst_partner, row.id))
            ordered[1:]._close_as_left(self.env._("The customer was merged with another one."))
        touchpoints.flush_model()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        touchpoints.invalidate_model()
        return result
