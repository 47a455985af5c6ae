from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .speed_common import NOON, SpeedCommon

LATER = NOON + timedelta(minutes=16)


@tagged("post_install", "-at_install")
class TestLeadLateContact(SpeedCommon):
    """Who answers for a lead that nobody contacted in time hears of it, once."""

    def run_late(self):
        self.run_job("cron_crm_lead_late_contact")

    def told(self, lead):
        return self.to_dos(lead).mapped("user_id")

    def test_the_salesperson_and_the_team_leader_are_told_once(self):
        lead = self.request(user_id=self.seller.id)
        self.at(LATER)
        self.run_late()
        self.run_late()
        self.assertEqual(len(self.to_dos(lead)), 2)
        self.assertEqual(self.told(lead), self.seller | self.leader)
        self.assertEqual(lead.contact_late_told_at, LATER)
        messages = self.env["bus.bus"].search([]).mapped("message")
        self.assertTrue([one for one in messages if "still waiting" in one])

    def test_before_the_deadline_nobody_is_told(self):
        lead = self.request(user_id=self.seller.id)
        self.at(NOON + timedelta(minutes=14))
        self.run_late()
        self.assertFalse(self.told(lead))

    def test_of_a_free_lead_the_team_leader_is_told(self):
        lead = self.request()
        self.at(LATER)
        self.run_late()
        self.assertEqual(self.told(lead), self.leader)

    def test_whoever_is_on_it_now_is_told_too(self):
        lead = self.request(user_id=self.seller.id)
        lead.stage_responsible_id = self.colleague
        self.at(LATER)
        self.run_late()
        self.assertEqual(self.told(lead), self.seller | self.colleague | self.leader)

    def test_of_a_lead_that_is_nobody_s_the_sales_managers_are_told(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        managers = "sales_team.group_sale_manager"
        vals = {"company_id": elsewhere.id, "company_ids": elsewhere.ids}
        self.persona("late_elsewhere", managers, **vals)
        self.persona("late_gone", managers).active = False
        lead = self.request(team_id=False)
        self.at(LATER)
        self.run_late()
        self.assertEqual(self.told(lead), self.leader)

    def test_of_a_lead_that_was_contacted_closed_or_put_off_nobody_is_told(self):
        leads = [self.request(user_id=self.seller.id) for _each in range(3)]
        contacted, lost, off = leads
        contacted.partner_id = self.customer()
        self.talk(contacted, NOON)
        lost.action_set_lost()
        off._put_off((NOON + timedelta(days=3)).date(), "On holiday")
        self.at(LATER)
        self.run_late()
        for lead in leads:
            self.assertFalse(self.told(lead))

    def test_who_may_not_read_the_lead_is_not_told(self):
        plain = self.persona("late_plain", "base.group_user", role=None)
        self.team.user_id = plain
        lead = self.request(user_id=self.seller.id)
        self.at(LATER)
        self.run_late()
        self.assertEqual(self.told(lead), self.seller)

    def test_one_leads_trouble_keeps_no_other_waiting(self):
        bad, good = self.request(user_id=self.seller.id), self.request(user_id=self.seller.id)
        self.at(LATER)
        model = type(self.env["crm.lead"])
        tell = model._tell_late_contact

        def trouble(lead):
            if lead.id == bad.id:
                raise ValueError("Trouble")
            tell(lead)

        log = "odoo.addons.crm_lifecycle.models.pipeline.crm_lead_job"
        with patch.object(model, "_tell_late_contact", trouble), mute_logger(log):
            self.run_late()
        self.assertFalse(self.told(bad))
        self.assertTrue(self.told(good))
        self.run_late()
        self.assertTrue(self.told(bad))
