from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .access_common import AccessCommon


@freeze_time("2026-03-10 15:00:00")
@tagged("post_install", "-at_install")
class TestDaysSinceContact(AccessCommon):
    """How long ago the last contact was, in days, as a rule of a segment asks for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clients = cls.env["res.partner"]
        for days, moment in enumerate(
            ("2026-03-10 00:00:00", "2026-03-09 23:59:59", "2026-03-08 00:00:00")
        ):
            client = cls.customer(f"{days} days ago", user_id=cls.a.id)
            cls._fill(client, 1.0, 1.0, 0.0).last_interaction_date = moment
            cls.clients |= client
        cls.silent = cls.customer("Silent", user_id=cls.a.id)
        cls._fill(cls.silent, 1.0, 1.0, 0.0).last_interaction_date = False

    def found(self, operator, value):
        ours = [("id", "in", (self.clients | self.silent).ids)]
        partners = self.ask(self.a, "res.partner")
        names = partners.search([*ours, ("days_since_contact", operator, value)]).mapped("name")
        return {0 if name == "Silent" else name for name in names}

    def test_the_days_are_those_of_the_calendar(self):
        partners = self.ask(self.a, "res.partner").browse((self.clients | self.silent).ids)
        self.assertEqual(partners.mapped("days_since_contact"), [0, 1, 2, 0])

    def test_a_search_finds_what_is_shown(self):
        days = [f"{number} days ago" for number in range(3)]
        for operator, value, expected in (
            (">", 0, days[1:]),
            (">", 1, days[2:]),
            (">=", 1, days[1:]),
            ("<", 1, days[:1]),
            ("<=", 1, days[:2]),
            ("=", 1, days[1:2]),
            ("in", [0, 2], [days[0], days[2]]),
            (">", 10**9, []),
            ("<", -(10**9), []),
        ):
            with self.subTest(f"{operator} {value}"):
                self.assertEqual(self.found(operator, value), set(expected))

    def test_what_is_no_number_of_days_is_refused_in_words(self):
        for value in ("abc", [1], 10**400):
            with self.subTest(value=value), self.assertRaisesRegex(UserError, "with a number"):
                self.found(">", value)
        self.assertEqual(self.found("<", float("inf")), {f"{n} days ago" for n in range(3)})

    def test_nobody_s_silence_is_no_number_of_days(self):
        self.assertEqual(self.found("=", False), {0})

    def test_others_customers_are_not_found(self):
        partners = self.ask(self.a, "res.partner")
        hidden = [("id", "=", self.hidden.id)]
        self.assertTrue(self.hidden.days_since_contact)
        self.assertFalse(partners.browse(self.hidden.id).days_since_contact)
        self.assertFalse(partners.search([*hidden, ("days_since_contact", ">=", 0)]))
