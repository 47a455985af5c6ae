from odoo import models


class ResPartner(models.Model):
    """Hand over the customers chosen in a list."""

    _inherit = "res.partner"

    def action_hand_over(self):
        """Open a new hand-over of these customers, of the user's or of their salesperson.

        :raises AccessError: when a customer is not the user's to see
        """
        hand_overs = self.env["crm.hand.over"]
        hand_overs.check_access("create")
        self.check_access("read")
        customers = self.commercial_partner_id
        self.env["crm.customer.mixin"]._check_customers(customers.ids, self.env.company)
        owner = customers.user_id[:1] or self.env.user
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": "crm.hand.over",
            "views": [(False, "form")],
            "context": {
                "default_chosen_customers": customers.ids,
                "default_user_id": owner.id,
            },
        }
