from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .speed_common import NOON, SpeedCommon

TOMORROW = (NOON + timedelta(days=1)).date()


@tagged("post_install", "-at_install")
class TestLeadPutOff(SpeedCommon):
    """A lead that is put off leaves the lists, and comes back by itself with a to-do."""

    def setUp(self):
        super().setUp()
        self.at(NOON)

    def put_off(self, leads, user=None, until=TOMORROW, reason="After the holidays"):
        dialog = self.env(user=user or self.seller, su=False)["crm.lead.put.off"]
        vals = {"lead_ids": leads.ids, "until": until, "reason": reason}
        return dialog.create(vals).action_put_off()

    def run_return(self):
        self.run_job("cron_crm_lead_return")

    # ------------------------------------------------------------------ going
    def test_it_says_until_when_why_and_how_often(self):
        lead = self.lead()
        self.put_off(lead)
        self.assertEqual((lead.put_off_until, lead.put_off_count), (TOMORROW, 1))
        self.assertEqual(lead.put_off_reason, "After the holidays")
        self.put_off(lead, until=TOMORROW + timedelta(days=7))
        self.assertEqual(lead.put_off_count, 2)

    def test_many_are_put_off_at_once(self):
        leads = self.lead("One") | self.lead("Two")
        self.put_off(leads)
        self.assertEqual(leads.mapped("put_off_until"), [TOMORROW] * 2)

    def test_a_day_that_is_not_in_the_future_is_refused(self):
        lead = self.lead()
        for until in (NOON.date(), NOON.date() - timedelta(days=1)):
            with self.assertRaisesRegex(UserError, "future"):
                self.put_off(lead, until=until)

    def test_no_reason_is_refused(self):
        lead = self.lead()
        with self.assertRaisesRegex(UserError, "why"):
            self.put_off(lead, reason="  ")

    def test_a_closed_lead_is_refused(self):
        for close in ("action_set_won", "action_set_lost"):
            lead = self.lead()
            getattr(lead, close)()
            with self.assertRaisesRegex(UserError, "Only open leads"):
                self.put_off(lead)

    def test_a_colleague_puts_no_lead_off_and_brings_none_back(self):
        lead = self.lead()
        with self.assertRaises(AccessError):
            self.put_off(lead, self.colleague)
        self.put_off(lead)
        for name in ("action_return", "action_put_off"):
            with self.assertRaises(AccessError):
                getattr(self.as_user(lead, self.colleague), name)()
        self.assertTrue(lead.put_off_until)

    def test_nobody_goes_past_the_dialog(self):
        lead = self.lead()
        with self.assertRaises(AccessError):
            self.as_user(lead).put_off_until = TOMORROW
        new = self.env(user=self.seller, su=False)["crm.lead"].create(
            {"name": "New", "put_off_until": TOMORROW}
        )
        self.assertFalse(new.put_off_until)

    def test_the_pipeline_opens_without_it(self):
        action = self.env(user=self.seller, su=False)["crm.team"].action_your_pipeline()
        self.assertEqual(action["context"]["search_default_not_put_off"], 1)

    def test_odoo_s_lists_of_leads_open_without_it(self):
        leave_out = {"search_default_not_put_off": 1}
        actions = self.env["ir.actions.actions"].with_user(self.seller).sudo(False)
        for name in (
            "crm.crm_lead_all_leads",
            "crm.crm_case_form_view_salesteams_lead",
            "crm.crm_case_form_view_salesteams_opportunity",
            "crm_lifecycle.action_crm_lead_win",
            "crm_lifecycle.action_crm_lead_grow",
        ):
            with self.subTest(name=name):
                action = actions._for_xml_id(name)
                context = safe_eval(action["context"], {"active_id": 7, "uid": self.seller.id})
                self.assertLessEqual(leave_out.items(), context.items())
                self.assertGreater(len(context), 1)
                arch = self.env["crm.lead"].get_view(action["search_view_id"][0], "search")["arch"]
                self.assertIn('name="not_put_off"', arch)

    def test_a_team_s_leads_open_without_it(self):
        team = self.team.with_user(self.leader)
        action = team.action_open_unassigned_leads()
        self.assertEqual(action["context"]["search_default_not_put_off"], 1)
        self.assertTrue(action["context"]["search_default_unassigned"])
        self.assertIn("not_put_off", team.action_open_leads()["context"])

    # ------------------------------------------------------------------ coming back
    def test_it_comes_back_on_its_day_with_a_to_do_once(self):
        lead = self.lead()
        self.put_off(lead, reason="<b>Later</b>")
        self.run_return()
        self.assertTrue(lead.put_off_until)
        self.at(NOON + timedelta(days=1))
        self.run_return()
        self.run_return()
        self.assertFalse(lead.put_off_until)
        to_do = self.to_dos(lead)
        self.assertEqual((len(to_do), to_do.user_id), (1, self.seller))
        self.assertIn("&lt;b&gt;Later", to_do.note)

    def test_its_day_begins_where_the_company_works(self):
        self.office.tz = "Asia/Jerusalem"
        lead = self.lead()
        self.put_off(lead)
        self.at(NOON.replace(hour=21))
        self.run_return()
        self.assertTrue(lead.put_off_until)
        self.at(NOON.replace(hour=23))
        self.run_return()
        self.assertFalse(lead.put_off_until)

    def test_without_a_salesperson_the_team_leader_gets_the_to_do(self):
        lead = self.lead(user_id=False)
        self.put_off(lead)
        self.at(NOON + timedelta(days=1))
        self.run_return()
        self.assertEqual(self.to_dos(lead).user_id, self.leader)

    def test_with_the_salesperson_whoever_is_on_it_gets_a_to_do(self):
        lead = self.lead(stage_responsible_id=self.colleague.id)
        self.put_off(lead)
        self.at(NOON + timedelta(days=1))
        self.run_return()
        self.assertEqual(self.to_dos(lead).user_id, self.seller | self.colleague)

    def test_without_anybody_the_sales_managers_get_the_to_do(self):
        lead = self.lead(user_id=False, team_id=False)
        self.put_off(lead, self.leader)
        self.at(NOON + timedelta(days=1))
        self.run_return()
        self.assertEqual(self.to_dos(lead).user_id, self.leader)

    def test_restored_it_is_not_put_off(self):
        lead = self.lead(active=False)
        lead.write({"put_off_until": TOMORROW, "put_off_reason": "From before"})
        lead.action_restore()
        self.assertFalse(lead.put_off_until or lead.put_off_reason)

    def test_moved_on_it_is_still_put_off(self):
        lead = self.lead()
        self.put_off(lead)
        self.as_user(lead).stage_id = self.call
        self.assertEqual(lead.put_off_until, TOMORROW)

    def test_won_lost_or_archived_meanwhile_it_is_not_put_off_any_more(self):
        leads = [self.lead(probability=40) for _each in range(3)]
        for lead in leads:
            self.put_off(lead)
        for lead, way in zip(leads, ("set_won", "set_lost", "archive"), strict=True):
            getattr(self.as_user(lead), f"action_{way}")()
        self.at(NOON + timedelta(days=1))
        self.run_return()
        for lead in leads:
            self.assertFalse(lead.put_off_until or lead.put_off_reason)
            self.assertFalse(self.to_dos(lead))

    def test_it_comes_back_earlier_by_hand(self):
        lead = self.lead()
        self.put_off(lead)
        self.as_user(lead).action_return()
        self.assertFalse(lead.put_off_until)
        self.assertFalse(self.to_dos(lead))

    # ------------------------------------------------------------------ its clock
    def test_its_clock_stops_and_starts_anew_on_its_return(self):
        lead = self.request(user_id=self.seller.id)
        self.put_off(lead)
        self.assertFalse(lead.speed_state)
        self.at(NOON + timedelta(days=1))
        self.run_return()
        self.commit()
        self.env.invalidate_all()
        self.assertEqual(lead.contact_deadline, NOON + timedelta(days=1, minutes=15))
        self.assertEqual(lead.speed_state, "waiting")

    def test_how_long_the_customer_waited_counts_from_the_arrival(self):
        lead = self.request(user_id=self.seller.id, partner_id=self.customer().id)
        self.put_off(lead)
        self.at(NOON + timedelta(days=1))
        self.run_return()
        self.commit()
        self.talk(lead, NOON + timedelta(days=1, minutes=10))
        # Monday 6 h, Tuesday 3 h 10 min.
        self.assertEqual((lead.contact_minutes, lead.response_minutes), (10, 550))

    def test_one_that_was_late_is_told_at_once_and_stays_late(self):
        lead = self.request(user_id=self.seller.id)
        due = lead.contact_deadline
        self.at(NOON + timedelta(minutes=16))
        self.put_off(lead)
        self.assertEqual(self.to_dos(lead).user_id, self.seller | self.leader)
        self.at(NOON + timedelta(days=1))
        self.put_off(lead, until=TOMORROW + timedelta(days=1))
        self.as_user(lead).action_return()
        self.commit()
        self.env.invalidate_all()
        self.assertEqual((lead.contact_deadline, lead.speed_state), (due, "late"))
        self.assertEqual(len(self.to_dos(lead)), 2)

    def test_put_off_longer_it_was_in_time_all_the_same(self):
        lead = self.request(user_id=self.seller.id)
        self.put_off(lead)
        self.at(NOON + timedelta(hours=1))
        self.put_off(lead, until=TOMORROW + timedelta(days=1))
        self.assertFalse(self.to_dos(lead))
        self.as_user(lead).action_return()
        self.commit()
        self.assertEqual(lead.contact_deadline, NOON + timedelta(minutes=75))
