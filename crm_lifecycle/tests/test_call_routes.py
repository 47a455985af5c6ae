import json
from contextlib import suppress
from unittest.mock import patch
from urllib.parse import parse_qs, quote, urlsplit

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .call_common import HIDDEN_NUMBER, NOBODY, OWN_NUMBER, CallCommon

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "\r\nSet-Cookie: owned=1",
    "0501\r\nLocation: https://evil.example",
    "//evil.example",
    "https://evil.example",
    "%0d%0aX: 1",
    "\x00\x01",
    "\u202e123",
    "{{7*7}}",
    "' OR 1=1 --",
    "%",
)


@tagged("post_install", "-at_install")
class TestCallRoutes(CallCommon, HttpCase):
    """``/lifecycle/call`` and JSON-2, over the wire."""

    def setUp(self):
        super().setUp()
        # Odoo logs what it refuses.
        quiet = mute_logger("odoo.http")
        quiet.__enter__()
        self.addCleanup(quiet.__exit__)

    def look_up(self, user, number, query=None):
        self.env.flush_all()
        self.authenticate(user.login, user.login) if user else self.authenticate(None, None)
        query = f"number={quote(number)}" if query is None else query
        return self.url_open(f"/lifecycle/call?{query}", allow_redirects=False)

    def lookups(self, **vals):
        self.env.invalidate_all()
        domain = [(name, "=", value) for name, value in vals.items()]
        return self.env["crm.interaction.lookup"].search(domain)

    # ------------------------------------------------------------------ answers
    def test_one_s_own_customer_opens_the_card(self):
        for written in (OWN_NUMBER, "03-555-1234", "00972 3 555 1234"):
            response = self.look_up(self.a, written)
            self.assertEqual(response.status_code, 303, written)
            path = urlsplit(response.headers["Location"]).path
            self.assertEqual(path, f"/odoo/customer-card/{self.own.id}")

    def test_a_plus_that_was_not_encoded(self):
        response = self.look_up(self.a, "", "number=" + OWN_NUMBER)
        self.assertIn("customer-card", response.headers["Location"])

    def test_the_card_of_the_person_who_calls(self):
        person = self.env["res.partner"].create(
            {"name": "Person", "parent_id": self.own.id, "phone": NOBODY}
        )
        response = self.look_up(self.a, NOBODY)
        self.assertTrue(response.headers["Location"].endswith(f"/customer-card/{person.id}"))

    def test_nobody_s_number_opens_a_new_contact_with_it(self):
        response = self.look_up(self.a, NOBODY)
        self.assertEqual(response.status_code, 303)
        target = urlsplit(response.headers["Location"])
        self.assertEqual(target.path, "/odoo/new-caller")
        self.assertEqual(parse_qs(target.query), {"caller": [f"tel:{NOBODY}"]})

    def test_a_blank_in_a_number_is_not_a_plus(self):
        """The web client, other than a form, does not read a plus as a blank."""
        location = self.look_up(self.a, "03 555 1277").headers["Location"]
        self.assertTrue(location.endswith("?caller=tel%3A03%20555%201277"), location)

    def test_a_hidden_customer_is_answered_as_nobody(self):
        answers = []
        for number in (HIDDEN_NUMBER, NOBODY):
            response = self.look_up(self.a, number)
            headers = {
                name: value.replace(quote(number, safe=""), "NUMBER")
                for name, value in response.headers.items()
                if name not in ("Date", "Set-Cookie")
            }
            body = response.content.replace(quote(number, safe="").encode(), b"NUMBER")
            answers.append((response.status_code, headers, body))
        self.assertEqual(*answers)
        self.assertIn("customer-card", self.look_up(self.b, HIDDEN_NUMBER).headers["Location"])

    def test_a_hidden_customer_takes_the_same_queries_as_nobody(self):
        lookups, counts = self.ask(self.a, "crm.interaction.lookup"), []
        for number in (HIDDEN_NUMBER, NOBODY, HIDDEN_NUMBER, NOBODY):
            before = self.env.cr.sql_log_count
            self.assertEqual(lookups._visible_contacts(number, self.company), [])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[3])

    def test_a_number_shared_with_a_hidden_customer_is_one_s_own(self):
        self.hidden.phone = self.own.phone
        response = self.look_up(self.a, OWN_NUMBER)
        self.assertIn(f"/odoo/customer-card/{self.own.id}", response.headers["Location"])

    def test_several_visible_customers_are_a_choice_of_the_visible(self):
        israel = self.env.ref("base.il")
        evil = self.customer(
            "<script>alert(1)</script>", phone=NOBODY, user_id=self.a.id, country_id=israel.id
        )
        (self.own | self.hidden).phone = NOBODY
        response = self.look_up(self.a, NOBODY)
        self.assertEqual(response.status_code, 200)
        for partner in (self.own, evil):
            self.assertIn(f"/odoo/customer-card/{partner.id}", response.text)
        self.assertNotIn("Hidden of B", response.text)
        self.assertNotIn(f"/odoo/customer-card/{self.hidden.id}", response.text)
        self.assertNotIn("<script>alert", response.text)
        self.assertIn("&lt;script&gt;alert", response.text)

    def test_hostile_numbers_stay_inside_the_query(self):
        for number in HOSTILE:
            response = self.look_up(self.a, number)
            self.assertIn(response.status_code, (303, 400), number)
            self.assertNotIn("owned", response.headers.get("Set-Cookie", ""))
            self.assertNotIn("X", response.headers)
            if response.status_code == 303:
                target = urlsplit(response.headers["Location"])
                self.assertEqual(target.path, "/odoo/new-caller")
                self.assertNotIn("evil", target.netloc)
                self.assertTrue(parse_qs(target.query)["caller"][0].startswith("tel:"))
            for mark in ("<script", "<img"):
                self.assertNotIn(mark, response.text)

    def test_no_number_and_too_long_a_number(self):
        for number in ("", "   ", "1" * 65, "\x00", "9" * 5000):
            response = self.look_up(self.a, number)
            self.assertEqual(response.status_code, 400)
            self.assertIn("Give a telephone number", response.text)

    def test_only_the_app_s_users_look_up(self):
        for user in (self.employee, self.creator, self.portal):
            for number in (OWN_NUMBER, NOBODY):
                response = self.look_up(user, number)
                self.assertEqual(response.status_code, 403)
                self.assertNotIn("customer-card", response.text)
        response = self.look_up(None, OWN_NUMBER)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
        self.assertFalse(self.lookups())

    # ------------------------------------------------------------------ log and limit
    def test_each_look_up_is_noted_with_what_came_of_it(self):
        self.look_up(self.a, "03-555-1234")
        self.look_up(self.a, HIDDEN_NUMBER)
        self.look_up(self.b, HIDDEN_NUMBER)
        self.look_up(self.a, "%%%")
        noted = [
            (row.user_id.login, row.number, row.outcome, row.company_id)
            for row in self.lookups().sorted("id")
        ]
        self.assertEqual(
            noted,
            [
                ("seller_a", OWN_NUMBER, "shown", self.company),
                ("seller_a", HIDDEN_NUMBER, "nothing", self.company),
                ("seller_b", HIDDEN_NUMBER, "shown", self.company),
                ("seller_a", False, "nothing", self.company),
            ],
        )

    def test_after_the_limit_one_waits(self):
        self.company.lifecycle_lookup_limit = 5
        with freeze_time("2026-11-01 10:00:00"):
            self.assertEqual(self.statuses(self.a, 7), [303] * 5 + [429] * 2)
            self.assertEqual(self.statuses(self.b, 1), [303], "Each has their own.")
            response = self.look_up(self.a, NOBODY)
            self.assertIn("too many", response.text)
            self.assertEqual(response.headers["Retry-After"], "60")
        with freeze_time("2026-11-01 10:00:59"):
            self.assertEqual(self.statuses(self.a, 1), [429])
        with freeze_time("2026-11-01 10:01:01"):
            self.assertEqual(self.statuses(self.a, 6), [303] * 5 + [429])
        refused = self.lookups(user_id=self.a.id, outcome="refused").sorted("id")
        self.assertEqual(refused.mapped("times"), [4, 1], "One row a minute, however many.")
        self.assertEqual(len(self.lookups(user_id=self.a.id)), 5 + 5 + 2)

    def statuses(self, user, times):
        lookups = self.ask(user, "crm.interaction.lookup")
        answers = [lookups._look_up(NOBODY, self.company) for _time in range(times - 1)]
        statuses = [429 if answer is None else 303 for answer in answers]
        return [*statuses, self.look_up(user, NOBODY).status_code]

    def test_a_thousand_look_ups_reveal_nothing(self):
        self.company.lifecycle_lookup_limit = 100000
        lookups, found = self.ask(self.a, "crm.interaction.lookup"), []
        for number in range(1000):
            dialled = f"+9723555{1000 + number}"
            if dialled != OWN_NUMBER:
                found.append(lookups._look_up(dialled, self.company))
        self.assertEqual(found, [[]] * 999)
        self.assertEqual(len(self.lookups(user_id=self.a.id)), 999)

    def test_no_context_keeps_a_look_up_out_of_the_log(self):
        keys = (
            "tracking_disable",
            "mail_notrack",
            "mail_create_nolog",
            "import_file",
            "install_mode",
            "auditlog_disabled",
            "skip_log",
            "no_log",
            "dry_run",
        )
        for key in keys:
            lookups = self.ask(self.a, "crm.interaction.lookup").with_context(**{key: True})
            lookups._look_up(NOBODY, self.company)
        self.assertEqual(len(self.lookups(user_id=self.a.id, outcome="nothing")), len(keys))

    def test_only_what_a_person_opened_is_looked_up(self):
        """Not the image in a foreign page."""
        self.authenticate(self.a.login, self.a.login)
        url = f"/lifecycle/call?number={quote(OWN_NUMBER)}"
        for mode, status in (("no-cors", 403), ("cors", 403), ("navigate", 303)):
            headers = {"Sec-Fetch-Mode": mode}
            response = self.url_open(url, allow_redirects=False, headers=headers)
            self.assertEqual(response.status_code, status, mode)
        self.assertEqual(len(self.lookups()), 1)

    def test_a_user_who_looked_up_numbers_can_be_deleted(self):
        user = self.persona("leaver")
        self.ask(user, "crm.interaction.lookup")._look_up(NOBODY, self.company)
        row = self.lookups(user_id=user.id)
        user.unlink()
        self.env.invalidate_all()
        self.assertEqual((row.login, row.user_id.id), ("leaver", False))

    def test_what_fails_is_noted_and_counted(self):
        lookups = self.ask(self.a, "crm.interaction.lookup")
        # Not assertRaises, which takes back what happened inside.
        with (
            patch.object(type(lookups), "_visible_contacts", side_effect=ZeroDivisionError),
            suppress(ZeroDivisionError),
        ):
            lookups._look_up(NOBODY, self.company)
        self.assertEqual(self.lookups(user_id=self.a.id).outcome, "asked")

    def test_nobody_changes_the_log(self):
        self.look_up(self.a, NOBODY)
        row = self.lookups()
        for user in (self.a, self.analyst, self.manager):
            asked = self.ask(user, row._name)
            for door in (
                lambda m=asked: m.create({"outcome": "shown"}),
                lambda m=asked: m.browse(row.id).write({"outcome": "nothing"}),
                lambda m=asked: m.browse(row.id).unlink(),
            ):
                self.assertRefuses(door, (AccessError, UserError))
        for door in (lambda: row.write({"number": False}), row.unlink):
            with self.assertRaisesRegex(UserError, "cannot be"):
                door()
        self.assertTrue(self.ask(self.manager, row._name).search([("id", "=", row.id)]))
        for user in (self.a, self.analyst):
            with self.assertRaises(AccessError):
                self.ask(user, row._name).search([])

    def test_look_ups_are_forgotten_after_the_company_s_days(self):
        for moment in ("2026-01-01 10:00:00", "2026-01-03 10:00:00"):
            with freeze_time(moment):
                self.ask(self.a, "crm.interaction.lookup")._look_up(NOBODY, self.company)
        self.company.lifecycle_lookup_days = 30
        with freeze_time("2026-02-01 00:00:00"):
            self.env["crm.interaction.lookup"]._gc_lookups()
        self.assertEqual(
            self.lookups().mapped("date"), [Datetime.to_datetime("2026-01-03 10:00:00")]
        )

    def test_the_settings_of_look_ups(self):
        self.assertEqual(self.company.lifecycle_lookup_limit, 60)
        self.assertEqual(self.company.lifecycle_lookup_days, 90)
        settings = self.ask(self.manager, "crm.lifecycle.settings").create({})
        self.assertEqual(settings.lifecycle_lookup_limit, 60)
        settings.write({"lifecycle_lookup_limit": 30, "lifecycle_lookup_days": 7})
        settings.action_save()
        self.assertEqual(self.company.lifecycle_lookup_limit, 30)
        self.assertEqual(self.company.lifecycle_lookup_days, 7)

    # ------------------------------------------------------------------ JSON-2
    def json2(self, user, text):
        self.env.flush_all()
        tomorrow = Datetime.add(Datetime.now(), days=1)
        key = self.env(user=user)["res.users.apikeys"]._generate("rpc", "exchange", tomorrow)
        self.authenticate(None, None)
        return self.url_open(
            "/json/2/crm.interaction/log_call",
            data=text.encode(),
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )

    def test_log_call_with_a_key(self):
        body = {"number": "03-555-1234", "external_id": "wire", "minutes": 2}
        response = self.json2(self.a, json.dumps(body))
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.json()["known"])
        self.assertEqual(self.talks("wire").minutes, 2)

    def test_the_same_bytes_for_a_hidden_customer_and_for_nobody(self):
        answers = []
        for number in (HIDDEN_NUMBER, NOBODY):
            response = self.json2(self.a, json.dumps({"number": number, "external_id": "wire"}))
            answers.append((response.status_code, response.content))
            self.callers("wire").unlink()
        self.assertEqual(*answers)
        self.assertEqual(answers[0][0], 200)

    def test_bad_calls_on_the_wire_are_422_and_never_500(self):
        good = '"number": "03-555-1234", "external_id": "bad"'
        for text in (
            "{}",
            '{"number": "1"}',
            f'{{{good}, "minutes": NaN}}',
            f'{{{good}, "minutes": Infinity}}',
            f'{{{good}, "minutes": 1e400}}',
            f'{{{good}, "minutes": {"9" * 400}}}',
            f'{{{good}, "direction": "\\ud800"}}',
            f'{{{good}, "user": 99999999999999999999}}',
            f'{{{good}, "started_at": {{"a": []}}}}',
            '{"number": "\\u0000", "external_id": "bad"}',
            '{"number": "1", "external_id": "\\udfff"}',
            f'{{{good}, "partner_id": 1}}',
        ):
            response = self.json2(self.a, text)
            self.assertEqual(response.status_code, 422, text)
        self.assertFalse(self.talks("bad") | self.env["crm.interaction"])

    def test_keys_of_outsiders(self):
        for user in (self.employee, self.portal):
            body = json.dumps({"number": NOBODY, "external_id": "outsider"})
            self.assertIn(self.json2(user, body).status_code, (401, 403))
        self.assertFalse(self.callers("outsider"))
