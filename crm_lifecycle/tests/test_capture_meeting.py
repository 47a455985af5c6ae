from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.addons.crm_lifecycle.models.interaction import (
    interaction_capture_aside,
    interaction_capture_meeting,
)
from odoo.tests import tagged
from odoo.tools import mute_logger

from .capture_common import CaptureCommon

ASIDE = interaction_capture_aside.__name__


@tagged("post_install", "-at_install")
class TestCaptureMeeting(CaptureCommon):
    """A past meeting with a customer is a contact, as long as it took."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = fields.Datetime.now()
        # Whatever else is in the calendar has its contact already.
        cls.look()

    @classmethod
    def look(cls):
        """What the job does. Returns the new contacts."""
        before = cls.talks.search([])
        cls.env.flush_all()
        last = 0
        while last is not None:
            last = cls.captures._meetings_step(last)
        return cls.talks.search([], order="id") - before

    def meeting(self, *partners, hours_ago=2.0, minutes=45, **vals):
        start = self.now - timedelta(hours=hours_ago)
        people = self.a.partner_id.union(*partners)
        return self.env["calendar.event"].create(
            {
                "name": "About chairs",
                "description": "<p>Which <b>colour</b></p>",
                "start": start,
                "stop": start + timedelta(minutes=minutes),
                "user_id": self.a.id,
                "partner_ids": [Command.set(people.ids)],
                **vals,
            }
        )

    def about(self, document):
        return {"res_model_id": self.env["ir.model"]._get_id(document._name), "res_id": document.id}

    def attendee(self, meeting, partner):
        return meeting.attendee_ids.filtered(lambda one: one.partner_id == partner)

    # ------------------------------------------------------------------ what is one
    def test_a_past_meeting_with_a_customer_is_a_contact(self):
        meeting = self.meeting(self.dana)
        talk = self.look()
        self.assertEqual((talk.source, talk.source_res_id), ("meeting", meeting.id))
        self.assertEqual((talk.partner_id, talk.contact_id), (self.acme, self.dana))
        self.assertEqual((talk.user_id, talk.direction), (self.a, "out"))
        self.assertEqual((talk.minutes, talk.date), (45, meeting.start))
        self.assertEqual((talk.summary, talk.said), ("About chairs", "Which *colour*"))
        self.assertEqual(talk.channel_id, self.env.ref("crm_lifecycle.channel_meeting"))
        self.assertEqual(talk.company_id, self.company)
        self.assertFalse(talk.res_model)
        self.assertFalse(talk.message_ids)

    def test_it_is_one_however_often_the_job_looks(self):
        meeting = self.meeting(self.dana)
        self.assertEqual(len(self.look()), 1)
        self.assertFalse(self.look())
        meeting.name = "Renamed"
        self.captures._capture_meetings({meeting.id: self.now})
        self.assertFalse(self.look())

    def test_a_meeting_to_come_is_one_when_it_is_over(self):
        meeting = self.meeting(self.dana, hours_ago=-1)
        running = self.meeting(self.noa, hours_ago=0.5, minutes=60)
        self.assertFalse(self.look())
        meeting.write({"start": self.now - timedelta(hours=3), "stop": self.now})
        running.stop = self.now
        self.assertEqual(len(self.look()), 2)

    def test_a_meeting_that_ended_long_ago_is_none(self):
        self.meeting(self.dana, hours_ago=24 * 31)
        self.assertFalse(self.look())
        self.patch(self.env.registry["crm.interaction.capture"], "_meeting_days", lambda _self: 60)
        self.assertEqual(len(self.look()), 1)

    def test_a_meeting_among_ourselves_is_none(self):
        self.meeting(self.b.partner_id, self.worker, self.office)
        self.meeting(self.b.partner_id, **self.about(self.order))
        self.assertFalse(self.look())

    def test_a_customer_who_declined_was_not_there(self):
        meeting = self.meeting(self.dana)
        self.attendee(meeting, self.dana).state = "declined"
        self.assertFalse(self.look())

    def test_who_did_not_answer_was_there(self):
        meeting = self.meeting(self.dana)
        self.attendee(meeting, self.dana).state = "needsAction"
        self.assertEqual(len(self.look()), 1)

    def test_a_cancelled_or_archived_meeting_is_none(self):
        self.meeting(self.dana).active = False
        self.meeting(self.dana).unlink()
        self.assertFalse(self.look())

    def test_without_a_channel_for_meetings_nothing_is_captured(self):
        self.env["crm.interaction.channel"].search([("kind", "=", "meeting")]).active = False
        self.meeting(self.dana)
        self.assertFalse(self.look())

    # ------------------------------------------------------------------ with whom
    def test_the_document_s_customer_comes_first(self):
        self.meeting(self.dana, self.bob, **self.about(self.move))
        talk = self.look()
        self.assertEqual((talk.partner_id, talk.contact_id), (self.beta, self.bob))
        self.assertEqual((talk.res_model, talk.res_id), ("account.move", self.move.id))

    def test_the_opportunity_is_the_document_of_an_opportunity_s_meeting(self):
        self.meeting(self.dana, self.noa, opportunity_id=self.lead.id)
        talk = self.look()
        self.assertEqual((talk.partner_id, talk.res_model), (self.noa, "crm.lead"))

    def test_else_the_first_customer_among_the_attendees(self):
        meeting = self.meeting(self.b.partner_id, self.dana, self.bob)
        invited = meeting.attendee_ids.sorted("id").partner_id
        first = invited.filtered(lambda partner: partner in self.dana | self.bob)[0]
        talk = self.look()
        self.assertEqual((talk.contact_id, talk.partner_id), (first, first.parent_id))

    def test_where_the_document_s_customer_declined_it_is_who_came(self):
        meeting = self.meeting(self.dana, self.bob, **self.about(self.move))
        self.attendee(meeting, self.bob).state = "declined"
        self.assertEqual(self.look().partner_id, self.acme)

    def test_where_one_of_a_customer_declined_it_is_the_other(self):
        meeting = self.meeting(self.dana, self.avi, **self.about(self.order))
        self.attendee(meeting, self.dana).state = "declined"
        self.assertEqual(self.look().contact_id, self.avi)

    def test_the_company_is_the_document_s_then_the_organizer_s(self):
        other = self.other_company()
        self.a.company_ids = [Command.link(other.id)]
        self.a.company_id = other
        self.meeting(self.dana, **self.about(self.order))
        self.assertEqual(self.look().company_id, self.company)
        self.meeting(self.dana)
        self.assertEqual(self.look().company_id, other)

    # ------------------------------------------------------------------ how long, and what
    def test_a_day_long_meeting_takes_the_usual_minutes(self):
        day = self.now.date() - timedelta(days=3)
        self.meeting(self.dana, allday=True, start_date=day, stop_date=day)
        self.assertEqual(self.look().minutes, 60)

    def test_no_meeting_takes_more_than_a_week(self):
        self.meeting(self.dana, hours_ago=24 * 20, minutes=24 * 60 * 15)
        self.assertEqual(self.look().minutes, 24 * 60 * 7)

    def test_a_private_meeting_says_only_how_long(self):
        meeting = self.meeting(self.dana, privacy="private")
        activity = self.with_activity(meeting, "Secret")
        talk = self.look()
        self.assertEqual((talk.partner_id, talk.minutes), (self.acme, 45))
        self.assertFalse(talk.summary or talk.said)
        self.captures._capture_meetings({activity.calendar_event_id.id: self.now})
        self.assertFalse(talk.said)

    def test_nobody_s_address_is_copied_from_the_description(self):
        """Odoo writes the first attendee's below it, who may be another customer's."""
        meeting = self.meeting(self.dana, self.bob)
        self.assertRegex(str(meeting.description), "(dana|bob)@")
        self.assertEqual(self.look().said, "Which *colour*")

    def test_private_by_the_organizer_s_default_is_private(self):
        self.a.with_user(self.a).calendar_default_privacy = "private"
        self.meeting(self.dana)
        self.assertFalse(self.look().summary)

    # ------------------------------------------------------------------ activities
    def with_activity(self, meeting, feedback=None, document=None):
        document = document or self.order
        activity = self.env["mail.activity"].create(
            {
                **self.about(document),
                "activity_type_id": self.env.ref("mail.mail_activity_data_meeting").id,
                "user_id": self.a.id,
                "calendar_event_id": meeting.id,
            }
        )
        if feedback:
            activity.with_user(self.a).action_feedback(feedback=feedback)
        return activity

    def test_an_activity_done_after_the_meeting_adds_its_words(self):
        meeting = self.meeting(self.dana)
        activity = self.with_activity(meeting)
        talk = self.look()
        activity.with_user(self.a).action_feedback(feedback="They like blue")
        self.assertNothing("The meeting is the contact.")
        self.assertEqual(talk.said, "Which *colour*\n\nThey like blue")
        self.captures._push("meeting", meeting.ids)
        self.assertNothing()
        self.assertEqual(talk.said, "Which *colour*\n\nThey like blue", "Once.")

    def test_an_activity_done_before_the_job_looked_is_in_it(self):
        self.with_activity(self.meeting(self.dana), "They like blue")
        talk = self.capture()
        self.assertEqual((talk.source, talk.said), ("meeting", "Which *colour*\n\nThey like blue"))
        self.assertFalse(self.look())

    def test_what_people_corrected_stays(self):
        meeting = self.meeting(self.dana)
        activity = self.with_activity(meeting)
        talk = self.look()
        talk.said = "Corrected"
        activity.with_user(self.a).action_feedback(feedback="They like blue")
        self.capture()
        self.assertEqual(talk.said, "Corrected\n\nThey like blue")

    def test_an_activity_done_before_its_meeting_waits_for_it(self):
        meeting = self.meeting(self.dana, hours_ago=-1)
        self.with_activity(meeting, "Prepared")
        self.assertNothing()
        meeting.write({"start": self.now - timedelta(hours=3), "stop": self.now})
        self.assertIn("Prepared", self.look().said)

    # ------------------------------------------------------------------ series
    def series(self):
        day = (self.now - timedelta(days=5)).date()
        return self.meeting(
            self.dana,
            hours_ago=24 * 5,
            recurrency=True,
            rrule_type="daily",
            interval=1,
            end_type="count",
            count=4,
            event_tz="UTC",
            until=day,
        )

    def test_each_meeting_of_a_series_is_one(self):
        events = self.series().recurrence_id.calendar_event_ids
        self.assertEqual(len(events), 4)
        self.assertEqual(self.look().mapped("source_res_id"), events.sorted("id").ids)
        self.assertFalse(self.look())

    def test_a_series_made_anew_keeps_its_contacts(self):
        """Odoo, and outside calendars, delete the meetings of a series and make them again."""
        meeting = self.meeting(self.dana)
        talk = self.look()
        again = meeting.copy({"start": meeting.start, "stop": meeting.stop})
        meeting.unlink()
        self.assertFalse(self.look())
        self.assertEqual(talk.source_res_id, again.id)
        self.assertFalse(self.look())

    def test_two_meetings_at_the_same_moment_are_two(self):
        self.meeting(self.dana)
        self.look()
        self.meeting(self.dana)
        self.assertEqual(len(self.look()), 1)

    # ------------------------------------------------------------------ the job
    def test_the_job_goes_on_batch_by_batch(self):
        meetings = [self.meeting(self.dana) for _number in range(5)]
        job = self.env.ref("crm_lifecycle.cron_interaction_meetings")
        self.env.flush_all()
        with (
            self.enter_registry_test_mode(),
            patch.object(interaction_capture_meeting, "MEETINGS", 2),
        ):
            job.method_direct_trigger()
        self.assertEqual(len(self.captures._logged("meeting", [one.id for one in meetings])), 5)

    def test_killed_in_the_middle_it_is_the_same(self):
        meetings = [self.meeting(self.dana) for _number in range(4)]
        self.env.flush_all()
        with patch.object(interaction_capture_meeting, "MEETINGS", 2):
            self.captures._meetings_step(0)
            savepoint = self.env.cr.savepoint()
            self.look()
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        self.look()
        logged = self.captures._logged("meeting", [one.id for one in meetings])
        self.assertEqual(len(logged), 4)

    def test_one_that_cannot_be_logged_is_put_aside_and_not_tried_again(self):
        bad, good = self.meeting(self.dana), self.meeting(self.dana)
        cls = self.env.registry["crm.interaction.capture"]
        minutes, tried = cls._meeting_minutes, []

        def fail(captures, meeting, channel):
            tried.append(meeting)
            return -1 if meeting == bad else minutes(captures, meeting, channel)

        with patch.object(cls, "_meeting_minutes", fail), mute_logger("odoo.sql_db", ASIDE):
            self.assertEqual(self.look().source_res_id, good.id)
            tried.clear()
            self.assertFalse(self.look())
        self.assertFalse(tried)
        aside = self.captures.search([("source", "=", "meeting")])
        self.assertEqual(aside.res_id, bad.id)
        self.assertIn("CheckViolation", aside.error)
        aside.action_retry()
        self.assertEqual(self.capture().source_res_id, bad.id)

    def test_a_meeting_s_contact_that_is_deleted_stays_deleted(self):
        meeting = self.meeting(self.dana)
        other = self.meeting(self.bob)
        talks = self.look()
        manager = self.ask(self.manager, "crm.interaction")
        manager.browse(talks.filtered(lambda talk: talk.partner_id == self.acme).id).unlink()
        self.assertFalse(self.look())
        self.captures._push("meeting", (meeting | other).ids)
        self.assertNothing("Nor when an activity of it is done.")
        self.captures.search([("res_id", "=", meeting.id)]).action_retry()
        self.assertEqual(self.capture().source_res_id, meeting.id, "Until a manager wants it.")

    def test_past_meetings_are_found_by_index(self):
        self.env.cr.execute(
            "SELECT 1 FROM pg_indexes WHERE tablename = 'calendar_event'"
            " AND indexdef LIKE '%btree (stop)'"
        )
        self.assertTrue(self.env.cr.fetchall())
