from odoo import models


class MailActivity(models.Model):
    """What is done may have been a contact; what is cancelled was none."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        self._push_contacts()
        return result

    def _push_contacts(self):
        """Note done activities whose type says that they are contacts, and their meetings.

        As superuser: the channel of a type is a manager's to see.
        """
        capture = self.env["crm.interaction.capture"]
        done = self.sudo().exists()
        meetings = done.filtered("calendar_event_id")
        contacts = (done - meetings).filtered("activity_type_id.interaction_channel_id")
        capture._push("meeting", meetings.calendar_event_id.ids)
        capture._push("activity", contacts.ids)
