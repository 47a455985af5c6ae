from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import SerializationFailure

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentRefresh(SegmentCommon):
    """Who fits gets the tag, who no longer fits loses it; only differences are written."""

    def test_who_fits_enters(self):
        run = self.refresh_segments()
        self.assertEqual(self.members(self.north), self.contacts)
        self.assertEqual(run.state, "done")
        self.assertEqual((run.entered_count, run.left_count, run.broken_count), (6, 0, 0))
        self.assertEqual(self.north.segment_state, "active")
        self.assertTrue(self.north.segment_refreshed_at)

    def test_who_no_longer_fits_leaves(self):
        self.refresh_segments()
        self.contacts[0].city = "South"
        run = self.refresh_segments()
        self.assertEqual(self.members(self.north), self.contacts[1:])
        self.assertEqual((run.entered_count, run.left_count), (0, 1))

    def test_entering_and_leaving_are_kept_with_dates(self):
        contact = self.contacts[0]
        with freeze_time("2030-01-01 10:00:00"):
            self.refresh_segments()
        contact.city = "South"
        with freeze_time("2030-02-01 10:00:00"):
            self.refresh_segments()
        contact.city = "North again"
        with freeze_time("2030-03-01 10:00:00"):
            self.refresh_segments()
        rows = self.history.search([("partner_id", "=", contact.id)], order="id")
        moments = [fields.Datetime.to_datetime(f"2030-0{month}-01 10:00:00") for month in (1, 2, 3)]
        self.assertEqual(rows.mapped("entered_on"), [moments[0], moments[2]])
        self.assertEqual(rows.mapped("left_on"), [moments[1], False])
        self.assertEqual(set(rows.mapped("kind")), {"rule"})

    def test_a_second_refresh_changes_nothing(self):
        self.refresh_segments()
        before = self.everything()
        run = self.refresh_segments()
        self.assertEqual((run.entered_count, run.left_count), (0, 0))
        self.assertEqual(self.everything(), before)

    def test_no_contact_counts_as_changed(self):
        old = fields.Datetime.to_datetime("2020-01-01 00:00:00")
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE res_partner SET write_date = %s WHERE id IN %s", old, self.contacts._ids)
        )
        self.env.invalidate_all()
        self.refresh_segments()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(set(self.contacts.mapped("write_date")), {old})
        self.assertIn(self.north, self.contacts[0].category_id)

    def test_batches_make_no_difference(self):
        self.segment("Zero", [("city", "like", "0")])
        # What demo data brought along is not refreshed: those segments stand aside.
        self.env.cr.execute("DELETE FROM crm_segment_membership")
        self.refresh_segments()
        whole = self.everything()
        for batch in (1, 5, 7):
            self.env.cr.execute("DELETE FROM res_partner_res_partner_category_rel")
            self.env.cr.execute("DELETE FROM crm_segment_membership")
            self.env.invalidate_all()
            self.refresh_segments(batch=batch)
            again = self.everything()
            self.assertEqual(again[1], whole[1])
            self.assertLessEqual(set(again[0]), set(whole[0]))

    def test_a_refresh_goes_on_where_it_was_cut(self):
        run = self.refresh_segments(batch=9, pieces=2)
        self.assertEqual(run.state, "running")
        self.assertGreater(run.position, 0)
        self.assertLess(run.progress, 100)
        position = run.position
        self.assertEqual(self.refresh_segments(batch=9, pieces=1), run)
        self.assertGreater(run.position, position)
        self.assertEqual(self.refresh_segments(), run)
        self.assertEqual((run.state, run.progress), ("done", 100))
        self.assertEqual(self.members(self.north), self.contacts)

    def test_a_batch_that_is_undone_leaves_nothing_and_is_done_again(self):
        run = self.refresh_segments(batch=9, pieces=1)
        before, position = self.everything(), run.position
        savepoint = self.env.cr.savepoint()
        self.refresh_segments(pieces=1)
        self.assertNotEqual(self.everything(), before)
        savepoint.rollback()
        self.env.invalidate_all(flush=False)
        self.assertEqual((self.everything(), run.position), (before, position))
        self.refresh_segments()
        self.assertEqual(self.members(self.north), self.contacts)
        self.assertEqual(self.rows(self.north, self.contacts[5]), [("rule", False)])

    def test_a_cut_refresh_asks_to_be_called_again(self):
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([])
        self.refresh_segments(batch=5, pieces=1)
        self.assertGreater(triggers.search_count([]), before)

    def test_a_lost_race_is_tried_again_and_breaks_no_segment(self):
        source, attempts = self.env["crm.segment.source"], []
        apply = type(source)._apply

        def lose_once(model, *arguments):
            attempts.append(arguments)
            if len(attempts) == 1:
                raise SerializationFailure
            return apply(model, *arguments)

        run = self.runs._start()
        self.env.flush_all()
        with (
            patch.object(type(source), "_apply", lose_once),
            patch.object(self.env.cr, "rollback"),
            mute_logger("odoo.addons.crm_lifecycle.models.value.customer_value_refresh"),
        ):
            run._work(lambda _done: True)
        self.assertEqual(run.state, "done")
        self.assertEqual(self.north.segment_state, "active")
        self.assertEqual(self.members(self.north), self.contacts)

    def test_too_many_lost_races_are_for_later(self):
        def lose(*_arguments):
            raise SerializationFailure

        run = self.runs._start()
        self.env.flush_all()
        with (
            patch.object(type(self.env["crm.segment.source"]), "_apply", lose),
            patch.object(self.env.cr, "rollback"),
            patch("odoo.addons.crm_lifecycle.models.value.customer_value_refresh.time.sleep"),
            mute_logger(
                "odoo.addons.crm_lifecycle.models.value.customer_value_refresh",
                "odoo.addons.crm_lifecycle.models.segment.segment_run",
            ),
        ):
            self.assertFalse(run._work(lambda _done: True))
        self.assertEqual((run.state, run.position), ("running", 0))

    # ------------------------------------------------------------------ runs
    def test_a_day_has_one_refresh_of_everything_and_those_asked_for(self):
        night = self.runs._current()
        self.assertFalse(night.category_id)
        night._work(lambda _done: True)
        self.assertFalse(self.runs._current())
        self.runs._ask_for_refresh(self.north)
        asked = self.runs._current()
        self.assertEqual(asked.category_id, self.north)
        asked._work(lambda _done: True)
        self.assertFalse(self.runs._current())

    def test_people_and_the_job_go_by_one_clock(self):
        """Half past midnight in Israel is yesterday's evening in UTC."""
        self.manager.tz = "Asia/Jerusalem"
        with freeze_time("2030-01-01 22:30:00"):
            asked = self.ask(self.manager, "crm.segment.run")
            asked.with_context(tz="Asia/Jerusalem").action_refresh_now()
            run = self.runs._current()
            self.assertEqual(str(run.as_of), "2030-01-01")
            run._work(lambda _done: True)
            self.assertFalse(self.runs._current())
        with freeze_time("2030-01-02 01:00:00"):
            self.assertTrue(self.runs._current())

    def test_a_refresh_that_was_stopped_is_not_that_of_today(self):
        night = self.runs._current()
        night.action_stop()
        again = self.runs._current()
        self.assertTrue(again)
        self.assertNotEqual(again, night)

    def test_what_is_stopped_does_not_begin_again_at_once(self):
        work, stopped = type(self.runs)._work, []

        def stop_and_work(run, commit):
            stopped.append(run)
            run.action_stop()
            return work(run, commit)

        with (
            patch.object(type(self.runs), "_work", stop_and_work),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 1.0),
        ):
            self.runs._cron_refresh()
        self.assertEqual(len(stopped), 1)

    def test_a_refresh_of_yesterday_is_given_up(self):
        with freeze_time("2030-01-01 10:00:00"):
            old = self.runs._start()
        with freeze_time("2030-01-02 10:00:00"):
            new = self.runs._current()
        self.assertEqual(old.state, "stopped")
        self.assertNotEqual(new, old)

    def test_managers_start_and_stop_and_others_do_not(self):
        runs = self.ask(self.manager, "crm.segment.run")
        action = runs.action_refresh_now()
        self.assertEqual(action["res_model"], "crm.segment.run")
        run = runs.search([("state", "=", "running")])
        self.assertEqual(len(run), 1)
        runs.action_refresh_now()
        self.assertEqual(run.state, "stopped")
        again = runs.search([("state", "=", "running")])
        again.action_stop()
        self.assertEqual(again.state, "stopped")
        for user in (self.a, self.analyst, self.creator):
            with self.assertRaises(AccessError):
                self.ask(user, "crm.segment.run").action_refresh_now()
            with self.assertRaises(AccessError):
                self.ask(user, "crm.segment.run").browse(run.id).action_stop()

    def test_a_stopped_refresh_does_no_more(self):
        run = self.refresh_segments(batch=9, pieces=1)
        run.action_stop()
        position = run.position
        self.assertTrue(run._work(lambda _done: True))
        self.assertEqual((run.state, run.position), ("stopped", position))

    def test_one_segment_refreshed_leaves_the_others_alone(self):
        other = self.segment("Zero", [("city", "like", "0")])
        self.ask(self.manager, "res.partner.category").browse(other.id).action_segment_refresh()
        self.refresh_segments()
        self.assertEqual(self.members(other), self.contacts[0])
        self.assertFalse(self.members(self.north))

    def test_the_tag_shows_how_far_it_is(self):
        self.refresh_segments(batch=9, pieces=1)
        tag = self.ask(self.manager, "res.partner.category").browse(self.north.id)
        self.assertGreater(tag.segment_progress, 0)
        self.assertLess(tag.segment_progress, 100)

    # ------------------------------------------------------------------ cost
    def test_the_cost_does_not_grow_with_the_contacts(self):
        self.refresh_segments()
        self.contacts[:1].city = "South"
        few = self.queries()
        self.contacts.city = "South"
        self.env["res.partner"].create([{"name": str(n), "city": "North x"} for n in range(300)])
        many = self.queries()
        self.assertLessEqual(many, few + 2)
        # The run, the batch's end, three for each segment, and the note.
        self.assertLess(many, 40)

    def queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.refresh_segments()
        return self.env.cr.sql_log_count - before

    def test_old_refreshes_are_forgotten(self):
        run = self.refresh_segments()
        self.env.cr.execute(
            SQL("UPDATE crm_segment_run SET create_date = '2020-01-01' WHERE id = %s", run.id)
        )
        self.env.invalidate_all()
        self.runs._gc_runs()
        self.assertFalse(run.exists())
