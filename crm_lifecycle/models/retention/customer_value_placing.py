from odoo import api, models

from ..value.scope import Scope


class CrmCustomerValuePlacing(models.AbstractModel):
    """Customers are rated before they are placed: the phase asks for their health."""

    _inherit = "crm.customer.value.placing"

    @api.model
    def _place_changed(self, as_of, row_ids, exact=True):
        rows = self.env["crm.customer.value"].sudo().browse(row_ids)
        customers = tuple(rows.partner_id.ids)
        if customers:
            self.env["crm.health.rating"]._rate(Scope(as_of, customers=customers))
        return super()._place_changed(as_of, row_ids, exact=exact)
