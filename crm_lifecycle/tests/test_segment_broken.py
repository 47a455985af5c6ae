from unittest.mock import patch

from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import LockNotAvailable

from .segment_common import SegmentCommon


@tagged("post_install", "-at_install")
class TestSegmentBroken(SegmentCommon):
    """A rule that does not hold stands still, says why, and is in nobody's way."""

    def break_rule(self, tag, text):
        """What happens when a field goes: the text stays, and nobody checks."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE res_partner_category SET segment_domain = %s WHERE id = %s", text, tag.id)
        )
        self.env.invalidate_all()

    def test_a_broken_rule_keeps_its_members_and_stops_no_other(self):
        zero = self.segment("Zero", [("city", "like", "0")])
        self.refresh_segments()
        self.contacts[0].city = "South 0"
        self.break_rule(self.north, "[('field_that_went', '=', 1)]")
        run = self.refresh_segments()
        self.assertEqual((run.state, run.broken_count), ("done", 1))
        self.assertEqual(self.north.segment_state, "broken")
        self.assertIn("field_that_went", self.north.segment_error)
        self.assertEqual(self.members(self.north), self.contacts)
        self.assertEqual(self.members(zero), self.contacts[0])
        self.assertEqual(zero.segment_state, "active")
        self.contacts[1].city = "North 10"
        self.refresh_segments()
        self.assertEqual(self.members(zero), self.contacts[:2])

    def test_every_kind_of_trouble_is_a_reason(self):
        for text in (
            "nonsense",
            "[('city', 'any!', [])]",
            "[('create_date', '=', 'no date')]",
            "[('country_id', '>', 'x')]",
            "[('is_company', 'ilike', 'x')]",
        ):
            with self.subTest(text):
                self.break_rule(self.north, text)
                with mute_logger("odoo.sql_db", "odoo.domains"):
                    run = self.refresh_segments()
                if self.north.segment_state == "broken":
                    self.assertTrue(self.north.segment_error.endswith((".", "edit it.")))
                self.assertEqual(run.state, "done")

    def test_a_rule_that_the_database_refuses_is_broken(self):
        source = self.env["crm.segment.rule"]
        with (
            patch.object(
                type(source),
                "_matching",
                lambda *_arguments: SQL("SELECT id FROM res_partner WHERE 1 / (id - id) = 1"),
            ),
            mute_logger("odoo.sql_db"),
        ):
            self.refresh_segments()
        self.assertEqual(self.north.segment_state, "broken")
        self.assertIn("zero", self.north.segment_error)

    def test_a_rule_that_takes_too_long_is_broken(self):
        source = self.env["crm.segment.rule"]
        with (
            patch("odoo.addons.crm_lifecycle.models.segment.segment_rule.SECONDS", 0.05),
            patch.object(
                type(source),
                "_matching",
                lambda *_arguments: SQL("SELECT 1 AS id FROM pg_sleep(20)"),
            ),
            mute_logger("odoo.sql_db"),
        ):
            self.refresh_segments()
        self.assertEqual(self.north.segment_state, "broken")
        self.assertIn("minute", self.north.segment_error)
        self.env.cr.execute("SHOW statement_timeout")
        self.assertEqual(self.env.cr.fetchone()[0], "0")

    def test_waiting_for_somebody_is_a_lost_race_and_no_fault_of_the_rule(self):
        rules, key = self.env["crm.segment.rule"], 314159265
        wait = SQL("SELECT pg_advisory_xact_lock(%s)", key)
        with (
            db_connect(self.env.cr.dbname).cursor() as somebody,
            patch("odoo.addons.crm_lifecycle.models.segment.segment_rule.LOCK_SECONDS", 0.05),
            patch("odoo.addons.crm_lifecycle.models.segment.segment_rule.SECONDS", 5),
            mute_logger("odoo.sql_db"),
        ):
            somebody.execute(wait)
            with self.assertRaises(LockNotAvailable):
                rules._attempt(lambda: self.env.cr.execute(wait))
        self.assertFalse(rules._attempt(lambda: self.env.cr.execute(wait)))
        self.env.cr.execute("SHOW lock_timeout")
        self.assertEqual(self.env.cr.fetchone()[0], "0")

    def test_a_rule_that_fails_for_somebody_changes_nobody(self):
        """Not even those of the batches before."""
        last = self.contacts[-1].id

        def matching(_rules, _text, _company, low, high):
            return SQL(
                "SELECT id FROM res_partner WHERE id BETWEEN %s AND %s AND 1 / (id - %s) <= 1",
                low,
                high,
                last,
            )

        rules = type(self.env["crm.segment.rule"])
        before = self.everything()
        with patch.object(rules, "_matching", matching), mute_logger("odoo.sql_db"):
            run = self.refresh_segments(batch=5)
        self.assertEqual(self.everything(), before)
        self.assertEqual((run.state, run.broken_count, run.entered_count), ("done", 1, 0))
        self.assertEqual(self.north.segment_state, "broken")

    def test_a_rule_that_holds_again_is_active_again(self):
        text = self.north.segment_domain
        self.break_rule(self.north, "nonsense")
        self.refresh_segments()
        self.assertEqual(self.north.segment_state, "broken")
        self.break_rule(self.north, text)
        self.refresh_segments()
        self.assertEqual((self.north.segment_state, self.north.segment_error), ("active", False))
        self.assertEqual(self.members(self.north), self.contacts)

    def test_a_repaired_rule_is_active_at_once(self):
        self.break_rule(self.north, "nonsense")
        self.refresh_segments()
        self.north.segment_domain = "[('city', '=', 'North 3')]"
        self.assertEqual((self.north.segment_state, self.north.segment_error), ("active", False))

    def test_what_broke_waits_for_the_next_refresh(self):
        """Not for the next batch: its members are those of before."""
        self.break_rule(self.north, "nonsense")
        run = self.refresh_segments(batch=9, pieces=1)
        self.refresh_segments(batch=9)
        self.assertEqual(run.broken_count, 1)

    def test_managers_find_broken_segments(self):
        self.break_rule(self.north, "nonsense")
        self.refresh_segments()
        asked = self.ask(self.manager, "res.partner.category")
        found = asked.search([("is_segment", "=", True), ("segment_state", "=", "broken")])
        self.assertEqual(found.ids, self.north.ids)
