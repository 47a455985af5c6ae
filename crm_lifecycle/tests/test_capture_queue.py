from unittest.mock import patch

from odoo import fields
from odoo.addons.crm_lifecycle.models.interaction import interaction_capture
from odoo.addons.crm_lifecycle.models.value import customer_value_refresh
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import UniqueViolation

from .capture_common import CaptureCommon

JOB = "odoo.addons.crm_lifecycle.models.value.customer_value_refresh"


@tagged("post_install", "-at_install")
class TestCaptureQueue(CaptureCommon):
    """Noting is cheap, and the job may be killed anywhere."""

    def triggers(self):
        return self.env["ir.cron.trigger"].search_count(
            [("cron_id", "=", self.env.ref("crm_lifecycle.cron_interaction_capture").id)]
        )

    # ------------------------------------------------------------------ noting
    def test_many_messages_are_one_statement(self):
        triggers = self.triggers()
        for _number in range(3):
            self.post(self.order)
        self.env.flush_all()
        self.assertEqual(len(self.env.cr.precommit.data["crm_lifecycle.captured"]), 3)
        with self.assertQueryCount(1):
            self.captures._write_pending()
            self.env.flush_all()
        self.assertEqual(len(self.captures.search([])), 3)
        self.assertEqual(self.triggers(), triggers + 1)

    def test_posting_a_message_reads_nothing_more(self):
        """The budget: nothing while posting, and one statement when it is committed."""
        self.post(self.order)
        counts = []
        for silent in (True, False, True, False):
            hook = patch.object(
                self.env.registry["mail.message"], "_push_contacts", lambda _self: None
            )
            with hook if silent else patch.object(self, "maxDiff", None):
                counts.append(self.queries_of_posting())
        self.assertEqual(counts[3] - counts[2], 1, counts)

    def queries_of_posting(self):
        self.env.flush_all()
        self.captures._write_pending()
        before = self.env.cr.sql_log_count
        self.post(self.order)
        self.env.flush_all()
        self.captures._write_pending()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_a_message_that_cannot_be_a_contact_costs_nothing(self):
        self.clear()
        self.post(self.order, message_type="notification")
        self.post(self.order, subtype_xmlid="mail.mt_note")
        self.assertNotIn("crm_lifecycle.captured", self.env.cr.precommit.data)
        with self.assertQueryCount(0):
            self.captures._write_pending()

    def test_what_is_forgotten_is_gone_written_or_not(self):
        first, second = self.post(self.order), self.post(self.order)
        self.captures._forget("email", first.ids)
        self.captures._write_pending()
        self.assertEqual(self.captures.search([]).mapped("res_id"), second.ids)
        self.captures._forget("email", second.ids)
        self.assertFalse(self.captures.search([]))

    # ------------------------------------------------------------------ the job
    def test_the_job_empties_the_queue(self):
        messages = [self.post(self.order) for _number in range(5)]
        self.captures._write_pending()
        job = self.env.ref("crm_lifecycle.cron_interaction_capture")
        with self.enter_registry_test_mode(), patch.object(interaction_capture, "BATCH", 2):
            job.method_direct_trigger()
        self.assertFalse(self.captures.search([]))
        talks = self.captures._logged("email", [message.id for message in messages])
        self.assertEqual(len(talks), 5)

    def test_killed_in_the_middle_nothing_is_lost_and_nothing_twice(self):
        messages = [self.post(self.order) for _number in range(6)]
        ids = [message.id for message in messages]
        self.captures._write_pending()
        self.env.flush_all()
        self.captures._capture_batch(limit=2)
        for _kill in range(3):
            savepoint = self.env.cr.savepoint()
            self.captures._capture_batch(limit=2)
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.assertEqual(len(self.captures._logged("email", ids)), 2)
        self.capture(limit=2)
        self.assertEqual(sorted(self.captures._logged("email", ids).mapped("source_res_id")), ids)

    def test_what_is_noted_twice_is_logged_once(self):
        message = self.post(self.order)
        self.captures._write_pending()
        self.captures._push("email", message.ids)
        self.captured(message)
        self.captures._push("email", message.ids)
        self.assertNothing()

    def test_rows_that_another_worker_has_are_left_to_it(self):
        self.post(self.order)
        self.captures._write_pending()
        self.env.flush_all()
        skip = "FOR UPDATE SKIP LOCKED"
        with patch.object(self.env.cr, "execute", wraps=self.env.cr.execute) as execute:
            self.captures._capture_batch()
        texts = [str(call.args[0].code) for call in execute.mock_calls if self.is_sql(call)]
        self.assertTrue(any(skip in text for text in texts))

    def is_sql(self, call):
        return bool(call.args) and isinstance(call.args[0], SQL)

    def test_two_workers_with_the_same_message_are_one_contact(self):
        """The second one does not see the first one's row yet, and runs into the index."""
        message = self.post(self.order)
        self.captured(message)
        self.captures._push("email", message.ids)
        self.captures._write_pending()
        self.env.flush_all()
        cls, blind = self.env.registry["crm.interaction.capture"], []
        look = cls._not_logged

        def look_once_blindly(captures, source, records):
            if not blind:
                blind.append(True)
                return records
            return look(captures, source, records)

        self.patch(cls, "_not_logged", look_once_blindly)
        # In place of the whole transaction, which is the test's.
        savepoint = self.env.cr.savepoint()
        self.patch(self.env.cr, "rollback", savepoint.rollback)
        self.patch(customer_value_refresh.time, "sleep", lambda _seconds: None)
        with mute_logger("odoo.sql_db"):
            taken = self.refresher._retry(
                lambda attempt: self.captures._capture_attempt(None, attempt)
            )
        self.assertEqual((taken, len(blind)), (1, 1))
        self.assertEqual(len(self.captures._logged("email", message.ids)), 1)
        savepoint.close(rollback=False)

    def test_a_lost_race_is_not_swallowed(self):
        message = self.post(self.order)
        talk = self.captured(message)
        vals = {"source": "email", "source_res_id": message.id, "partner_id": self.acme.id}
        vals["channel_id"] = talk.channel_id.id
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.captures._log([vals])

    def test_too_many_lost_races_are_left_for_a_minute_later(self):
        self.post(self.order)
        self.captures._write_pending()
        job = self.env.ref("crm_lifecycle.cron_interaction_capture")

        def lose(_self, _work):
            raise UniqueViolation

        self.patch(self.env.registry["crm.customer.value.refresh"], "_retry", lose)
        with self.enter_registry_test_mode(), mute_logger(JOB):
            job.method_direct_trigger()
        self.assertEqual(len(self.captures.search([])), 1)
        # The job took the triggers that were due; the one for later stays.
        later = [("cron_id", "=", job.id), ("call_at", ">", fields.Datetime.now())]
        self.assertEqual(self.env["ir.cron.trigger"].search_count(later), 1)
