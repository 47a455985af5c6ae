from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.retention import touchpoint_run
from .touchpoint_common import TouchpointCommon


@tagged("post_install", "-at_install")
class TestTouchpointRun(TouchpointCommon):
    """The job plans everybody, in pieces, and may be cut off anywhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.runs = cls.env["crm.touchpoint.run"]
        cls.runs.search([]).unlink()
        cls.partners = cls.partner
        for number in range(5):
            partner = cls.customer_of(cls.anna, f"Customer {number}")
            cls.worth(partner, tier="a")
            cls.partners |= partner

    def job(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.cron_crm_touchpoint_run").method_direct_trigger()
        return self.runs.search([], limit=1)

    def rows(self):
        return self.env["crm.touchpoint"].search([("partner_id", "in", self.partners.ids)])

    def test_everybody_is_planned_once(self):
        run = self.job()
        self.assertEqual((run.state, run.progress), ("done", 100.0))
        self.assertEqual(len(self.rows()), 6)
        self.assertGreaterEqual(run.inserted_count, 6)
        again = self.job()
        self.assertEqual((again.inserted_count, again.changed_count, again.closed_count), (0, 0, 0))

    def test_it_goes_on_where_it_was_cut_off(self):
        with patch.object(touchpoint_run, "BATCH", 3):
            run = self.runs._current()
            run.position = self.partners.sorted("id")[1].id
            run._step()
            self.assertEqual(run.state, "planning")
            self.assertLess(len(self.rows()), 6)
            self.assertEqual(self.runs._current(), run)
            while run.state == "planning":
                run._step()
        self.assertEqual(len(self.rows()), 4)

    def test_yesterday_s_is_given_up(self):
        run = self.runs._current()
        run.as_of = self.day(-1)
        current = self.runs._current()
        self.assertNotEqual(current, run)
        self.assertEqual(run.state, "stopped")

    def test_a_manager_starts_and_stops_it(self):
        run = self.runs._current()
        run.with_user(self.boss).action_stop()
        self.assertEqual(run.state, "stopped")
        self.assertEqual(run._step(), 0)
        self.assertIn(
            "planning", self.runs.with_user(self.boss).action_plan_now()["params"]["message"]
        )

    def test_others_do_not(self):
        run = self.runs._current()
        for user in (self.anna, self.analyst):
            with self.assertRaises(AccessError):
                run.with_user(user).action_stop()
            with self.assertRaises(AccessError):
                run.with_user(user).action_plan_now()

    def test_the_walk_and_one_by_one_give_the_same(self):
        self.job()
        walked = self.rows().mapped(lambda row: (row.partner_id, row.due_date, row.max_date))
        self.rows().unlink()
        for partner in self.partners:
            self.plan(0, partner)
        one_by_one = self.rows().mapped(lambda row: (row.partner_id, row.due_date, row.max_date))
        self.assertEqual(sorted(walked, key=str), sorted(one_by_one, key=str))
