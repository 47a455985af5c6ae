from odoo.fields import Datetime
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .criterion_common import CriterionCommon

REFUSED = "odoo.addons.crm_lifecycle.exceptions.StageRefused"


@tagged("post_install", "-at_install")
class TestCriterionRoutes(CriterionCommon, HttpCase):
    """The same over the wire, and the refusal reaches the client as data."""

    def setUp(self):
        super().setUp()
        self.criterion(self.call)
        self.subject = self.lead(phone=False)
        self.env.flush_all()

    def json2(self, method, user=None, **body):
        tomorrow = Datetime.add(Datetime.now(), days=1)
        user = user or self.seller
        key = self.env(user=user)["res.users.apikeys"]._generate("rpc", "test", tomorrow)
        with mute_logger("odoo.http"):
            return self.url_open(
                f"/json/2/crm.lead/{method}",
                json={"ids": self.subject.ids, **body},
                headers={"Authorization": f"Bearer {key}"},
            )

    def test_json_2(self):
        response = self.json2("write", vals={"stage_id": self.call.id})
        self.assertEqual(response.status_code, 422)
        answer = response.json()
        self.assertEqual(answer["name"], REFUSED)
        self.assertEqual(answer["context"]["leads"][0]["id"], self.subject.id)
        response = self.json2("write", vals={"stage_id": self.call.id, "phone": "1"})
        self.assertEqual(response.status_code, 200)

    def test_json_2_with_a_context(self):
        context = {"default_phone": "1", "sudo": True, "install_mode": True}
        response = self.json2("write", vals={"stage_id": self.call.id}, context=context)
        self.assertEqual(response.json()["name"], REFUSED)

    def test_json_2_with_what_odoo_s_own_code_says_in_a_context(self):
        context = {
            "default_su": 1,
            "force_write": True,
            "from_ui": False,
            "import_file": True,
            "install_mode": True,
            "lifecycle_by_job": True,
            "module": "crm_lifecycle",
            "skip_conditions": True,
            "su": True,
            "tracking_disable": True,
            "uid": 1,
        }
        vals = {"stage_id": self.call.id, "partner_name": "Not saved"}
        response = self.json2("write", vals=vals, context=context)
        self.assertEqual(response.status_code, 422)
        self.assertIn(f"{self.subject.name} cannot go to Call yet", response.json()["message"])
        self.env.invalidate_all()
        self.assertEqual(self.subject.stage_id, self.first)
        self.assertFalse(self.subject.partner_name)
        self.assertEqual(len(self.passages(self.subject)), 1)

    def test_a_json_2_create(self):
        vals = {"name": "Straight in", "team_id": self.team.id, "stage_id": self.call.id}
        body = {"ids": [], "vals_list": [vals], "context": {"install_mode": True}}
        response = self.json2("create", **body)
        self.assertEqual(response.status_code, 422)
        self.assertEqual(response.json()["name"], REFUSED)
        self.assertFalse(self.env["crm.lead"].search_count([("name", "=", "Straight in")]))

    def test_json_2_override(self):
        body = {"stage_id": self.call.id, "reason": "Why not"}
        self.assertEqual(self.json2("action_override_stage", **body).status_code, 403)
        response = self.json2("action_override_stage", user=self.leader, **body)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.subject.stage_id, self.call)

    def test_the_web_client(self):
        self.authenticate(self.seller.login, self.seller.login)
        args = [self.subject.ids, {"stage_id": self.call.id}, {}]
        params = {"model": "crm.lead", "method": "web_save", "args": args, "kwargs": {}}
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/web/dataset/call_kw/crm.lead/web_save",
                json={"jsonrpc": "2.0", "method": "call", "id": 1, "params": params},
            ).json()
        data = answer["error"]["data"]
        self.assertEqual(data["name"], REFUSED)
        self.assertEqual(data["context"]["leads"][0]["missing"][0]["fields"], ["phone"])
