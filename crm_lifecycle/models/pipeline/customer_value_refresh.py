from odoo import api, models


class CrmCustomerValueRefresh(models.AbstractModel):
    """A customer whose figures changed has its open leads screened in the same batch."""

    _inherit = "crm.customer.value.refresh"

    @api.model
    def _refresh_customers(self, customer_ids, as_of=None, exact=True):
        result = super()._refresh_customers(customer_ids, as_of, exact)
        self.env["crm.lead"]._screen_customers(customer_ids)
        return result
