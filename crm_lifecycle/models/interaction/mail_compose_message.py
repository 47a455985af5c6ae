from odoo import models


class MailComposeMessage(models.TransientModel):
    """What is sent to many documents at once is bulk mail, however it is posted."""

    _inherit = "mail.compose.message"

    def _action_send_mail_comment(self, res_ids):
        messages = super()._action_send_mail_comment(res_ids)
        if len(res_ids) > 1:
            self.env["crm.interaction.capture"]._forget("email", messages.ids)
        return messages
