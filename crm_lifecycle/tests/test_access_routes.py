from odoo.fields import Datetime
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .access_common import AccessCommon
from .doors_common import HIDDEN_WORTH, OURS


@tagged("post_install", "-at_install")
class TestAccessRoutes(AccessCommon, HttpCase):
    """The same over the wire: JSON-RPC with a session, JSON-2 with a key, export, debug."""

    def setUp(self):
        super().setUp()
        # Odoo logs what it refuses, and here nearly everything is.
        quiet = mute_logger("odoo.http")
        quiet.__enter__()
        self.addCleanup(quiet.__exit__)

    def rpc(self, user, model, method, *args, status=200, **kwargs):
        self.env.flush_all()
        self.authenticate(user.login, user.login)
        payload = {
            "jsonrpc": "2.0",
            "method": "call",
            "id": 1,
            "params": {"model": model, "method": method, "args": args, "kwargs": kwargs},
        }
        response = self.url_open(f"/web/dataset/call_kw/{model}/{method}", json=payload)
        self.assertEqual(response.status_code, status)
        return response.json()

    def json2(self, user, model, method, **body):
        self.env.flush_all()
        tomorrow = Datetime.add(Datetime.now(), days=1)
        key = self.env(user=user)["res.users.apikeys"]._generate("rpc", "test", tomorrow)
        self.authenticate(None, None)
        return self.url_open(
            f"/json/2/{model}/{method}", json=body, headers={"Authorization": f"Bearer {key}"}
        )

    def test_json_rpc(self):
        for model in OURS:
            for method, args in (
                ("search_read", ([],)),
                ("search_count", ([],)),
                ("formatted_read_group", ([], ["partner_id"], ["__count"])),
            ):
                with self.subTest(model=model, method=method):
                    ask = lambda m=model, n=method, a=args: self.rpc(self.a, m, n, *a)  # noqa: E731
                    self.assertNoCanary(ask())
                    self.assertSame(ask)
                    for user in (self.employee, self.portal):
                        self.assertIn("error", self.rpc(user, model, method, *args))

    def test_private_methods_are_not_on_the_wire(self):
        for model, method, args in (
            ("crm.customer.value", "_set_phase", ([], self.hidden.id, "acquisition")),
            ("crm.customer.value", "_require", ([], self.hidden.id)),
            ("crm.customer.value.refresh", "_refresh_customers", ([self.hidden.id],)),
            ("crm.customer.value.queue", "_cron_refresh", ([],)),
            ("crm.customer.value.run", "_cron_refresh", ([],)),
            ("res.partner", "_inverse_account_manager_id", ([self.hidden.id],)),
        ):
            before = self.state()
            self.assertIn("error", self.rpc(self.a, model, method, *args), method)
            self.assertEqual(self.state(), before)

    def test_debug_names_nothing(self):
        self.authenticate(self.a.login, self.a.login)
        self.url_open("/odoo?debug=1")
        row = self.value_of(self.hidden)
        answer = self.rpc(self.a, "crm.customer.value", "read", [row.id])
        self.assertIn("error", answer)
        self.assertNotIn("Hidden of B", str(answer))
        self.assertNoCanary(answer)

    def test_a_missing_row_and_a_hidden_one_give_nothing(self):
        row = self.value_of(self.hidden)
        for ids in ([row.id], [2**31 - 1]):
            answer = self.rpc(self.a, "crm.customer.value", "read", ids, ["value_period"])
            self.assertFalse(answer.get("result"))

    def test_forged_companies(self):
        other = self.other_company("Elsewhere")
        context = {"allowed_company_ids": [other.id, self.company.id]}
        for user in (self.a, self.analyst):
            answer = self.rpc(user, "crm.customer.value", "search_read", [], context=context)
            self.assertIn("error", answer)

    def test_json_2(self):
        for method, body in (
            ("search_read", {"domain": []}),
            ("search_count", {"domain": []}),
            ("search_read", {"domain": [["partner_id", "=", self.hidden.id]]}),
        ):
            response = self.json2(self.a, "crm.customer.value", method, **body)
            self.assertEqual(response.status_code, 200)
            self.assertNoCanary(response.text)
        body = {"domain": [["customer_value", ">", HIDDEN_WORTH - 1]]}
        self.assertEqual(self.json2(self.a, "res.partner", "search_count", **body).json(), 0)
        self.assertEqual(self.json2(self.b, "res.partner", "search_count", **body).json(), 2)
        for user in (self.employee, self.portal):
            response = self.json2(user, "res.partner", "search_count", **body)
            self.assertIn(response.status_code, (403, 401))

    def test_take_over_on_the_wire(self):
        before = self.state()
        for name in ("user_id", "account_manager_id"):
            vals = {name: self.a.id}
            self.assertIn("error", self.rpc(self.a, "res.partner", "write", [self.hidden.id], vals))
            response = self.json2(self.a, "res.partner", "write", ids=[self.hidden.id], vals=vals)
            self.assertEqual(response.status_code, 403)
        self.assertEqual(self.state(), before)

    def test_taking_a_person_in_as_a_contact_on_the_wire(self):
        """Only a request shows it: Odoo writes such lines as the request's user."""
        person = self.customer("Person", is_company=False, user_id=self.b.id)
        before = self.state()
        for command in (
            (4, person.id),
            (6, 0, [person.id]),
            (1, person.id, {"user_id": self.a.id}),
        ):
            vals = {"child_ids": [command]}
            answer = self.rpc(self.a, "res.partner", "write", [self.own.id], vals)
            self.assertIn("error", answer, command)
        self.assertEqual(self.state(), before)
