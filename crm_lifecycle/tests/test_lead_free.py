from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import tagged

from .speed_common import SpeedCommon

REQUEST = "odoo.addons.crm_lifecycle.models.pipeline.crm_lead_free.request"


@tagged("post_install", "-at_install")
class TestLeadFree(SpeedCommon):
    """What comes from outside is left to the persons on duty, where Odoo names the leader."""

    def setUp(self):
        super().setUp()
        self.team.write({"user_id": self.leader.id, "duty_user_ids": [(6, 0, self.seller.ids)]})

    def sent(self, user=None, params=None, **vals):
        """The lead that the website's form makes; Odoo names the team leader."""
        named = (user or self.leader).id
        path = SimpleNamespace(path="/website/form/crm.lead")
        request = SimpleNamespace(httprequest=path, params=params or {})
        vals = {"name": "Sent", "team_id": self.team.id, "user_id": named, **vals}
        with patch(REQUEST, request):
            return self.env["crm.lead"].create(vals)

    def test_a_form_s_lead_is_free_where_somebody_is_on_duty(self):
        lead = self.sent()
        self.assertFalse(lead.user_id)
        self.assertNotIn("default_user_id", lead.env.context)

    def test_it_is_the_leader_s_where_nobody_is(self):
        self.team.duty_user_ids = False
        self.assertEqual(self.sent().user_id, self.leader)

    def test_whom_the_form_names_keeps_it(self):
        self.assertEqual(self.sent(params={"user_id": "1"}).user_id, self.leader)
        self.assertEqual(self.sent(self.seller).user_id, self.seller)

    def test_a_known_customer_s_account_manager_leads_it(self):
        customer = self.customer(user_id=self.colleague.id)
        lead = self.sent(partner_id=customer.id, lifecycle_phase="enhancement")
        self.assertEqual(lead.user_id, self.colleague)

    def test_a_form_without_a_salesperson_gives_it_to_nobody(self):
        self.assertFalse(self.sent(user=self.env["res.users"]).user_id)

    def test_a_chat_s_lead_is_free_as_well(self):
        lead = self.lead(user_id=False)
        lead._assign_userless_lead_in_team("chat")
        self.assertFalse(lead.user_id)
        self.team.duty_user_ids = False
        lead._assign_userless_lead_in_team("chat")
        self.assertEqual(lead.user_id, self.leader)
