from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmGiftGiven(models.Model):
    """What a person was given, and when: nobody gets the same twice.

    Written by the button *Given* of an occasion's day, never by hand.
    """

    _name = "crm.gift.given"
    _description = "Gift Given"
    _inherit = ["crm.customer.mixin"]
    _order = "date desc, id desc"

    contact_id = fields.Many2one(
        "res.partner", "Given to", required=True, index=True, readonly=True, ondelete="cascade"
    )
    gift_id = fields.Many2one(
        "crm.gift", required=True, index=True, readonly=True, ondelete="restrict"
    )
    day_id = fields.Many2one(
        "crm.occasion.day", "Occasion", index="btree_not_null", ondelete="set null", readonly=True
    )
    date = fields.Date("Given on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Given by", ondelete="set null", readonly=True)

    # A constraint rather than a unique index: Odoo's merge of partners gives way only to those.
    _once = models.Constraint(
        "UNIQUE (contact_id, gift_id)",
        "This person was given this gift already: choose another one.",
    )

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for given in self:
            given.display_name = self.env._("Given gift %(id)s", id=given.id or "")

    @api.onchange("contact_id")
    def _onchange_contact_id(self):
        """Take back a person that the user may not see, before anything is shown."""
        self._take_customer_of_contact()

    @api.model_create_multi
    def create(self, vals_list):
        self._check_by_button()
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_button()
        return super().write(vals)

    @api.model
    def _check_by_button(self):
        if not self.env.su:
            raise AccessError(
                self.env._("Gifts are noted with the button Given on the day of an occasion.")
            )
