from odoo import api, models


class CrmCustomerValueRefresh(models.AbstractModel):
    """Customers whose figures are refreshed have their due contacts planned along with them."""

    _inherit = "crm.customer.value.refresh"

    @api.model
    def _refresh_customers(self, customer_ids, as_of=None, exact=True):
        result = super()._refresh_customers(customer_ids, as_of=as_of, exact=exact)
        self.env["crm.touchpoint.plan"]._replan_customers(customer_ids, as_of)
        return result
