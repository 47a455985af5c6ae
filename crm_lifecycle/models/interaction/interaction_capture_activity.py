import re

from odoo import api, models

from .interaction_capture_email import SAID, UNWRITABLE

TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


class CrmInteractionCapture(models.Model):
    """Which done activities are contacts: those of a type that says which channel it is."""

    _inherit = "crm.interaction.capture"

    @api.model
    def _capture_activities(self, noted):
        """Log done activities. Those with a meeting are captured with the meeting."""
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)
        done = self._not_logged("activity", activities.browse(sorted(noted))).filtered(
            lambda activity: (
                not activity.active
                and not activity.calendar_event_id
                and activity.activity_type_id.interaction_channel_id.active
            )
        )
        documents = self._documents((one.res_model, one.res_id) for one in done)
        contacts = self.env["res.partner"].sudo().union(*map(self._contact_of, documents.values()))
        customers = self._customers_of(contacts)
        vals_list = (
            self._activity_values(activity, documents, customers, noted[activity.id])
            for activity in done
        )
        self._log([vals for vals in vals_list if vals])

    @api.model
    def _activity_values(self, activity, documents, customers, moment):
        """The contact that a done activity is; nothing when its document has no customer."""
        document = documents.get((activity.res_model, activity.res_id))
        contact = self._contact_of(document) if document else None
        if not contact or contact.id not in customers:
            return None
        channel = activity.activity_type_id.interaction_channel_id
        user = activity.user_id or activity.write_uid
        return {
            "source": "activity",
            "source_res_id": activity.id,
            "partner_id": customers[contact.id],
            "contact_id": contact.id,
            "direction": "out",
            "date": moment,
            "channel_id": channel.id,
            "minutes": channel.default_minutes,
            "summary": self._one_line(activity.summary or activity.activity_type_id.name),
            "said": self._feedback(activity.feedback),
            **self._document_values(document, user),
        }

    @api.model
    def _feedback(self, feedback):
        """What somebody wrote when they were done: as text, also when a program wrote HTML."""
        text = UNWRITABLE.sub("", feedback or "")
        text = self._plain(text) if TAG.search(text) else text.strip()
        return text[:SAID] or False
