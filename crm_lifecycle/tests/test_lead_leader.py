from odoo import Command
from odoo.tests import Form, tagged

from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install")
class TestLeadLeader(PipelineCommon):
    """An enhancement lead is led by the customer's account manager, or else the salesperson."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = cls.persona("pipeline_keeper")
        cls.kept = cls.customer("Kept", user_id=cls.seller.id)
        cls.kept.account_manager_id = cls.keeper

    def made(self, user=None, phase="enhancement", partner=None, **vals):
        leads = self.env["crm.lead"].with_user(user) if user else self.env["crm.lead"]
        vals = {"name": "More", "partner_id": (partner or self.kept).id, **vals}
        if phase:
            vals["lifecycle_phase"] = phase
        return leads.create({"team_id": self.team.id, "type": "opportunity", **vals})

    def test_the_account_manager_leads(self):
        self.assertEqual(self.made().user_id, self.keeper)
        self.assertEqual(self.made(self.leader).user_id, self.keeper)

    def test_of_a_person_at_the_customer_too(self):
        person = self.customer("Person", is_company=False, parent_id=self.kept.id)
        self.assertEqual(self.made(partner=person).user_id, self.keeper)

    def test_the_salesperson_leads_where_nobody_is_appointed(self):
        customer = self.customer("Sold", user_id=self.seller.id)
        self.assertEqual(self.made(self.leader, partner=customer).user_id, self.seller)

    def test_else_who_made_it(self):
        self.assertEqual(self.made(self.leader, partner=self.customer()).user_id, self.leader)

    def test_an_archived_account_manager_leads_nothing(self):
        self.keeper.active = False
        self.assertEqual(self.made(self.leader).user_id, self.leader)

    def test_who_is_named_leads(self):
        self.assertEqual(self.made(user_id=self.colleague.id).user_id, self.colleague)
        self.assertFalse(self.made(user_id=False).user_id)

    def test_an_acquisition_is_led_by_who_made_it(self):
        self.assertEqual(self.made(self.leader, phase="acquisition").user_id, self.leader)
        self.assertEqual(self.made(self.leader, phase=None).user_id, self.leader)

    def test_another_company_s_account_manager_does_not_count(self):
        other = self.env["res.company"].create({"name": "Other company"})
        (self.leader | self.seller).company_ids = [Command.link(other.id)]
        leads = (
            self.env["crm.lead"]
            .with_user(self.leader)
            .with_context(allowed_company_ids=[other.id, self.company.id])
        )
        lead = leads.create(
            {
                "name": "There",
                "partner_id": self.kept.id,
                "company_id": other.id,
                "lifecycle_phase": "enhancement",
                "team_id": False,
            }
        )
        self.assertEqual(lead.user_id, self.seller)

    def test_who_sees_own_leads_only_keeps_theirs(self):
        lead = self.made(self.colleague)
        self.assertEqual(lead.user_id, self.colleague)
        self.assertEqual(lead.read(["name"])[0]["name"], "More")

    def test_the_form_shows_who_will_lead(self):
        form = Form(self.env["crm.lead"].with_user(self.leader), view="crm.crm_lead_view_form")
        form.name = "More"
        form.partner_id = self.kept
        self.assertEqual(form.user_id, self.leader)
        form.lifecycle_phase = "enhancement"
        self.assertEqual(form.user_id, self.keeper)

    def test_the_form_does_not_take_a_choice_back(self):
        form = Form(self.env["crm.lead"].with_user(self.leader), view="crm.crm_lead_view_form")
        form.user_id = self.colleague
        form.lifecycle_phase = "enhancement"
        form.partner_id = self.kept
        self.assertEqual(form.user_id, self.colleague)

    def test_a_hidden_customer_tells_nothing_of_who_keeps_it(self):
        leads = self.env["crm.lead"].with_user(self.colleague)
        spec = {"partner_id": {}, "lifecycle_phase": {}, "user_id": {"fields": {}}}
        values = {"partner_id": self.kept.id, "lifecycle_phase": "enhancement"}
        answer = leads.onchange({**values, "user_id": self.colleague.id}, ["partner_id"], spec)
        self.assertNotIn("user_id", answer["value"])

    def test_many_leads_cost_no_more_queries_than_one(self):
        customers = [self.customer(f"Customer {number}") for number in range(20)]
        for customer in customers:
            customer.account_manager_id = self.keeper
        self.env.flush_all()
        vals = [
            {"name": "More", "partner_id": one.id, "lifecycle_phase": "enhancement"}
            for one in customers
        ]
        leads = self.env["crm.lead"]
        leads._with_leaders(vals)
        for count in (1, 20):
            self.env.invalidate_all()
            with self.assertQueryCount(3):
                led = leads._with_leaders(vals[:count])
            self.assertEqual({one["user_id"] for one in led}, {self.keeper.id})

    def test_leads_that_name_their_salesperson_cost_nothing(self):
        vals = [{"name": "More", "partner_id": self.kept.id, "user_id": self.seller.id}]
        with self.assertQueryCount(0):
            self.env["crm.lead"]._with_leaders(vals)
