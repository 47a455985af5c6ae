from odoo import api, models


class CrmLead(models.Model):
    """A customer to be has a row from their first lead on."""

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._push_customers()
        return leads

    def write(self, vals):
        result = super().write(vals)
        if not {"partner_id", "company_id"}.isdisjoint(vals):
            self._push_customers()
        return result

    def _push_customers(self):
        self.env["crm.customer.value.queue"]._push(
            (
                lead.partner_id.commercial_partner_id.id,
                (lead.company_id or lead.user_id.company_id).id,
            )
            for lead in self.sudo()
        )
