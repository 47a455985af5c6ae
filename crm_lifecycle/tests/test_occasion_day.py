from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .occasion_common import OccasionCommon


@tagged("post_install", "-at_install")
class TestOccasionDay(OccasionCommon):
    """What is made of a day: due contacts, tasks, messages and gifts, and how it ends."""

    def setUp(self):
        super().setUp()
        self.today = self.occasion(active=False)._today()

    def planned(self, days=0, **vals):
        """The planned day of Dana, so many days from today, after the job."""
        birth = (self.today + timedelta(days=days)).replace(year=2000)
        self.dana = self.person("Dana", birth)
        self.kept = self.occasion(lead_days=30, talk="Ask about the sea.", **vals)
        self.plan(self.kept, self.today)
        self.work()
        return self.days(self.kept)

    def at(self, days):
        """The job so many days from today."""
        later = self.today + timedelta(days=days)
        with patch.object(type(self.kept), "_today", lambda _self: later):
            self.work()
        self.env.invalidate_all()

    # ------------------------------------------------------------------ contacts and tasks
    def test_a_due_contact_is_made_once(self):
        day = self.planned(5)
        self.work()
        touchpoint = self.touchpoints(self.acme)
        self.assertEqual(day.touchpoint_id, touchpoint)
        self.assertEqual((touchpoint.kind, touchpoint.user_id), ("occasion", self.anna))
        self.assertEqual((touchpoint.due_date, touchpoint.contact_id), (day.date, self.dana))
        self.assertEqual(touchpoint.max_date, day.date + timedelta(days=7))
        self.assertIn("sea", touchpoint.talk)

    def test_a_task_is_made_for_the_responsible(self):
        day = self.planned(5, makes="task")
        self.work()
        task = self.dana.activity_ids
        self.assertEqual((day.activity_id, task.user_id), (task, self.anna))
        self.assertEqual(task.date_deadline, day.date)
        self.assertFalse(self.dana.message_partner_ids & self.anna.partner_id)
        self.assertFalse(day.touchpoint_id)

    def test_a_task_done_is_a_day_done(self):
        day = self.planned(5, makes="task")
        day.activity_id.with_user(self.anna).action_feedback(feedback="Called")
        self.work()
        self.assertEqual(day.state, "done")

    def test_a_due_contact_that_was_made_or_skipped_closes_the_day(self):
        for state in ("done", "skipped"):
            day = self.planned(5)
            day.touchpoint_id.state = state
            self.work()
            self.assertEqual(day.state, state)
            self.dana.active = False

    def test_done_and_skipped_by_hand_close_what_they_made(self):
        day = self.planned(5)
        day.with_user(self.anna).action_done()
        self.assertEqual((day.state, day.closed_user_id), ("done", self.anna))
        self.assertEqual(day.touchpoint_id.state, "done")
        self.dana.active = False
        day = self.planned(5, makes="task")
        wizard = self.env["crm.occasion.skip"].with_user(self.anna)
        wizard.create({"day_ids": day.ids, "reason": "In mourning"}).action_skip()
        self.assertEqual((day.state, day.skip_reason), ("skipped", "In mourning"))
        self.assertFalse(self.dana.activity_ids)

    def test_what_nobody_did_in_time_was_missed_and_stays(self):
        day = self.planned(5)
        self.at(12)
        self.assertEqual(day.state, "planned")
        self.at(13)
        self.assertEqual((day.state, day.touchpoint_id.state), ("missed", "missed"))

    def test_with_nobody_responsible_the_due_contact_says_so(self):
        self.acme.user_id = False
        day = self.planned(5)
        self.assertFalse(day.user_id)
        self.assertEqual(day.touchpoint_id.waits_for, "nobody")

    # ------------------------------------------------------------------ messages
    def test_a_message_waits_for_its_release_and_then_for_the_day(self):
        day = self.planned(5, template_id=self.template().id)
        self.at(5)
        self.assertFalse(self.mails(day))
        day.with_user(self.anna).action_release()
        self.assertEqual(day.state, "released")
        self.assertFalse(self.mails(day))
        self.at(5)
        self.assertEqual(day.state, "sent")
        self.at(6)
        self.assertEqual(self.mails(day).subject, "Dear Dana")
        self.assertEqual(self.mails(day).recipient_ids, self.dana)

    def test_released_on_the_day_it_goes_at_once_and_once(self):
        day = self.planned(0, template_id=self.template().id)
        day.with_user(self.anna).action_release()
        self.assertEqual((day.state, len(self.mails(day))), ("sent", 1))
        with self.assertRaises(UserError):
            day.with_user(self.anna).action_release()

    def test_a_message_that_goes_by_itself_goes_on_the_day(self):
        day = self.planned(3, template_id=self.template().id, sends_itself=True)
        self.assertFalse(self.mails(day))
        self.at(3)
        self.at(4)
        self.assertEqual((day.state, len(self.mails(day))), ("sent", 1))

    def test_it_is_in_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.template()
        template.with_context(lang="fr_FR").subject = "Cher {{ object.contact_id.name }}"
        day = self.planned(0, template_id=template.id)
        self.dana.lang = "fr_FR"
        day.action_release()
        self.assertEqual(self.mails(day).subject, "Cher Dana")

    def test_who_does_not_want_mail_gets_none_and_it_is_said(self):
        vals = {"template_id": self.template().id, "sends_itself": True, "makes": "nothing"}
        blacklist = self.env["mail.blacklist"]
        refusals = (
            lambda: blacklist._add("dana@example.com"),
            lambda: self.dana.write({"email": False}),
            lambda: self.dana.write({"do_not_contact_channel_ids": self.mail_channel.ids}),
            lambda: self.acme.write({"do_not_contact_channel_ids": self.mail_channel.ids}),
        )
        for place, refuse in enumerate(refusals):
            with self.subTest(place):
                day = self.planned(1, **vals)
                refuse()
                self.assertTrue(day.blocked_reason)
                with self.assertRaises(UserError):
                    day.action_release()
                self.at(1)
                self.assertFalse(self.mails(day))
                self.assertEqual(day.state, "skipped")
                self.assertTrue(day.skip_reason)
                blacklist._remove("dana@example.com")
                self.dana.active = False

    def test_without_a_message_the_call_is_still_to_be_made(self):
        day = self.planned(1, template_id=self.template().id, sends_itself=True)
        self.dana.email = False
        self.at(1)
        self.assertEqual(day.state, "planned")
        self.assertIn("e-mail address", day.skip_reason)

    def test_one_message_that_cannot_be_made_holds_no_other_up(self):
        template = self.template(subject="{{ object.contact_id.name[4] }}")
        self.kept = self.occasion(template_id=template.id, sends_itself=True, makes="nothing")
        birth = self.today.replace(year=2000)
        self.person("Al", birth)
        self.person("Daniela", birth)
        self.plan(self.kept, self.today)
        self.work()
        states = {day.contact_id.name: day.state for day in self.days(self.kept)}
        self.assertEqual(states, {"Al": "skipped", "Daniela": "sent"})

    def test_no_message_to_release(self):
        with self.assertRaises(UserError):
            self.planned(5).action_release()

    def test_a_job_that_is_killed_sends_once(self):
        day = self.planned(0, template_id=self.template().id, sends_itself=False)
        day.state = "released"
        days = self.env["crm.occasion.day"]

        class Killed(BaseException):
            pass

        def killed(*_args, **_kwargs):
            raise Killed

        stopped = patch.object(type(days), "write", killed)
        with self.assertRaises(Killed), self.env.cr.savepoint(), stopped:
            days._send_batch(0)
        self.env.invalidate_all()
        self.work()
        self.work()
        self.assertEqual((day.state, len(self.mails(day))), ("sent", 1))

    # ------------------------------------------------------------------ gifts
    def gift(self, name, **vals):
        return self.env["crm.gift"].create({"name": name, "company_id": self.company.id, **vals})

    def test_a_gift_fits_the_tier_and_the_interests(self):
        wine = self.env["crm.interest"].create({"name": "Wine, red"})
        self.gift("For D", tier_d=True)
        self.gift("Pen", sequence=1)
        bottle = self.gift("Bottle", sequence=99, tier_a=True, interest_ids=wine.ids)
        self.dana = self.person("Dana", self.today.replace(year=2000), interest_ids=wine.ids)
        self.person("Eli", self.today.replace(year=2000))
        self.kept = self.occasion(with_gift=True)
        self.plan(self.kept, self.today)
        self.work()
        gifts = {day.contact_id.name: day.gift_id.name for day in self.days(self.kept)}
        self.assertEqual(gifts, {"Dana": bottle.name, "Eli": "Pen"})

    def test_nobody_is_given_the_same_twice(self):
        pen, cup = self.gift("Pen", sequence=1), self.gift("Cup", sequence=2)
        day = self.planned(0, with_gift=True)
        self.assertEqual(day.gift_id, pen)
        self.assertIn("Pen", day.touchpoint_id.talk)
        day.with_user(self.anna).action_given()
        self.assertEqual(self.dana.gift_given_ids.gift_id, pen)
        with self.assertRaises(UserError):
            day.with_user(self.anna).action_given()
        with self.assertRaises(UserError):
            day.with_user(self.anna).gift_id = cup
        other = self.occasion(with_gift=True)
        self.plan(other, self.today)
        self.work()
        second = self.days(other)
        self.assertEqual(second.gift_id, cup)
        with self.assertRaises(UserError):
            second.with_user(self.anna).gift_id = pen
        third = self.occasion(with_gift=True)
        self.plan(third, self.today)
        self.work()
        self.assertFalse(self.days(third).gift_id)

    def test_a_gift_that_was_given_stays_known(self):
        pen = self.gift("Pen")
        day = self.planned(0, with_gift=True)
        day.action_given()
        self.assertEqual(pen.given_ids.day_id, day)
        self.assertEqual(pen.given_ids.partner_id, self.acme)

    def test_the_job_as_a_whole(self):
        self.person("Dana", self.today.replace(year=2000))
        occasion = self.occasion()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.env["crm.occasion"]._cron_occasions()
            self.env["crm.occasion"]._cron_occasions()
        self.assertEqual(self.days(occasion).touchpoint_id, self.touchpoints(self.acme))

    def test_a_deleted_person_takes_the_days_along(self):
        day = self.planned(5)
        self.dana.unlink()
        self.assertFalse(day.exists())

    def test_names_of_customers_stay_out_of_names_of_rows(self):
        day = self.planned(5)
        self.assertNotIn("Dana", day.display_name)
        hand = self.occasion("hand")
        date = self.env["crm.occasion.date"].create(
            {
                "partner_id": self.dana.id,
                "occasion_id": hand.id,
                "name": "Dana's day",
                "date": "2026-01-01",
            }
        )
        self.assertNotIn("Dana", date.display_name)
        self.dana.write({"occasion_date_ids": [Command.delete(date.id)]})
        self.assertFalse(date.exists())
