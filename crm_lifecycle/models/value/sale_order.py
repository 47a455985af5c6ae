from odoo import api, models


class SaleOrder(models.Model):
    """A customer to be has a row from their first quotation on."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        self.env["crm.customer.value.queue"]._push(
            (order.partner_id.commercial_partner_id.id, order.company_id.id)
            for order in orders.sudo()
        )
        return orders
