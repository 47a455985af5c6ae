import json
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .card_common import CardCommon

# Each would run, or break the page, if it were taken as anything but text.
PAYLOADS = ("<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "javascript:alert(1)")


@tagged("post_install", "-at_install")
class TestCustomerCard(CardCommon):
    # ------------------------------------------------------------------ whose card
    def test_a_customer_of_somebody_else_is_as_one_that_does_not_exist(self):
        gone = self.customer("Gone")
        gone_id = gone.id
        gone.unlink()
        answers = {
            json.dumps(self.card(self.a, partner))
            for partner in (self.hidden, self.child, gone_id, 2**31 - 1, 0, -1)
        }
        self.assertEqual(answers, {"false"})

    def test_whatever_is_no_id_is_nobody(self):
        cards = self.ask(self.a, "crm.customer.card")
        for bad in (None, False, True, "1", str(self.own.id), [self.own.id], 2**63, 1.5, {}):
            with self.subTest(bad):
                self.assertIs(cards.read_card(bad), False)

    def test_who_looks_after_a_customer_sees_the_card(self):
        for user, partner in (
            (self.a, self.own),
            (self.b, self.hidden),
            (self.lead_b, self.hidden),
            (self.analyst, self.hidden),
            (self.manager, self.own),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.card(user, partner)["name"], partner.name)

    def test_outsiders_see_no_card_and_find_nobody(self):
        for user in (self.employee, self.creator, self.portal):
            cards = self.ask(user, "crm.customer.card")
            for door in (
                lambda cards=cards: cards.read_card(self.own.id),
                lambda cards=cards: cards.find("Own"),
                lambda cards=cards: cards.answer(self.own.id, 1, "x"),
            ):
                with self.subTest(user.login), self.assertRaises(AccessError):
                    door()

    def test_nothing_of_a_hidden_customer_stands_on_another_s_card(self):
        self.talk(self.hidden, said="CANARY said")
        self.assertNoCanary(self.card(self.a, self.own))

    def test_a_customer_of_another_company_s_contacts_is_nobody(self):
        other = self.other_company()
        stranger = self.customer("Stranger", company_id=other.id, user_id=self.a.id)
        self.assertIs(self.card(self.a, stranger), False)
        self.assertEqual(self.ask(self.a, "crm.customer.card").find("Stranger"), [])

    def test_a_person_s_card_has_the_figures_of_the_company(self):
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.own.id})
        card = self.card(self.a, person)
        self.assertEqual(card["customer_id"], self.own.id)
        self.assertEqual(card["sections"]["worth"]["worth"], 390)
        self.assertEqual(card["sections"]["identity"]["company"]["id"], self.own.id)

    # ------------------------------------------------------------------ finding
    def test_a_customer_is_found_by_name_and_phone(self):
        self.own.phone = "+972 3 555 0142"
        cards = self.ask(self.a, "crm.customer.card")
        for text in ("own of", "555 0142", "same@example.com"):
            with self.subTest(text):
                self.assertEqual([row["id"] for row in cards.find(text)], [self.own.id])
        self.assertEqual(cards.find("own of")[0]["detail"], "+972 3 555 0142")

    def test_only_one_s_own_customers_are_found(self):
        cards = self.ask(self.a, "crm.customer.card")
        self.assertEqual(cards.find("Hidden"), [])
        self.assertEqual(cards.find("Child"), [])
        seen = self.ask(self.analyst, "crm.customer.card").find("Hidden of B")
        self.assertIn(self.hidden.id, [row["id"] for row in seen])

    def test_strange_searches_find_nobody(self):
        cards = self.ask(self.a, "crm.customer.card")
        for text in ("", "  ", None, 5, ["x"], "no such customer", "x" * 5000):
            with self.subTest(text):
                self.assertEqual(cards.find(text), [])

    # ------------------------------------------------------------------ who they are
    def test_who_they_are(self):
        tag = self.env["res.partner.category"].create({"name": "Gold"})
        self.own.write(
            {
                "phone": "+972 3 555 0142",
                "city": "Haifa",
                "category_id": [Command.link(tag.id)],
                "lang": "en_US",
            }
        )
        self.env["res.partner"].create(
            {"name": "Dora", "function": "Buyer", "phone": "1", "parent_id": self.own.id}
        )
        who = self.sections(self.a, self.own)["identity"]
        self.assertEqual(who["name"], "Own of A")
        self.assertEqual(who["phone"], "+972 3 555 0142")
        self.assertEqual(who["address"], "Haifa")
        self.assertEqual(who["email"], "same@example.com")
        self.assertEqual([tag["name"] for tag in who["tags"]], ["Gold"])
        self.assertEqual(who["image"], f"/web/image/res.partner/{self.own.id}/avatar_128")
        self.assertTrue(who["language"])
        self.assertEqual(who["people"][0]["name"], "Dora")
        self.assertFalse(who["archived"])

    def test_the_salesperson_is_named_where_somebody_else_manages_the_account(self):
        who = self.sections(self.a, self.own)["identity"]
        self.assertEqual((who["account_manager"], who["salesperson"]), (self.a.name, ""))
        self.own.with_company(self.company).account_manager_id = self.b
        who = self.sections(self.a, self.own)["identity"]
        self.assertEqual((who["account_manager"], who["salesperson"]), (self.b.name, self.a.name))

    def test_who_wants_no_mailings_is_marked(self):
        self.assertEqual(self.sections(self.a, self.own)["identity"]["do_not_contact"], [])
        self.env["mail.blacklist"]._add("same@example.com")
        ways = self.sections(self.a, self.own)["identity"]["do_not_contact"]
        self.assertEqual(ways, ["mass mailings"])

    def test_an_archived_customer_has_a_card_that_says_so(self):
        self.own.active = False
        self.assertTrue(self.sections(self.a, self.own)["identity"]["archived"])

    def test_a_birthday_soon_stands_on_the_card(self):
        if "birth_date" not in self.own._fields:
            self.skipTest("The profile is not there yet.")
        self.own.is_company = False
        self.own.birth_date = "1980-01-10"
        with freeze_time("2026-01-03 12:00:00"):
            self.assertEqual(self.sections(self.a, self.own)["identity"]["birthday"], {"days": 7})
        with freeze_time("2026-02-03 12:00:00"):
            self.assertFalse(self.sections(self.a, self.own)["identity"]["birthday"])

    # ------------------------------------------------------------------ what they are worth
    def test_what_they_are_worth_and_how_it_moved(self):
        snapshots = self.env["crm.customer.value.snapshot"]
        snapshots.search([("partner_id", "=", self.own.id)]).unlink()
        key = {"partner_id": self.own.id, "company_id": self.company.id}
        snapshots.create({**key, "date": "2026-01-31", "value_period": 100})
        snapshots.create({**key, "date": "2026-02-28", "value_period": 300})
        snapshots.create({**key, "date": "2024-02-28", "value_period": 900})
        with freeze_time("2026-03-05 12:00:00"):
            worth = self.sections(self.a, self.own)["worth"]
        self.assertEqual(worth["history"], [100, 300, 390])
        self.assertEqual(worth["change"], 90)
        self.assertEqual((worth["phase"], worth["tier"]), ("Retention", "a"))
        self.assertEqual((worth["health"], worth["health_key"]), ("Good", "good"))
        self.assertEqual(worth["currency_id"], self.company.currency_id.id)

    def test_a_customer_without_figures_has_a_card_without_worth(self):
        new = self.customer("New", user_id=self.a.id)
        self.assertNotIn("worth", self.sections(self.a, new))
        self.assertIn("identity", self.sections(self.a, new))

    # ------------------------------------------------------------------ contacts
    def test_the_last_ten_contacts_newest_first(self):
        for day in range(1, 13):
            self.talk(self.own, said=f"Day {day}", date=f"2026-01-{day:02} 09:00:00")
        rows = self.sections(self.a, self.own)["contacts"]["rows"]
        self.assertEqual([row["said"] for row in rows], [f"Day {day}" for day in range(12, 2, -1)])

    def test_a_contact_says_who_when_and_what(self):
        person = self.env["res.partner"].create({"name": "Dora", "parent_id": self.own.id})
        self.talk(
            self.own,
            contact_id=person.id,
            user_id=self.b.id,
            date="2026-01-02 03:04:00",
            said="x" * 500,
            learned="Likes tea",
            is_complaint=True,
            satisfaction="2",
        )
        [row] = self.sections(self.a, self.own)["contacts"]["rows"]
        self.assertEqual((row["contact"], row["user"]), ("Dora", self.b.name))
        self.assertEqual((row["date"], row["icon"]), ("2026-01-02 03:04:00", "fa-phone"))
        self.assertEqual((len(row["said"]), row["learned"]), (401, "Likes tea"))
        self.assertEqual((row["complaint"], row["complaint_open"]), ("Open", True))
        self.assertEqual((row["direction"], row["satisfaction"]), ("in", 2))

    def test_an_icon_is_an_icon_and_nothing_else(self):
        for icon in ("fa-phone d-none", '"><script>', "x", False):
            self.call.icon = icon
            self.talk(self.own)
            rows = self.sections(self.a, self.own)["contacts"]["rows"]
            self.assertEqual({row["icon"] for row in rows}, {"fa-comment-o"}, icon)

    # ------------------------------------------------------------------ all of it
    def test_what_people_wrote_is_plain_text(self):
        """No markup is made on the server: the client shows each as the text it is."""
        for payload in PAYLOADS:
            self.own.write({"name": payload, "function": payload, "city": payload})
            tag = self.env["res.partner.category"].create({"name": payload})
            self.own.category_id = tag
            self.talk(self.own, said=payload, learned=payload, summary=payload)
            self.prompt(name=payload)
            sections = self.sections(self.a, self.own)
            self.assertEqual(sections["identity"]["name"], payload)
            self.assertEqual(sections["identity"]["tags"][0]["name"], payload)
            self.assertEqual(sections["contacts"]["rows"][0]["said"], payload)
            self.assertEqual(sections["tell"][-1]["text"], payload)

    def test_the_answer_is_json(self):
        self.talk(self.own, said="Hello")
        self.invoice(self.own, 100)
        json.dumps(self.card(self.a, self.own))

    def test_later_rooms_add_sections_of_their_own(self):
        cls = type(self.env["crm.customer.card"])
        names = self.env["crm.customer.card"]._card_sections()
        for name, method in (
            ("_card_sections", lambda card: [*names, "offers", "nothing"]),
            ("_card_offers", lambda card, partner: [partner.id]),
            ("_card_nothing", lambda card, partner: None),
        ):
            self.startPatcher(patch.object(cls, name, method, create=True))
        sections = self.sections(self.a, self.own)
        self.assertEqual(sections["offers"], [self.own.id])
        self.assertNotIn("nothing", sections)

    def test_the_button_to_log_is_there_when_logging_is(self):
        expected = hasattr(self.own, "action_log_interaction")
        self.assertIs(self.card(self.a, self.own)["actions"]["log"], expected)

    def test_the_ways_to_the_card_open_it(self):
        action = self.ask(self.a, "res.partner").browse(self.own.id).action_open_customer_card()
        self.assertEqual(action["tag"], "crm_lifecycle.customer_card")
        self.assertEqual(action["params"], {"resId": self.own.id})
        row = self.value_of(self.own)
        asked = self.ask(self.a).browse(row.id)
        self.assertEqual(asked.action_open_customer_card()["params"], {"resId": self.own.id})

    def test_the_ways_to_the_card_are_shut_for_others(self):
        for user in (self.a, self.employee, self.portal):
            hidden = self.ask(user, "res.partner").browse(self.hidden.id)
            self.assertRefuses(hidden.action_open_customer_card)
            row = self.ask(user).browse(self.value_of(self.hidden).id)
            self.assertRefuses(row.action_open_customer_card)

    def test_the_address_of_the_card_is_known(self):
        action = self.env.ref("crm_lifecycle.action_customer_card")
        self.assertEqual(
            (action.path, action.tag), ("customer-card", "crm_lifecycle.customer_card")
        )
