from odoo import models


class CrmCustomerValue(models.Model):
    """The way from a row of the list of customers to the card."""

    _inherit = "crm.customer.value"

    def action_open_customer_card(self):
        """Open the customer's card.

        :raises AccessError: when the row is not the user's to see
        """
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.action_open_customer_card()
