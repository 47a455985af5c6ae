from odoo import models


class ResPartner(models.Model):
    """The way from a contact to its card."""

    _inherit = "res.partner"

    def action_open_customer_card(self):
        """Open the card of this contact.

        :raises AccessError: when the customer is not the user's to see
        """
        self.ensure_one()
        self.env["crm.customer.card"]._check_viewer()
        self.env["crm.customer.mixin"]._check_customers(self.ids)
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("crm_lifecycle.action_customer_card")
        return {**action, "params": {"resId": self.id}}
