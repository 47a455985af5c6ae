from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .card_common import CardCommon


@tagged("post_install", "-at_install")
class TestCustomerCardPrompts(CardCommon):
    def texts(self, user, partner, kind="tell"):
        return [prompt["text"] for prompt in self.sections(user, partner)[kind]]

    def ask_for(self, name, **vals):
        return self.prompt(kind="ask", field_name=name, **vals)

    def answer(self, user, partner, prompt, value=None):
        cards = self.ask(user, "crm.customer.card")
        return cards.answer(partner.id, prompt.id, value)

    # ------------------------------------------------------------------ for whom
    def test_a_sentence_without_conditions_is_for_everybody(self):
        self.prompt(name="Hello")
        self.assertEqual(self.texts(self.a, self.own), ["Hello"])

    def test_each_condition_has_to_hold(self):
        value = self.value_of(self.own)
        self.assertEqual((value.phase, value.tier, value.health), ("retention", "a", "good"))
        tag = self.env["res.partner.category"].create({"name": "Students"})
        other_tag = self.env["res.partner.category"].create({"name": "Soldiers"})
        self.own.category_id = tag
        tomorrow = fields.Date.add(self.today, days=1)
        yesterday = fields.Date.subtract(self.today, days=1)
        cases = (
            ({"phase": "retention", "tier": "a", "health": "good"}, True),
            ({"phase": "acquisition"}, False),
            ({"tier": "b"}, False),
            ({"health": "risk"}, False),
            ({"category_ids": [Command.set((tag | other_tag).ids)]}, True),
            ({"category_ids": [Command.set(other_tag.ids)]}, False),
            ({"audience": "company"}, True),
            ({"audience": "person"}, False),
            ({"date_from": self.today, "date_to": self.today}, True),
            ({"date_from": tomorrow}, False),
            ({"date_to": yesterday}, False),
            ({"company_id": self.company.id}, True),
            ({"active": False}, False),
            ({"phase": "retention", "tier": "b"}, False),
        )
        for vals, shown in cases:
            with self.subTest(vals):
                prompt = self.prompt(name="Maybe", **vals)
                self.assertEqual(self.texts(self.a, self.own) == ["Maybe"], shown)
                prompt.unlink()

    def test_a_contact_hears_what_is_for_tags_of_the_company(self):
        tag = self.env["res.partner.category"].create({"name": "Gold"})
        self.own.category_id = tag
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.own.id})
        self.prompt(name="Golden", category_ids=[Command.link(tag.id)])
        self.assertEqual(self.texts(self.a, person), ["Golden"])

    def test_sentences_of_another_company_are_not_shown(self):
        other = self.other_company()
        self.prompt(name="Ours", company_id=self.company.id)
        self.prompt(name="Theirs", company_id=other.id)
        self.assertEqual(self.texts(self.a, self.own), ["Ours"])

    def test_a_customer_without_figures_is_of_no_phase(self):
        new = self.customer("New", user_id=self.a.id)
        self.prompt(name="All")
        self.prompt(name="Retained", phase="retention")
        self.assertEqual(self.texts(self.a, new), ["All"])

    # ------------------------------------------------------------------ tell
    def test_what_was_told_stays_away_for_some_days(self):
        prompt = self.prompt(name="Hello", repeat_days=30)
        with freeze_time("2026-01-01 12:00:00"):
            card = self.answer(self.a, self.own, prompt)
            self.assertEqual(card["sections"]["tell"], [])
        row = self.env["crm.card.answer"].search([("prompt_id", "=", prompt.id)])
        self.assertEqual((row.partner_id, row.user_id), (self.own, self.a))
        self.assertEqual(row.company_id, self.company)
        with freeze_time("2026-01-30 12:00:00"):
            self.assertEqual(self.texts(self.a, self.own), [])
        with freeze_time("2026-01-31 12:00:00"):
            self.assertEqual(self.texts(self.a, self.own), ["Hello"])

    def test_what_is_told_once_stays_away(self):
        prompt = self.prompt(name="Welcome", repeat_days=0)
        with freeze_time("2026-01-01 12:00:00"):
            self.answer(self.a, self.own, prompt)
        with freeze_time("2036-01-01 12:00:00"):
            self.assertEqual(self.texts(self.a, self.own), [])

    def test_one_customer_told_says_nothing_of_another(self):
        prompt = self.prompt(name="Hello")
        self.answer(self.b, self.hidden, prompt)
        self.assertEqual(self.texts(self.a, self.own), ["Hello"])
        self.assertFalse(self.ask(self.a, "crm.card.answer").search([]))

    def test_told_twice_is_told_once(self):
        prompt = self.prompt(name="Hello")
        self.answer(self.a, self.own, prompt)
        with self.assertRaises(UserError):
            self.answer(self.a, self.own, prompt)
        self.assertEqual(
            self.env["crm.card.answer"].search_count([("prompt_id", "=", prompt.id)]), 1
        )

    # ------------------------------------------------------------------ ask
    def test_an_empty_field_is_asked_for_and_the_answer_fills_it(self):
        prompt = self.ask_for("function")
        self.assertEqual(self.texts(self.a, self.own, "ask"), ["Say this"])
        card = self.answer(self.a, self.own, prompt, "  Baker ")
        self.assertEqual(self.own.function, "Baker")
        self.assertEqual(card["sections"]["ask"], [])
        self.assertTrue(self.env["crm.card.answer"].search([("prompt_id", "=", prompt.id)]))

    def test_a_known_field_is_not_asked_for(self):
        self.ask_for("email")
        self.assertEqual(self.texts(self.a, self.own, "ask"), [])

    def test_each_kind_of_field_takes_its_answer(self):
        industry = self.env["res.partner.industry"].search([], limit=1)
        cases = [
            ("phone", "char", "03 555 0142", "03 555 0142"),
            ("industry_id", "many2one", industry.id, industry),
        ]
        if "birth_date" in self.own._fields:
            self.own.is_company = False
            cases += [
                ("birth_date", "date", "1980-12-31", fields.Date.to_date("1980-12-31")),
                ("family_status", "selection", "married", "married"),
                ("preferred_hour_from", "float", 9.5, 9.5),
            ]
        for name, kind, value, stored in cases:
            with self.subTest(name):
                prompt = self.ask_for(name)
                [question] = self.sections(self.a, self.own)["ask"]
                self.assertEqual(question["type"], kind)
                self.answer(self.a, self.own, prompt, value)
                self.assertEqual(self.own[name], stored)

    def test_every_country_can_be_answered_and_the_company_s_comes_first(self):
        prompt = self.ask_for("country_id")
        self.own.country_id = False
        self.company.country_id = last = self.env.ref("base.zw")
        [question] = self.sections(self.a, self.own)["ask"]
        options = [option[0] for option in question["options"]]
        self.assertEqual(set(options), set(self.env["res.country"].search([]).ids))
        self.assertEqual(options[0], last.id)
        self.answer(self.a, self.own, prompt, last.id)
        self.assertEqual(self.own.country_id, last)

    def test_states_are_those_of_the_customer_s_country(self):
        prompts = type(self.env["crm.card.prompt"])
        self.own.country_id = country = self.env.ref("base.us")
        with patch.object(prompts, "_askable_fields", lambda _self: ["state_id"]):
            self.ask_for("state_id")
            [question] = self.sections(self.a, self.own)["ask"]
        options = [option[0] for option in question["options"]]
        self.assertEqual(set(options), set(country.state_ids.ids))

    def test_midnight_is_an_answer_and_is_not_asked_for_again(self):
        prompt = self.ask_for("preferred_hour_from")
        other = self.ask_for("preferred_hour_to")
        card = self.answer(self.a, self.own, prompt, 0)
        self.assertEqual([asked["id"] for asked in card["sections"]["ask"]], other.ids)
        self.assertEqual(self.own.preferred_hour_from, 0)
        with self.assertRaises(UserError):
            self.answer(self.a, self.own, prompt, 5)
        mine = self.customer("Mine too", user_id=self.a.id)
        self.assertEqual(len(self.texts(self.a, mine, "ask")), 2)

    def test_an_answer_that_does_not_fit_is_refused_in_words(self):
        cases = [
            ("function", ["", "   ", None, 5, True, ["x"], {"a": 1}, "x" * 2001]),
            ("industry_id", ["x", 0, -1, 2**31 - 1, 2**70, True, [1], None, 1.5]),
        ]
        for name, values in cases:
            prompt = self.ask_for(name)
            for value in values:
                with self.subTest(name, value=value), self.assertRaises(UserError):
                    self.answer(self.a, self.own, prompt, value)
            self.assertFalse(self.own[name])

    def test_values_of_every_type_are_checked(self):
        values = self.env["crm.card.value"]
        fields_of = self.env["crm.interaction"]._fields | self.env["res.partner"]._fields
        bad = {
            "satisfaction": ["6", 5, None, ["1"]],
            "minutes": ["x", float("nan"), float("inf"), True, None],
            "color": [1.5, 2**31, "1"],
            "category_id": ["x", [], [0], [2**31 - 1], list(range(1, 60)), [True]],
            "learned": [5, "x" * 2001, ""],
            "image_1920": ["x"],
        }
        for name, wrong in bad.items():
            for value in wrong:
                with self.subTest(name, value=value), self.assertRaises(UserError):
                    values._to_write(fields_of[name], value)
        tag = self.env["res.partner.category"].create({"name": "Tag"})
        good = {
            "satisfaction": ("5", "5"),
            "minutes": (2.5, 2.5),
            "color": (3.0, 3),
            "category_id": ([tag.id], [Command.set([tag.id])]),
            "learned": (" tea ", "tea"),
        }
        for name, (value, written) in good.items():
            with self.subTest(name):
                self.assertEqual(values._to_write(fields_of[name], value), written)
        date_field = self.env["crm.card.prompt"]._fields["date_from"]
        self.assertEqual(str(values._to_write(date_field, "1980-12-31")), "1980-12-31")
        for value in ("31/12/1980", "1980-13-01", "", 5, None):
            with self.subTest(value), self.assertRaises(UserError):
                values._to_write(date_field, value)

    def test_nobody_overwrites_an_answer(self):
        prompt = self.ask_for("function")
        self.own.function = "Smith"
        with self.assertRaises(UserError):
            self.answer(self.a, self.own, prompt, "Baker")
        self.assertEqual(self.own.function, "Smith")

    def test_only_fields_on_the_list_are_asked_for(self):
        for name in ("user_id", "comment", "vat", "active", "own_account_manager_id", "x"):
            with self.subTest(name), self.assertRaises(ValidationError):
                self.ask_for(name)
        with self.assertRaises(ValidationError):
            self.prompt(kind="ask")

    def test_a_field_off_the_list_is_not_filled_whatever_the_record_says(self):
        prompt = self.ask_for("function")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_card_prompt SET field_name = 'comment' WHERE id = %s", [prompt.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.texts(self.a, self.own, "ask"), [])
        with self.assertRaises(UserError):
            self.answer(self.a, self.own, prompt, "x")
        self.assertFalse(self.own.comment)

    def test_who_may_not_edit_contacts_is_not_told_to_ask(self):
        reader = self.persona("reader", "user")
        self.own.user_id = reader
        prompt = self.ask_for("function")
        self.assertEqual(self.texts(reader, self.own, "ask"), [])
        with self.assertRaises(UserError):
            self.answer(reader, self.own, prompt, "Baker")
        self.assertFalse(self.own.function)

    def test_a_hidden_customer_takes_no_answer_and_gives_none(self):
        ask, tell = self.ask_for("function"), self.prompt()
        before = self.state()
        missing = self.env["res.partner"].browse(2**31 - 1)
        for prompt in (ask, tell):
            for partner in (self.hidden, self.child, missing):
                self.assertIs(self.answer(self.a, partner, prompt, "x"), False)
        self.assertEqual(self.state(), before)
        self.assertFalse(self.hidden.function)
        self.assertFalse(self.env["crm.card.answer"].search([]))

    def test_a_prompt_that_is_not_on_the_card_takes_no_answer(self):
        other = self.ask_for("function", phase="acquisition")
        cards = self.ask(self.a, "crm.customer.card")
        for prompt_id in (other.id, 0, -1, 2**70, None, "1", True, [other.id]):
            with self.subTest(prompt_id), self.assertRaises(UserError):
                cards.answer(self.own.id, prompt_id, "Baker")
        self.assertFalse(self.own.function)

    def test_rows_of_what_was_told_are_nobody_s_to_write(self):
        prompt = self.prompt()
        self.answer(self.a, self.own, prompt)
        rows = self.ask(self.a, "crm.card.answer")
        row = rows.search([])
        self.assertEqual(len(row), 1)
        vals = {
            "partner_id": self.own.id,
            "company_id": self.company.id,
            "prompt_id": prompt.id,
        }
        for door in (
            lambda: rows.create(vals),
            lambda: row.write({"user_id": self.b.id}),
            row.unlink,
        ):
            self.assertRefuses(door)

    def test_only_managers_write_sentences(self):
        prompt = self.prompt()
        for user in (self.a, self.analyst):
            asked = self.ask(user, "crm.card.prompt")
            self.assertRefuses(lambda asked=asked: asked.create({"name": "Mine"}))
            self.assertRefuses(lambda asked=asked: asked.browse(prompt.id).write({"name": "Mine"}))
        self.ask(self.manager, "crm.card.prompt").create({"name": "Mine"})
        with self.assertRaises(AccessError):
            self.ask(self.employee, "crm.card.prompt").search([])

    # ------------------------------------------------------------------ satisfaction
    def test_satisfaction_is_asked_when_it_is_old_or_unknown(self):
        self.prompt(kind="ask", asked="satisfaction", older_days=100)
        self.assertEqual(self.texts(self.a, self.own, "ask"), ["Say this"])
        now = fields.Datetime.now()
        talk = self.talk(self.own, satisfaction="4", date=now - timedelta(days=99, hours=1))
        self.talk(self.own, date=now)
        self.assertEqual(self.texts(self.a, self.own, "ask"), [])
        talk.date = now - timedelta(days=100, hours=1)
        self.assertEqual(self.texts(self.a, self.own, "ask"), ["Say this"])

    def test_satisfaction_goes_to_the_contact_of_these_hours(self):
        prompt = self.prompt(kind="ask", asked="satisfaction")
        now = fields.Datetime.now()
        others = self.talk(self.own, user_id=self.b.id, date=now)
        old = self.talk(self.own, user_id=self.a.id, date=now - timedelta(days=1))
        current = self.talk(self.own, user_id=self.a.id, date=now - timedelta(hours=1))
        self.answer(self.a, self.own, prompt, "5")
        self.assertEqual(current.satisfaction, "5")
        self.assertFalse(others.satisfaction or old.satisfaction)

    def test_satisfaction_without_a_contact_is_logged_as_one_of_no_minutes(self):
        prompt = self.prompt(kind="ask", asked="satisfaction")
        card = self.answer(self.a, self.own, prompt, "2")
        talk = self.env["crm.interaction"].search([("partner_id", "=", self.own.id)])
        self.assertEqual((len(talk), talk.satisfaction, talk.minutes), (1, "2", 0))
        self.assertEqual(talk.user_id, self.a)
        self.assertEqual(card["sections"]["ask"], [])
        self.assertEqual(card["sections"]["contacts"]["rows"][0]["satisfaction"], 2)

    def test_satisfaction_is_not_put_on_a_complaint(self):
        prompt = self.prompt(kind="ask", asked="satisfaction")
        complaint = self.talk(self.own, user_id=self.a.id, is_complaint=True)
        self.answer(self.a, self.own, prompt, "5")
        self.assertFalse(complaint.satisfaction)
        self.assertEqual(complaint.complaint_state, "open")

    def test_a_satisfaction_logged_alone_costs_nothing(self):
        self.call.with_company(self.company).write({"fixed_cost": 2.0, "hourly_cost": 60.0})
        prompt = self.prompt(kind="ask", asked="satisfaction")
        self.answer(self.a, self.own, prompt, "2")
        talk = self.env["crm.interaction"].search([("partner_id", "=", self.own.id)])
        self.assertEqual((talk.cost, talk.hourly_cost), (0, 60))

    # ------------------------------------------------------------------ what comes along
    def test_the_sentences_that_come_along_are_for_somebody(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_lifecycle"), ("model", "=", "crm.card.prompt")]
        )
        prompts = (
            self.env["crm.card.prompt"]
            .with_context(active_test=False)
            .browse(data.mapped("res_id"))
        )
        self.assertGreaterEqual(len(prompts), 8)
        self.assertTrue(all(data.mapped("noupdate")))
        self.assertEqual(set(prompts.mapped("kind")), {"tell", "ask"})
