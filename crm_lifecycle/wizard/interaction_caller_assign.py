from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class CrmInteractionCallerAssign(models.TransientModel):
    """Whose calls some calls are, said by a person.

    Calls and contact are ids from a client: the button asks again for both.
    """

    _name = "crm.interaction.caller.assign"
    _description = "Assign Calls to a Contact"
    _inherit = ["crm.customer.mixin"]

    partner_id = fields.Many2one(string="Contact", readonly=False, index=False)
    company_id = fields.Many2one(readonly=False, index=False)
    caller_ids = fields.Many2many("crm.interaction.caller", string="Calls")
    keep_number = fields.Boolean(
        "Keep the Number",
        default=True,
        help="Write it on the contact, if the contact has none: the next call is known at once.",
    )

    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Assign to a Contact")

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._check_calls()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self._check_calls()
        return result

    def _check_calls(self):
        """Refuse calls that the user may not see, or of another company.

        :raises AccessError: the same for those that are not there
        """
        if self.env.su:
            return
        for wizard in self:
            ids = wizard.sudo().caller_ids.ids
            domain = [("id", "in", ids), ("company_id", "=", wizard.company_id.id)]
            if len(set(ids)) != self.env["crm.interaction.caller"].search_count(domain):
                raise AccessError(self.env._("You can only assign calls that you see."))

    def action_assign(self):
        """Turn the calls into interactions with the contact.

        :raises AccessError: when the user may not see the contact as a customer, or a call
        """
        self.check_access("write")
        self.ensure_one()
        self._check_own_rows()
        self._check_calls()
        contact, calls = self.partner_id.sudo(), self.caller_ids.sudo()
        if contact.company_id and contact.company_id != self.company_id:
            raise ValidationError(self.env._("Choose a contact of the company that was called."))
        if not self.env["crm.interaction"]._call_channel():
            raise ValidationError(
                self.env._("Calls cannot be logged: there is no channel of the kind Call.")
            )
        self._keep_number_of(calls)
        calls._become_interactions(
            dict.fromkeys(calls, (contact.id, contact.commercial_partner_id.id))
        )
        return {"type": "ir.actions.act_window_close"}

    def _keep_number_of(self, calls):
        """With the user's own right to edit the contact."""
        numbers = {call.number_e164 for call in calls} - {False}
        if self.keep_number and len(numbers) == 1 and not self.partner_id.phone:
            self.partner_id.phone = numbers.pop()
