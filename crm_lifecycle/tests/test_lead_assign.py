from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .speed_common import FRIDAY, MONDAY, NOON, SpeedCommon


@tagged("post_install", "-at_install")
class TestLeadAssign(SpeedCommon):
    """A lead from outside has a salesperson within so many working minutes, or was late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_assign_minutes = 10

    def found(self, lead, *states):
        return lead.search([("id", "=", lead.id), ("assign_state", "in", states)])

    def assign(self, lead, moment):
        self.at(moment)
        lead.user_id = self.seller
        self.commit()

    # ------------------------------------------------------------------ the target
    def test_it_runs_in_working_time(self):
        # 17:55 on Friday, 10 minutes, office to 18:00.
        lead = self.request(FRIDAY)
        self.assertEqual(lead.assign_deadline, MONDAY - timedelta(minutes=5))
        self.assertEqual(lead.contact_deadline, MONDAY)

    def test_without_a_target_nothing_is_shown(self):
        self.company.lifecycle_assign_minutes = 0
        lead = self.request()
        self.assertFalse(lead.assign_deadline)
        self.assertFalse(lead.assign_state)
        self.assertTrue(lead.contact_deadline)

    def test_it_does_without_a_target_for_the_contact(self):
        self.company.lifecycle_contact_minutes = 0
        self.assertEqual(self.request().assign_deadline, NOON + timedelta(minutes=10))

    def test_a_lead_that_was_made_by_hand_has_none(self):
        self.assertFalse(self.request(arrival="manual").assign_deadline)

    # ------------------------------------------------------------------ how it stands
    def test_it_waits_and_then_is_late(self):
        lead = self.request(NOON)
        self.assertEqual(lead.assign_state, "waiting")
        self.assertTrue(self.found(lead, "waiting"))
        self.at(NOON + timedelta(minutes=11))
        lead.invalidate_recordset()
        self.assertEqual(lead.assign_state, "late")
        self.assertTrue(self.found(lead, "late"))
        self.assertFalse(self.found(lead, "waiting"))

    def test_assigned_within_the_target_it_is_in_time(self):
        lead = self.request(NOON)
        self.assign(lead, NOON + timedelta(minutes=10))
        self.assertEqual(lead.assign_state, "in_time")
        self.assertTrue(self.found(lead, "in_time"))

    def test_assigned_after_it_was_late_whoever_has_it_then(self):
        lead = self.request(NOON)
        self.assign(lead, NOON + timedelta(minutes=12))
        lead.user_id = self.colleague
        self.commit()
        self.assertEqual((lead.assign_state, lead.assign_minutes), ("was_late", 12))
        self.assertTrue(self.found(lead, "was_late"))
        self.assertFalse(self.found(lead, "in_time", "late", "waiting"))

    def test_one_that_arrives_with_a_salesperson_is_in_time(self):
        self.assertEqual(self.request(user_id=self.seller.id).assign_state, "in_time")

    def test_one_without_a_target_is_found_as_such(self):
        lead = self.request(arrival="manual")
        self.assertTrue(self.found(lead, False))

    def test_a_lost_lead_waits_for_nobody(self):
        lead = self.request(NOON)
        lead.action_archive()
        self.assertFalse(lead.assign_state)

    def test_coming_back_from_being_put_off_starts_it_anew_where_nobody_had_it(self):
        lead = self.request(NOON)
        lead._put_off((NOON + timedelta(days=2)).date(), "Away")
        back = NOON + timedelta(days=1)
        self.at(back)
        lead._return()
        self.commit()
        self.assertEqual(lead.assign_deadline, back + timedelta(minutes=10))

    def test_nobody_sets_it_by_hand(self):
        lead = self.request(NOON)
        with self.assertRaises(AccessError):
            self.as_user(lead, self.leader).write({"assign_deadline": NOON})

    # ------------------------------------------------------------------ people
    def test_the_people_report_counts_who_was_late(self):
        late, soon = self.request(NOON), self.request(NOON)
        self.assign(soon, NOON + timedelta(minutes=4))
        self.assign(late, NOON + timedelta(minutes=20))
        self.env.flush_all()
        rows = self.env["crm.pipeline.person"].search(
            [("lead_id", "in", (late | soon).ids), ("kind", "=", "arrived")]
        )
        figures = {row.lead_id: (row.assigned_late_count, row.assign_minutes) for row in rows}
        self.assertEqual(figures, {late: (1, 20), soon: (0, 4)})

    # ------------------------------------------------------------------ the setting
    def test_a_manager_sets_it_for_their_company(self):
        manager = self.persona(
            "assign_manager", "sales_team.group_sale_salesman_all_leads", role="manager"
        )
        settings = self.env["crm.lifecycle.settings"].with_user(manager)
        form = Form(settings.with_company(self.company))
        self.assertEqual(form.lifecycle_assign_minutes, 10)
        form.lifecycle_assign_minutes = 7
        form.save().action_save()
        self.assertEqual(self.company.lifecycle_assign_minutes, 7)

    def test_others_do_not(self):
        with self.assertRaises(AccessError):
            self.company.with_user(self.seller).lifecycle_assign_minutes = 1

    def test_it_is_not_below_zero(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.company.lifecycle_assign_minutes = -1
            self.env.flush_all()
