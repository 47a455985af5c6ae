from datetime import timedelta
from itertools import pairwise

from odoo import fields
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemoPipeline(TransactionCase):
    """The demo company sells by both processes, and its leads have a past."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.ref("crm_lifecycle.demo_company", raise_if_not_found=False)
        if not company:
            cls.skipTest(cls, "This database was made without demo data.")
        cls.env = cls.env(context={"allowed_company_ids": company.ids, "active_test": False})
        cls.leads = cls.env["crm.lead"].search([("company_id", "=", company.id)])
        cls.company = company

    def test_leads_stand_in_the_stages_of_their_process(self):
        for lead in self.leads:
            self.assertEqual(lead.stage_id.lifecycle_phase, lead.lifecycle_phase, lead.name)
        phases = {
            phase: len(leads) for phase, leads in self.leads.grouped("lifecycle_phase").items()
        }
        self.assertGreaterEqual(phases["acquisition"], 11)
        self.assertGreaterEqual(phases["enhancement"], 9)
        self.assertGreaterEqual(len(self.leads.stage_id), 9)

    def test_some_were_won_some_lost(self):
        self.assertEqual(set(self.leads.mapped("won_status")), {"pending", "won", "lost"})

    def test_campaigns_brought_leads_and_revenue_for_what_they_cost(self):
        rows = self.env["crm.campaign.yield"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(rows.campaign_id), 3)
        self.assertEqual(round(sum(rows.mapped("cost"))), 8500)
        self.assertTrue(any(rows.mapped("revenue")))

    def test_the_account_manager_leads_what_grows(self):
        manager = self.env.ref("crm_lifecycle.demo_user_yael")
        more = self.leads.filtered(lambda lead: lead.lifecycle_phase == "enhancement")
        self.assertIn(manager, more.user_id)
        self.assertTrue(all(more.mapped("user_id")))

    def test_every_lead_has_come_its_way_in_time(self):
        for lead in self.leads:
            stays = self.env["crm.stage.passage"].search(
                [("lead_id", "=", lead.id)], order="date_in"
            )
            self.assertTrue(stays, lead.name)
            self.assertFalse(stays.filtered(lambda stay: stay.state == "skipped"), lead.name)
            self.assertEqual(lead.create_date, stays[0].date_in)
            for before, after in pairwise(stays):
                self.assertEqual(before.date_out, after.date_in, lead.name)
        week = fields.Datetime.now() - timedelta(days=100)
        self.assertTrue(self.leads.filtered(lambda lead: lead.create_date < week))

    def test_its_columns_are_the_ready_made_ones(self):
        seller = self.env.ref("crm_lifecycle.demo_user_dana")
        leads = (
            self.env["crm.lead"]
            .with_user(seller)
            .with_context(
                read_group_expand=True,
                show_user_team_stages=1,
                default_lifecycle_phase="enhancement",
                active_test=True,
                lang="en_US",
            )
        )
        domain = [("lifecycle_phase", "=", "enhancement")]
        groups = leads.formatted_read_group(domain, ["stage_id"])
        names = [group["stage_id"][1] for group in groups]
        self.assertEqual(names, ["Opportunity Seen", "Review Held", "Proposal", "Agreed"])

    def test_the_rule_of_the_company_would_start_something(self):
        rule = self.env["crm.start.rule"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(rule), 1)
        self.assertTrue(rule._candidates(rule._today()))
