from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .call_common import NOBODY, CallCommon, moment

TEXTS = (0, 1, -1, 2**70, 1.5, float("nan"), True, [], ["x"], {}, {"a": 1}, b"x")
UNSTORABLE = ("a\x00b", "\ud800", "a\udfffb", "a\nb", "a\x1bb", "\ue000", "\uffff")
NUMBERS = (float("nan"), float("inf"), -float("inf"), -1, -0.01, 10081, 10**400, 1e308)

BAD = {
    "number": (None, False, "", "   ", "x" * 65, *TEXTS, *UNSTORABLE),
    "direction": ("", "IN", "inbound", "in ", "in\x00", "\ud800", *TEXTS),
    "started_at": (
        "",
        "yesterday",
        "2026-02-30",
        "2025-02-29T10:00:00",
        "2026-13-01T00:00:00",
        "2026-01-31T25:00:00",
        "2026-01-31T14:05:00+99:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1969-12-31T23:59:59",
        "2999-01-01T00:00:00",
        "2026-01-31T14:05:00\x00",
        "1767225600",
        "Z",
        "\ud800",
        *TEXTS,
    ),
    "minutes": ("5", "", "NaN", "\ud800", [], [1], {}, {"a": 1}, True, False, b"1", *NUMBERS),
    "user": (
        "",
        "nobody@here",
        "exchange\x00",
        "exchang_",
        "%",
        "\ud800",
        0,
        -1,
        2**31,
        2**31 - 1,
        2**70,
        1.0,
        float("nan"),
        True,
        [],
        [2],
        {},
        {"id": 2},
        "x" * 300,
        b"exchange",
    ),
    "external_id": (None, False, "", "   ", "x" * 201, *TEXTS, *UNSTORABLE),
    "recording_url": (
        "ftp://pbx/1.wav",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "//pbx/1.wav",
        "pbx/1.wav",
        "https://",
        "https:///1.wav",
        "https://pbx/a b.wav",
        "http://[::1",
        "https://pbx/\nSet-Cookie:x",
        "https://pbx/" + "x" * 2000,
        "https://pbx/\x00",
        "https://pbx/\ud800",
        "   ",
        *(value for value in TEXTS),
    ),
}


@tagged("post_install", "-at_install")
class TestCallFacts(CallCommon):
    """What an exchange says is checked, argument by argument."""

    def test_every_bad_argument_is_named_and_leaves_nothing(self):
        before, tried = self.rows(), 0
        for name, values in BAD.items():
            for value in values:
                facts = {"number": NOBODY, "external_id": "bad", name: value}
                with self.subTest(argument=name, value=repr(value)):
                    with self.assertRaises(ValidationError) as refusal:
                        self.ask(self.exchange, "crm.interaction").log_call(**facts)
                    self.assertTrue(str(refusal.exception).startswith(f"{name}: "))
                    str(refusal.exception).encode()
                    tried += 1
        self.assertGreater(tried, 100)
        self.assertEqual(self.rows(), before)

    def test_an_argument_is_never_repeated_in_the_message(self):
        with self.assertRaises(ValidationError) as refusal:
            self.log(self.exchange, NOBODY, "e", recording_url="javascript:CANARY")
        self.assertNotIn("CANARY", str(refusal.exception))

    def test_nothing_but_number_and_reference_is_needed(self):
        with freeze_time("2026-03-04 05:06:07"):
            self.log(self.exchange, NOBODY, "few")
        call = self.callers("few")
        self.assertEqual(call.date, moment("2026-03-04 05:06:07"))
        self.assertEqual((call.direction, call.minutes, call.recording_url), ("in", 0, False))
        self.assertEqual((call.user_id, call.company_id), (self.exchange, self.company))

    @freeze_time("2026-06-01 12:00:00")
    def test_moments_in_every_zone(self):
        for number, (text, expected) in enumerate(
            (
                ("2026-01-31T14:05:00", moment("2026-01-31 14:05:00")),
                ("2026-01-31 14:05:00", moment("2026-01-31 14:05:00")),
                ("2026-01-31T14:05:00Z", moment("2026-01-31 14:05:00")),
                ("2026-01-31T14:05:00+02:00", moment("2026-01-31 12:05:00")),
                ("2026-01-31T14:05:00.123456-05:30", moment("2026-01-31 19:35:00")),
                ("2026-06-01T14:59:59+03:00", moment("2026-06-01 11:59:59")),
                ("2026-06-02T11:00:00", moment("2026-06-02 11:00:00")),
            )
        ):
            self.log(self.exchange, NOBODY, f"moment {number}", started_at=text)
            self.assertEqual(self.callers(f"moment {number}").date, expected, text)

    def test_our_side_by_login_and_by_id(self):
        self.log(self.exchange, NOBODY, "login", user=self.b.login)
        self.log(self.exchange, NOBODY, "id", user=self.b.id)
        self.assertEqual(self.callers("login").user_id, self.b)
        self.assertEqual(self.callers("id").user_id, self.b)

    def test_our_side_is_one_of_our_users_of_the_company(self):
        other = self.other_company()
        stranger = self.persona("stranger", company_id=other.id)
        gone = self.persona("gone")
        gone.active = False
        for user in (stranger, gone, self.portal):
            for way in (user.login, user.id):
                with self.subTest(way), self.assertRaises(ValidationError):
                    self.log(self.exchange, NOBODY, "whoever", user=way)

    def test_a_withheld_number_is_kept_as_it_came(self):
        for number in ("anonymous", "unknown", "204", "*72", "+", "--", "שיחה חסויה"):
            with self.subTest(number):
                answer = self.log(self.exchange, number, f"withheld {number}")
                self.assertFalse(answer["known"])
                self.identify()
                call = self.callers(f"withheld {number}")
                self.assertEqual((call.number, call.number_e164), (number, False))
                self.assertEqual(call.state, "unknown")

    def test_only_who_may_log_contacts_logs_calls(self):
        for user in (self.employee, self.creator, self.portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.log(user, NOBODY, "outsider")

    def test_without_a_channel_for_calls_the_exchange_is_told(self):
        self.env["crm.interaction.channel"].search([("kind", "=", "call")]).active = False
        with self.assertRaisesRegex(ValidationError, "no channel"):
            self.log(self.exchange, NOBODY, "no channel")
