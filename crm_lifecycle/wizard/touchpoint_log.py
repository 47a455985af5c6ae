from odoo import fields, models


class CrmInteractionLog(models.TransientModel):
    """A contact that is logged for a due one closes that at once."""

    _inherit = "crm.interaction.log"

    touchpoint_id = fields.Many2one("crm.touchpoint", "Due Contact", ondelete="set null")

    def action_save(self):
        """Log the contact, and say what became of the due one.

        :raises AccessError: when the customer, or the due contact, is not the user's
        """
        due = self._due_contact()
        was_open = due and due._is_open_now()
        action = super().action_save()
        if due:
            action["params"]["message"] = due._sentence(was_open)
        return action

    def _due_contact(self):
        """The due contact, where it is of the customer that the dialog names."""
        self.ensure_one()
        due = self.touchpoint_id
        if due:
            due._check_mine()
        same = self.partner_id, self.company_id
        return due if due and same == (due.sudo().partner_id, due.sudo().company_id) else due[:0]

    def _plan_next_step(self, interaction):  # pylint: disable=missing-return
        """After the contact is there: the next step, and the due contact."""
        super()._plan_next_step(interaction)
        due = self._due_contact()
        if due:
            due._finish_by(interaction)
