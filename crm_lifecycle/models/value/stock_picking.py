from odoo import models


class StockPicking(models.Model):
    """A return by a customer costs us."""

    _inherit = "stock.picking"

    def _action_done(self):
        result = super()._action_done()
        self.env["crm.customer.value.queue"]._push(
            (picking.partner_id.commercial_partner_id.id, picking.company_id.id)
            for picking in self
            if picking._is_customer_return()
        )
        return result

    def _is_customer_return(self):
        """Whether something came back from a customer with this transfer."""
        self.ensure_one()
        return self.location_id.usage == "customer" and any(
            self.move_ids.mapped("origin_returned_move_id")
        )
