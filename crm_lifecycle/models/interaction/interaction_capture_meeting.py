import logging
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES
from .interaction_capture_email import SAID, UNWRITABLE

_logger = logging.getLogger(__name__)

MEETINGS = 100
LONGEST = 7 * 24 * 60


class CrmInteractionCapture(models.Model):
    """Which meetings are contacts: those that are over, with a customer who did not decline.

    Nobody is told when a meeting is over, so a job looks for those that ended lately and have
    no contact. What is written when its activity is done comes along through the queue.
    """

    _inherit = "crm.interaction.capture"

    @api.model
    def _meeting_days(self):
        """How long after its end a meeting is still captured. Override for another length."""
        return 30

    @api.model
    def _cron_meetings(self):
        """Log the meetings that are over, a batch a transaction."""
        refresh, progress = self.env["crm.customer.value.refresh"], self.env["ir.cron"]
        last = 0
        while last is not None:
            try:
                last = refresh._retry(partial(self._meetings_step, last))
            except LOST_RACES:
                _logger.warning("Meetings to capture: too many lost races, going on next time")
                break
            if not progress._commit_progress():
                return
        progress._commit_progress(remaining=0)

    @api.model
    def _meetings_step(self, last, _attempt=0):
        """Log a batch of those after id ``last``.

        :return: the id to go on after; None when there are no more
        """
        meetings = self._past_meetings(SQL("event.id > %s", last), MEETINGS)
        self._each_or_aside(meetings, self._log_meetings, self._put_meeting_aside)
        return max(meetings.ids) if len(meetings) == MEETINGS else None

    @api.model
    def _capture_meetings(self, noted):
        """Meetings whose activity is done: what was written is said there."""
        for interaction in self._logged("meeting", noted):
            self._add_feedback(interaction)
        self._log_meetings(self._past_meetings(SQL("event.id = ANY(%s)", list(noted))))

    @api.model
    def _past_meetings(self, condition, limit=None):
        """Meetings that are over, with a customer, and without a contact."""
        now = fields.Datetime.now()
        since = fields.Datetime.subtract(now, days=self._meeting_days())
        for model in (
            "calendar.event",
            "calendar.attendee",
            "crm.interaction",
            "res.partner",
            self._name,
        ):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT event.id
                     FROM calendar_event event
                    WHERE event.active AND event.stop <= %s AND event.stop > %s AND %s
                      AND EXISTS (
                          SELECT 1
                            FROM calendar_attendee attendee
                            JOIN res_partner partner ON partner.id = attendee.partner_id
                           WHERE attendee.event_id = event.id
                             AND attendee.state IS DISTINCT FROM 'declined' AND %s)
                      AND NOT EXISTS (
                          SELECT 1 FROM crm_interaction known
                           WHERE known.source = 'meeting' AND known.source_res_id > 0
                             AND known.source_res_id = event.id)
                      AND NOT EXISTS (
                          SELECT 1 FROM crm_interaction_capture aside
                           WHERE aside.source = 'meeting' AND aside.res_id = event.id
                             AND aside.error IS NOT NULL)
                    ORDER BY event.id LIMIT %s""",
                now,
                since,
                condition,
                self._customer_sql(),
                limit,
            )
        )
        return self.env["calendar.event"].sudo().browse(row[0] for row in rows)

    # ------------------------------------------------------------------ what is a contact
    @api.model
    def _log_meetings(self, meetings):
        channel = self.env["crm.interaction.channel"]._of_kind("meeting")
        if not meetings or not channel:
            return
        documents = self._documents(map(self._meeting_document, meetings))
        contacts = meetings.attendee_ids.partner_id.union(
            *map(self._contact_of, documents.values())
        )
        customers = self._customers_of(contacts)
        vals_list = [
            self._meeting_values(
                meeting, documents.get(self._meeting_document(meeting)), customers, channel
            )
            for meeting in meetings
        ]
        self._log(self._less_recreated(vals_list))

    @api.model
    def _meeting_document(self, meeting):
        """The model and id of what a meeting is about."""
        if meeting.opportunity_id:
            return "crm.lead", meeting.opportunity_id.id
        return meeting.res_model, meeting.res_id

    @api.model
    def _meeting_values(self, meeting, document, customers, channel):
        """The contact that a meeting was."""
        contact, customer = self._met(meeting, document, customers)
        private = meeting.effective_privacy == "private"
        return {
            "source": "meeting",
            "source_res_id": meeting.id,
            "partner_id": customer,
            "contact_id": contact.id,
            "direction": "out",
            "date": meeting.start,
            "channel_id": channel.id,
            "minutes": self._meeting_minutes(meeting, channel),
            "summary": False if private else self._one_line(meeting.name),
            "said": False if private else self._meeting_text(meeting),
            **self._document_values(document, meeting.user_id),
        }

    @api.model
    def _met(self, meeting, document, customers):
        """The person and the customer of a meeting: of its document, else who came first.

        :return: partner, id of its customer
        """
        came = meeting.attendee_ids.filtered(
            lambda one: one.state != "declined" and one.partner_id.id in customers
        )
        people = came.sorted("id").partner_id
        about = self._contact_of(document) if document else people.browse()
        customer = customers.get(about.id)
        declined = meeting.attendee_ids.filtered(lambda one: one.state == "declined").partner_id
        turned_down = customer in {customers.get(partner.id) for partner in declined}
        theirs = people.filtered(lambda one: customers[one.id] == customer)
        if not customer or (turned_down and not theirs):
            return people[0], customers[people[0].id]
        return (theirs[0] if theirs else about), customer

    @api.model
    def _meeting_minutes(self, meeting, channel):
        """How long it took; the usual minutes for what only has a day."""
        if meeting.allday:
            return channel.default_minutes
        minutes = (meeting.stop - meeting.start).total_seconds() / 60
        return min(max(minutes, 0), LONGEST)

    @api.model
    def _meeting_text(self, meeting):
        parts = [self._meeting_words(meeting), *self._meeting_feedback(meeting)]
        return "\n\n".join(part for part in parts if part)[:SAID] or False

    @api.model
    def _meeting_words(self, meeting):
        """The description, less the addresses that Odoo puts below it.

        They may be those of another customer.
        """
        addresses = set()
        for lang, _name in self.env["res.lang"].get_installed():
            told = meeting.with_context(lang=lang)
            for partner in meeting.attendee_ids.partner_id:
                details = told._get_contact_details_description(meeting.user_id, partner)
                addresses.update(self._plain(details).splitlines())
        lines = UNWRITABLE.sub("", self._plain(meeting.description)).splitlines()
        return "\n".join(line for line in lines if line not in addresses).strip()

    @api.model
    def _meeting_feedback(self, meeting):
        """What was written when the meeting's activities were done."""
        activities = meeting.with_context(active_test=False).activity_ids
        done = activities.filtered(lambda activity: not activity.active)
        return [text for text in map(self._feedback, done.mapped("feedback")) if text]

    @api.model
    def _add_feedback(self, interaction):
        """Put what was written afterwards below what is there; once."""
        meeting = self.env["calendar.event"].sudo().browse(interaction.source_res_id).exists()
        if not meeting or meeting.effective_privacy == "private":
            return
        said = interaction.said or ""
        for text in self._meeting_feedback(meeting):
            if text not in said:
                said = f"{said}\n\n{text}".strip()
        if said != (interaction.said or ""):
            interaction.said = said[:SAID]

    @api.model
    def _less_recreated(self, vals_list):
        """Leave out meetings that were made anew, as Odoo does when a series is changed.

        Their contact goes over to the new meeting.
        """
        orphans = self._orphans(vals_list)
        fresh = []
        for vals in vals_list:
            orphan = orphans.pop((vals["partner_id"], vals["date"], vals["user_id"]), None)
            if orphan:
                orphan.source_res_id = vals["source_res_id"]
            else:
                fresh.append(vals)
        return fresh

    @api.model
    def _orphans(self, vals_list):
        """Contacts from meetings that are no more: dict of customer, moment and user to one."""
        known = (
            self.env["crm.interaction"]
            .sudo()
            .search(
                [
                    ("source", "=", "meeting"),
                    ("source_res_id", ">", 0),
                    ("partner_id", "in", [vals["partner_id"] for vals in vals_list]),
                    ("date", "in", [vals["date"] for vals in vals_list]),
                ]
            )
        )
        meetings = self.env["calendar.event"].sudo().browse(known.mapped("source_res_id"))
        held = set(meetings.exists().filtered("active").ids)
        return {
            (row.partner_id.id, row.date, row.user_id.id): row
            for row in known
            if row.source_res_id not in held
        }
