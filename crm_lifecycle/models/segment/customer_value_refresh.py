from odoo import api, models


class CrmCustomerValueRefresh(models.AbstractModel):
    """Customers whose figures are refreshed have their data checked along with them."""

    _inherit = "crm.customer.value.refresh"

    @api.model
    def _refresh_customers(self, customer_ids, as_of=None, exact=True):
        result = super()._refresh_customers(customer_ids, as_of=as_of, exact=exact)
        self.env["crm.customer.quality.refresh"]._refresh_customers(customer_ids)
        return result
