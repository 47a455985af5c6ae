from odoo import api, models


class MailMessage(models.Model):
    """What may be an e-mail from or to a customer is noted; a job decides whether it is."""

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        messages = super().create(vals_list)
        messages._push_contacts()
        return messages

    def _push_contacts(self):
        """Note those that may be contacts.

        It stands in everybody's way: what it looks at is in memory, or is read by whoever
        posts a message anyway.
        """
        maybe = self.sudo().filtered(lambda message: message._may_be_contact())
        self.env["crm.interaction.capture"]._push("email", maybe.ids)

    def _may_be_contact(self):
        """Whether a message may be an e-mail from or to a customer.

        Never a note, a tracking line, a notification, what is sent to many or automatically.
        """
        models = self.env["crm.interaction.capture"]._document_models()
        return (
            self.model in models
            and (self.message_type == "email" or self._is_comment())
            and bool(self.res_id)
        )

    def _is_comment(self):
        """Whether somebody said it to others: no note, and not that an activity is done."""
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        return (
            self.message_type == "comment"
            and not self.is_internal
            and not self.mail_activity_type_id
            and self.subtype_id.id not in (False, note)
        )
