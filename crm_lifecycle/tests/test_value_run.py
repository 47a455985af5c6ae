from unittest.mock import patch

from odoo import fields
from odoo.addons.crm_lifecycle.models.value import customer_value_run
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .common import LifecycleCommon


@tagged("post_install", "-at_install")
class TestValueRun(LifecycleCommon):
    """The full refresh: in batches, from where it was cut, and the same however it was cut."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_model = cls.env["crm.customer.value.run"]
        cls.run_model.search([]).unlink()
        cls.customers = [cls.customer(f"Customer {number}") for number in range(6)]
        for number, customer in enumerate(cls.customers):
            cls.invoice(customer, 100.0 * (number + 1))
            cls.hours(customer, 10.0 * number)

    def work(self, batch=20000, pieces=None):
        """Let the job work, until it is done or has committed ``pieces`` times."""
        done = []

        def commit(processed=0):
            done.append(processed)
            return pieces is None or len(done) < pieces

        with patch.object(type(self.run_model), "_batch_size", lambda _run: batch):
            run = self.run_model._current()
            run._work(commit)
        self.values.invalidate_model()
        return run

    def table(self):
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT partner_id, company_id, value_total, value_period, score, tier, phase
                 FROM crm_customer_value ORDER BY partner_id, company_id"""
        )
        return self.env.cr.fetchall()

    def empty(self):
        self.env.cr.execute("DELETE FROM crm_customer_value")
        self.values.invalidate_model()

    def test_everybody_is_added_up_and_ranked(self):
        run = self.work()
        self.assertEqual(run.state, "done")
        for customer in self.customers:
            value = self.assertFigures(customer)
            self.assertTrue(value.tier)

    def test_batches_make_no_difference(self):
        self.work()
        whole = self.table()
        for batch in (1, 3, 7):
            self.empty()
            self.run_model.search([]).unlink()
            self.work(batch=batch)
            self.assertEqual(self.table(), whole)

    def test_a_run_goes_on_where_it_was_cut(self):
        run = self.work(batch=5, pieces=2)
        self.assertEqual(run.state, "figures")
        position = run.position
        again = self.work(batch=5, pieces=1)
        self.assertEqual(again, run)
        self.assertGreater(again.position, position)
        self.assertEqual(self.work(), run)
        self.assertEqual(run.state, "done")
        for customer in self.customers:
            self.assertFigures(customer)

    def test_a_cut_run_asks_to_be_called_again(self):
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([])
        self.work(batch=5, pieces=1)
        self.assertGreater(triggers.search_count([]), before)

    def test_a_second_run_writes_nothing(self):
        self.work()
        run = self.work()
        self.assertEqual((run.inserted_count, run.updated_count, run.repaired_count), (0, 0, 0))

    def test_what_went_past_the_queue_is_repaired_and_counted(self):
        self.work()
        self.env.cr.execute(
            "UPDATE crm_customer_value SET revenue_total = 1 WHERE partner_id = %s",
            [self.customers[2].id],
        )
        self.values.invalidate_model()
        with patch.object(customer_value_run, "_logger") as logger:
            run = self.work()
        self.assertEqual(run.repaired_count, 1)
        message, *values = logger.info.call_args.args
        self.assertIn("1 repaired", message % tuple(values))
        self.assertFigures(self.customers[2])

    def test_time_passing_is_no_repair(self):
        self.work()
        with patch.object(
            type(self.run_model),
            "_current",
            lambda model: model.create(
                {
                    "as_of": fields.Date.add(self.today, days=400),
                    "last_position": model._last_customer(),
                }
            ),
        ):
            run = self.work()
        self.assertGreater(run.updated_count, 0)
        self.assertEqual(run.repaired_count, 0)

    def test_a_run_of_an_earlier_day_is_given_up(self):
        old = self.work(batch=5, pieces=1)
        old.as_of = fields.Date.subtract(self.today, days=1)
        self.assertNotEqual(self.work(), old)
        self.assertEqual(old.state, "stopped")

    def test_a_manager_stops_it_at_the_end_of_a_batch(self):
        manager = self.persona("run_manager", "manager")
        run = self.work(batch=5, pieces=1)
        run.with_user(manager).action_stop()
        self.assertEqual(run.state, "stopped")
        position = run.position
        run._work(lambda _done=0: True)
        self.assertEqual((run.state, run.position), ("stopped", position))

    def test_only_managers_start_and_stop(self):
        user, analyst = self.persona("run_user"), self.persona("run_analyst", "analyst")
        run = self.work(batch=5, pieces=1)
        for persona in (user, analyst):
            with self.assertRaises(AccessError):
                self.run_model.with_user(persona).action_refresh_now()
            with self.assertRaises(AccessError):
                run.with_user(persona).action_stop()

    def test_the_job_runs_to_the_end(self):
        job = self.env.ref("crm_lifecycle.cron_customer_value_run")
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertEqual(self.run_model.search([]).mapped("state"), ["done"])

    @mute_logger("odoo.addons.crm_lifecycle.models.value.customer_value_refresh")
    def test_a_lost_race_is_tried_again(self):
        calls = []

        def work(attempt):
            calls.append(attempt)
            if attempt < 2:
                raise SerializationFailure
            return "won"

        with patch.object(self.env.cr, "rollback", lambda: None), patch("time.sleep"):
            self.assertEqual(self.refresher._retry(work), "won")
        self.assertEqual(calls, [0, 1, 2])

    @mute_logger("odoo.addons.crm_lifecycle.models.value.customer_value_refresh")
    def test_a_race_lost_for_good_is_reported(self):
        def work(_attempt):
            raise SerializationFailure

        with (
            patch.object(self.env.cr, "rollback", lambda: None),
            patch("time.sleep"),
            self.assertRaises(SerializationFailure),
        ):
            self.refresher._retry(work)

    def test_changed_settings_ask_for_a_refresh(self):
        triggers = self.env["ir.cron.trigger"]
        before = triggers.search_count([])
        self.company.lifecycle_unowned_visible = False
        self.assertEqual(triggers.search_count([]), before)
        self.company.lifecycle_period_days = 90
        self.assertEqual(triggers.search_count([]), before + 1)

    def test_changed_settings_start_over(self):
        run = self.work(batch=5, pieces=1)
        self.company.lifecycle_period_days = 90
        self.assertEqual(run.state, "stopped")

    def test_the_job_leaves_no_trigger_that_would_start_another(self):
        self.env["ir.cron.trigger"].search([]).unlink()
        job = self.env.ref("crm_lifecycle.cron_customer_value_run")
        with self.enter_registry_test_mode(), patch.object(customer_value_run, "BATCH", 5):
            job.method_direct_trigger()
        self.assertEqual(self.run_model.search([]).mapped("state"), ["done"])
        self.assertFalse(self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)]))

    def test_ranking_goes_on_with_the_next_company(self):
        self.other_company()
        run = self.work(pieces=2)
        self.assertEqual(run.state, "ranking")
        ranked = run.ranked_position
        self.work()
        self.assertGreater(run.ranked_position, ranked)
        self.assertEqual(run.state, "done")

    def test_figures_are_as_of_the_last_run(self):
        run = self.work()
        self.assertEqual(self.run_model._as_of(), run.as_of)
        run.as_of = fields.Date.subtract(self.today, days=3)
        self.assertEqual(self.run_model._as_of(), run.as_of)

    def test_old_runs_are_forgotten(self):
        old, new = self.work(), self.work()
        self.env.cr.execute(
            "UPDATE crm_customer_value_run SET create_date = '2020-01-01' WHERE id = %s", [old.id]
        )
        self.run_model.invalidate_model()
        self.run_model._gc_runs()
        self.assertEqual(self.run_model.search([("id", "in", (old.id, new.id))]), new)
