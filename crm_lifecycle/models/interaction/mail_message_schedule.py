from odoo import models


class MailMessageSchedule(models.Model):
    """A message that goes out later is a contact when it goes out."""

    _inherit = "mail.message.schedule"

    def _send_notifications(self, default_notify_kwargs=None):
        messages = self.mail_message_id
        result = super()._send_notifications(default_notify_kwargs=default_notify_kwargs)
        messages._push_contacts()
        return result
