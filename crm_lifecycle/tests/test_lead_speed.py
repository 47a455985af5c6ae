from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .speed_common import FRIDAY, MONDAY, NOON, SpeedCommon


@tagged("post_install", "-at_install")
class TestLeadSpeed(SpeedCommon):
    """Two clocks: from arrival to a salesperson, and from there to the first real contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.customer("Buyer")

    def late(self, lead):
        return lead.search([("id", "=", lead.id), ("speed_state", "=", "late")])

    # ------------------------------------------------------------------ the deadline
    def test_five_to_six_on_friday_is_due_at_ten_past_nine_on_monday(self):
        self.assertEqual(self.request(FRIDAY).contact_deadline, MONDAY)

    def test_a_holiday_is_no_working_time(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.office.id,
                "company_id": self.company.id,
                "date_from": NOON.replace(hour=0),
                "date_to": NOON.replace(hour=23),
            }
        )
        self.assertEqual(self.request(FRIDAY).contact_deadline, MONDAY + timedelta(days=1))

    def test_the_time_zone_is_the_companys(self):
        self.office.tz = "Asia/Jerusalem"
        # 15:55 in UTC is 17:55 in Jerusalem; 9:10 there is 7:10.
        lead = self.request(FRIDAY - timedelta(hours=2))
        self.assertEqual(lead.contact_deadline, MONDAY - timedelta(hours=2))

    def test_without_a_target_there_is_no_deadline(self):
        self.company.lifecycle_contact_minutes = 0
        lead = self.request()
        self.assertFalse(lead.contact_deadline)
        self.assertFalse(lead.speed_state)

    def test_without_working_hours_the_clock_always_runs(self):
        self.company.resource_calendar_id = False
        self.assertEqual(self.request(FRIDAY).contact_deadline, FRIDAY + timedelta(minutes=15))

    def test_nobody_waits_for_a_lead_that_was_made_by_hand(self):
        lead = self.request(arrival="manual")
        self.assertFalse(lead.contact_deadline)
        self.assertEqual(lead.arrived_at, NOON)

    # ------------------------------------------------------------------ assigning
    def test_assigning_stops_the_first_clock(self):
        lead = self.request(FRIDAY)
        self.at(MONDAY)
        lead.user_id = self.seller
        self.commit()
        self.assertEqual((lead.assigned_at, lead.assign_minutes), (MONDAY, 15))

    def test_reassigning_starts_no_clock_anew(self):
        lead = self.request(FRIDAY)
        self.at(MONDAY)
        lead.user_id = self.seller
        self.commit()
        due = lead.contact_deadline
        self.at(NOON)
        lead.user_id = self.colleague
        self.commit()
        self.assertEqual((lead.assigned_at, lead.assign_minutes), (MONDAY, 15))
        self.assertEqual(lead.contact_deadline, due)

    def test_a_lead_that_comes_with_a_salesperson_is_assigned_at_once(self):
        lead = self.request(user_id=self.seller.id)
        self.assertEqual((lead.assigned_at, lead.assign_minutes), (NOON, 0))

    # ------------------------------------------------------------------ the first contact
    def test_a_call_stops_the_second_clock(self):
        lead = self.request(user_id=self.seller.id, partner_id=self.buyer.id)
        talk = self.talk(lead, NOON + timedelta(minutes=10))
        self.assertEqual(lead.first_contact_id, talk)
        self.assertEqual(lead.first_contact_at, NOON + timedelta(minutes=10))
        self.assertEqual((lead.contact_minutes, lead.response_minutes), (10, 10))
        self.assertEqual(lead.speed_state, "in_time")

    def test_only_the_first_contact_counts(self):
        lead = self.request(partner_id=self.buyer.id)
        first = self.talk(lead, NOON + timedelta(minutes=20))
        self.talk(lead, NOON + timedelta(minutes=40))
        self.assertEqual(lead.first_contact_id, first)
        self.assertEqual(lead.speed_state, "was_late")

    def test_an_incoming_mail_is_none_and_an_incoming_call_is_one(self):
        lead = self.request(partner_id=self.buyer.id)
        self.talk(lead, NOON + timedelta(minutes=1), "email", "in")
        self.assertFalse(lead.first_contact_at)
        self.talk(lead, NOON + timedelta(minutes=2), "call", "in")
        self.assertTrue(lead.first_contact_at)

    def test_an_internal_note_is_none(self):
        lead = self.request(partner_id=self.buyer.id)
        lead.message_post(body="I looked at it", subtype_xmlid="mail.mt_note")
        self.commit()
        self.assertFalse(lead.first_contact_at)

    def test_a_channel_that_is_no_contact_is_none(self):
        lead = self.request(partner_id=self.buyer.id)
        self.env.ref("crm_lifecycle.channel_letter").is_touch = False
        self.talk(lead, NOON + timedelta(minutes=2), "letter")
        self.assertFalse(lead.first_contact_at)

    def test_a_contact_with_the_customer_answers_its_open_leads(self):
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.buyer.id})
        lead, won = self.request(partner_id=person.id), self.lead(partner_id=self.buyer.id)
        won.action_set_won()
        self.talk(lead, NOON, res_model=False, res_id=False, partner_id=self.buyer.id)
        self.assertTrue(lead.first_contact_at)
        self.assertFalse(won.first_contact_at)

    def test_a_contact_about_something_else_answers_no_lead(self):
        lead = self.request(partner_id=self.buyer.id)
        self.talk(lead, NOON, res_model="res.partner", res_id=self.buyer.id)
        self.assertFalse(lead.first_contact_at)

    def test_a_contact_before_the_lead_came_answers_it_not(self):
        lead = self.request(partner_id=self.buyer.id)
        self.talk(lead, NOON - timedelta(hours=1))
        self.assertFalse(lead.first_contact_at)

    # ------------------------------------------------------------------ the state
    def test_the_state_is_true_when_it_is_read(self):
        lead = self.request()
        self.assertEqual(lead.speed_state, "waiting")
        self.assertFalse(self.late(lead))
        self.at(NOON + timedelta(minutes=16))
        self.env.invalidate_all()
        self.assertEqual(lead.speed_state, "late")
        self.assertTrue(self.late(lead))

    def test_each_state_is_found(self):
        later = NOON + timedelta(minutes=30)
        fast, slow = self.request(partner_id=self.buyer.id), self.request()
        slow.partner_id = self.customer("Slow")
        self.talk(fast, NOON + timedelta(minutes=1))
        self.talk(slow, later)
        late, fresh = self.request(), self.request(later)
        for state, lead in {
            "in_time": fast,
            "was_late": slow,
            "late": late,
            "waiting": fresh,
        }.items():
            with self.subTest(state=state):
                ours = [("id", "in", (fast | slow | late | fresh).ids)]
                self.assertEqual(lead.search([*ours, ("speed_state", "=", state)]), lead)
                self.assertNotIn(lead, lead.search([*ours, ("speed_state", "!=", state)]))
                self.assertEqual(lead.speed_state, state)

    def test_a_closed_lead_is_not_late(self):
        lead = self.request()
        lead.action_set_lost()
        self.at(NOON + timedelta(hours=1))
        self.env.invalidate_all()
        self.assertFalse(lead.speed_state)

    # ------------------------------------------------------------------ who may
    def test_nobody_writes_the_moments_by_hand(self):
        lead = self.request(user_id=self.seller.id)
        for name in ("arrival", "arrived_at", "assigned_at", "first_contact_at"):
            with self.subTest(field=name), self.assertRaisesRegex(AccessError, "writes this"):
                self.as_user(lead, self.leader).write({name: False})

    def test_a_user_cannot_say_how_a_lead_came(self):
        env = self.env(user=self.seller, su=False, context={"default_arrival": "web"})
        lead = env["crm.lead"].create(
            {"name": "Mine", "arrival": "web", "first_contact_at": NOON, "team_id": self.team.id}
        )
        self.commit()
        self.assertEqual(lead.arrival, "manual")
        self.assertFalse(lead.first_contact_at)
        self.assertFalse(lead.contact_deadline)

    def test_no_default_of_a_client_says_it_either(self):
        names = ("default_assigned_at", "default_first_contact_at", "default_put_off_until")
        context = {**dict.fromkeys(names, "2020-01-01"), "default_contact_minutes": 1}
        env = self.env(user=self.seller, su=False, context={**self.env.context, **context})
        lead = env["crm.lead"].create({"name": "Mine", "user_id": False, "team_id": self.team.id})
        self.assertFalse(lead.first_contact_at or lead.put_off_until or lead.assigned_at)
        self.assertFalse(lead.contact_minutes)

    def test_an_import_is_one(self):
        env = self.env(user=self.leader, su=False)
        result = env["crm.lead"].load(["name"], [["Imported"]])
        self.assertEqual(env["crm.lead"].browse(result["ids"]).arrival, "import")

    # ------------------------------------------------------------------ trouble
    def test_a_failure_of_the_bell_loses_no_lead(self):
        model = type(self.env["crm.lead"])
        log = "odoo.addons.crm_lifecycle.models.pipeline.crm_lead_speed"
        with patch.object(model, "_ring", side_effect=ValueError("Trouble")), mute_logger(log):
            lead = self.request()
        self.env.invalidate_all()
        self.assertEqual((lead.exists().name, lead.contact_deadline), ("Request", False))
        self.assertTrue(self.request().contact_deadline)

    def test_a_lost_race_is_run_again_by_odoo(self):
        model = type(self.env["crm.lead"])
        lost = patch.object(model, "_ring", side_effect=SerializationFailure)
        with lost, self.assertRaises(SerializationFailure):
            self.request()

    # ------------------------------------------------------------------ what it costs
    def test_leads_made_by_hand_cost_nothing_when_assigned(self):
        lead = self.lead(user_id=False)
        self.commit()
        lead.user_id = self.seller
        self.env.flush_all()
        self.assertNotIn("crm_lifecycle.speed", self.env.cr.precommit.data)

    def test_a_hundred_requests_are_assigned_with_one_look_at_the_calendar(self):
        few, many = self._cost_of_assigning(5), self._cost_of_assigning(50)
        self.assertLessEqual(many - few, 5)

    def _cost_of_assigning(self, count):
        self.at(NOON)
        vals = {"name": "R", "arrival": "web", "user_id": False, "team_id": self.team.id}
        leads = self.env["crm.lead"].create([vals] * count)
        self.commit()
        self.env.invalidate_all()
        for lead in leads:
            lead.user_id = self.seller
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        leads._carry_out_speed()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before
