from odoo import api, models


class SaleOrder(models.Model):
    """A quotation for a flagged lead waits for a manager, whichever door it comes through."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._check_leads_released()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if vals.get("opportunity_id"):
            self._check_leads_released()
        return result

    def _check_leads_released(self):
        if self.env.su:
            return
        leads = self.sudo().opportunity_id
        if leads:
            leads.sudo(False)._check_released()
