import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .speed_common import NOON, SpeedCommon


@tagged("post_install", "-at_install")
class TestLeadRing(SpeedCommon):
    """A new lead from outside rings at who is on duty and at work, and only there."""

    def setUp(self):
        super().setUp()
        self.team.duty_user_ids = self.seller
        self.env["bus.bus"].search([]).unlink()

    def rings(self):
        """Who was notified, with the message: list of (partner id, payload)."""
        found = []
        for row in self.env["bus.bus"].search([]):
            message = json.loads(row.message)
            if message["type"] == "crm_lifecycle.lead_ring":
                found.append((json.loads(row.channel)[-1], message["payload"]))
        return found

    def rung(self):
        ids = [partner_id for partner_id, _payload in self.rings()]
        return self.env["res.partner"].browse(ids)

    def resource(self, user, calendar):
        return self.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": self.company.id,
                "calendar_id": calendar.id,
                "tz": "UTC",
            }
        )

    # ------------------------------------------------------------------ who
    def test_the_person_on_duty_hears_name_contact_and_telephone(self):
        lead = self.request(contact_name="Noa", phone="+972 3 123 4567")
        [(partner_id, payload)] = self.rings()
        self.assertEqual(partner_id, self.seller.partner_id.id)
        self.assertEqual(payload["id"], lead.id)
        self.assertEqual(payload["contact"], "Noa")
        self.assertEqual(payload["phone"], "+972 3 123 4567")
        self.assertTrue(payload["free"])

    def test_who_does_not_work_now_does_not_hear_it(self):
        self.resource(self.seller, self.calendar("Evening", range(5), 19, 22))
        self.team.duty_user_ids |= self.colleague
        self.request()
        self.assertEqual(self.rung(), self.colleague.partner_id)

    def test_who_is_on_leave_does_not_hear_it(self):
        resource = self.resource(self.seller, self.office)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": resource.id,
                "calendar_id": self.office.id,
                "date_from": NOON - timedelta(hours=2),
                "date_to": NOON + timedelta(hours=2),
            }
        )
        self.request()
        self.assertEqual(self.rung(), self.leader.partner_id)

    def test_at_night_the_team_leader_hears_it(self):
        self.request(NOON.replace(hour=3))
        self.assertEqual(self.rung(), self.leader.partner_id)

    def test_nobody_hears_of_a_lead_that_they_may_not_read(self):
        # On duty, with their own leads only; the lead is a colleague's.
        self.request(user_id=self.colleague.id)
        self.assertEqual(self.rung(), self.colleague.partner_id)

    def test_instead_of_somebody_of_no_sales_group_the_sales_managers_hear_it(self):
        stranger = self.persona("ring_stranger", "base.group_user", role=None)
        self.team.duty_user_ids = stranger
        self.request()
        self.assertEqual(self.rung(), self.leader.partner_id)

    def test_a_lead_made_by_hand_does_not_ring(self):
        self.request(arrival="manual")
        self.assertFalse(self.rings())

    def test_a_lead_of_no_team_rings_at_the_sales_managers(self):
        lead = self.request(team_id=False)
        self.assertFalse(lead.team_id)
        self.assertEqual(self.rung(), self.leader.partner_id)

    def test_a_lead_that_is_rolled_back_does_not_ring(self):
        self.at(NOON)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.lead(arrival="web")
            raise ZeroDivisionError
        self.commit()
        self.assertFalse(self.rings())

    # ------------------------------------------------------------------ taking it
    def test_taking_it_makes_one_its_salesperson(self):
        lead = self.request()
        action = self.as_user(lead).action_take()
        self.commit()
        self.assertEqual((lead.user_id, lead.assigned_at), (self.seller, NOON))
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))
        self.assertTrue(self.as_user(lead).action_take())

    def test_the_second_to_take_it_is_told_who_has_it(self):
        lead = self.request()
        self.as_user(lead).action_take()
        with self.assertRaisesRegex(UserError, "pipeline_seller"):
            self.as_user(lead, self.colleague).action_take()
        self.assertEqual(lead.user_id, self.seller)

    def test_a_stranger_neither_takes_it_nor_hears_whose_it_is(self):
        lead = self.request()
        outsider = self.persona("ring_outsider")
        plain = self.persona("ring_plain", "base.group_user", role=None)
        with self.assertRaises(AccessError):
            self.as_user(lead, plain).action_take()
        self.as_user(lead).action_take()
        for user in (outsider, plain):
            with self.assertRaises(AccessError):
                self.as_user(lead, user).action_take()


@tagged("post_install", "-at_install")
class TestLeadDoors(SpeedCommon, HttpCase):
    """Which door a lead came through is seen by the server, and the right ones ring."""

    def setUp(self):
        super().setUp()
        self.team.duty_user_ids = self.leader
        self.company.resource_calendar_id = False

    def newest(self):
        self.env.invalidate_all()
        return self.env["crm.lead"].search([("name", "=", "By a door")], order="id desc", limit=1)

    def has_rung(self, lead):
        # In SQL: what the request wrote is in this transaction.
        messages = self.env["bus.bus"].search([]).mapped("message")
        payloads = [json.loads(message) for message in messages]
        return lead.id in [
            one["payload"]["id"] for one in payloads if one["type"] == "crm_lifecycle.lead_ring"
        ]

    def test_json_2_with_a_key(self):
        tomorrow = fields.Datetime.add(fields.Datetime.now(), days=1)
        keys = self.env(user=self.seller)["res.users.apikeys"]
        key = keys._generate("rpc", "test", tomorrow)
        vals = {"name": "By a door", "team_id": self.team.id, "user_id": False, "arrival": "rule"}
        self.env.flush_all()
        response = self.url_open(
            "/json/2/crm.lead/create",
            json={"vals_list": [vals], "context": {"default_arrival": "manual"}},
            headers={"Authorization": f"Bearer {key}"},
        )
        self.assertEqual(response.status_code, 200, response.text)
        lead = self.newest()
        self.assertEqual(lead.arrival, "api")
        self.assertTrue(lead.contact_deadline)
        self.assertTrue(self.has_rung(lead))

    def test_the_web_client_is_by_hand(self):
        self.env.flush_all()
        self.authenticate(self.seller.login, self.seller.login)
        params = {
            "model": "crm.lead",
            "method": "create",
            "args": [[{"name": "By a door", "arrival": "web"}]],
            "kwargs": {},
        }
        body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
        self.url_open("/web/dataset/call_kw/crm.lead/create", json=body)
        self.assertEqual(self.newest().arrival, "manual")

    def test_a_mail_to_the_teams_alias(self):
        domain = self.env["mail.alias.domain"].search([], limit=1) or self.env[
            "mail.alias.domain"
        ].create({"name": "ring.example.com"})
        self.team.alias_id.write({"alias_name": "ring-here", "alias_domain_id": domain.id})
        mail = (
            f"From: Noa <noa@buyer.example.com>\nTo: ring-here@{domain.name}\n"
            "Subject: By a door\nMessage-Id: <ring-1@buyer.example.com>\n"
            "Content-Type: text/plain\n\nPlease call me."
        )
        self.env["mail.thread"].message_process("crm.lead", mail)
        self.commit()
        lead = self.newest()
        self.assertEqual((lead.arrival, lead.team_id), ("mail", self.team))
        self.assertFalse(lead.user_id, "Whoever is on duty may take it.")
        self.assertTrue(self.has_rung(lead))

    def test_a_user_cannot_feign_a_mail(self):
        leads = self.env(user=self.leader, su=False)["crm.lead"]
        lead = leads.message_new({"subject": "By a door", "from": "noa@example.com"})
        self.assertEqual(lead.arrival, "manual")
