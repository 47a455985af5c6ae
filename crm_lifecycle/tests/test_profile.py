import ast
from datetime import date, timedelta

import psycopg2
from dateutil.relativedelta import relativedelta
from odoo import Command
from odoo.addons.crm_lifecycle.engine import dates
from odoo.addons.crm_lifecycle.models.segment.res_partner_profile import AGE_BANDS
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import LifecycleCommon

TODAY = date(2026, 11, 22)
LEAP_DAYS = (date(2024, 2, 28), date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1))


@tagged("post_install", "-at_install")
class TestProfile(LifecycleCommon):
    """Who a person is: age to the day, family, interests, when and how to contact them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.persona(
            "profile_seller", groups="sales_team.group_sale_salesman,base.group_partner_manager"
        )
        cls.partners = cls.env(user=cls.seller, su=False)["res.partner"]

    def person(self, birth=None, **vals):
        name = vals.pop("name", f"Born {birth}")
        person = self.env["res.partner"].create({"name": name, **vals})
        if birth:
            # By SQL: some of the births are in the future of a frozen today.
            self.env.cr.execute(
                "UPDATE res_partner SET birth_date = %s WHERE id = %s", (birth, person.id)
            )
            person.invalidate_recordset()
        return self.partners.browse(person.id)

    def people(self):
        """Persons born around the edges of the bands, on leap days, and not at all."""
        births = [None, date(1850, 1, 1), TODAY + timedelta(days=10)]
        for years in (0, 1, 16, 17, 18, 24, 25, 34, 35, 45, 64, 65, 74, 75, 99):
            births += [
                TODAY - relativedelta(years=years) + timedelta(days=shift) for shift in (-1, 0, 1)
            ]
        births += [date(year, 2, 29) for year in (1948, 1960, 1988, 2000, 2008, 2024)]
        births += [date(2008, 2, 28), date(2008, 3, 1), date(2007, 3, 1)]
        return self.partners.union(*map(self.person, births))

    # ------------------------------------------------------------------ age
    def test_age_and_band_as_the_engine_has_them(self):
        people = self.people()
        for today in (TODAY, *LEAP_DAYS):
            with freeze_time(today):
                people.invalidate_recordset()
                for person in people:
                    birth = person.birth_date
                    years = dates.age(birth, today) if birth else None
                    self.assertEqual(person.age, years or 0)
                    self.assertEqual(person.age_band, dates.age_band(years) or False)

    def test_every_search_by_age_finds_whom_it_should(self):
        people = self.people()
        everybody = Domain("id", "in", people.ids)
        compare = {
            "<": lambda a, b: a < b,
            "<=": lambda a, b: a <= b,
            ">": lambda a, b: a > b,
            ">=": lambda a, b: a >= b,
            "=": lambda a, b: a == b,
        }
        for today in (TODAY, *LEAP_DAYS):
            with freeze_time(today):
                people.invalidate_recordset()
                known = people.filtered(
                    lambda one, day=today: one.birth_date and one.birth_date <= day
                )
                for operator, holds in compare.items():
                    for value in (-1, 0, 1, 17, 17.5, 18, 25, 75, 5000, float("inf")):
                        with self.subTest(today=today, operator=operator, value=value):
                            found = self.partners.search(everybody & Domain("age", operator, value))
                            fits = known.filtered(lambda one, h=holds, v=value: h(one.age, v))
                            self.assertEqual(
                                found, fits.sorted(lambda one: found.ids.index(one.id))
                            )
                            self.assertEqual(len(found), len(fits))

    def test_bands_are_found_and_those_without_an_age_too(self):
        people = self.people()
        everybody = Domain("id", "in", people.ids)
        for band in [*dict(AGE_BANDS), False]:
            with freeze_time(TODAY):
                found = self.partners.search(everybody & Domain("age_band", "=", band))
                others = self.partners.search(everybody & Domain("age_band", "!=", band))
                self.assertEqual(found, found.filtered(lambda one, b=band: one.age_band == b))
                self.assertEqual(set(found.ids + others.ids), set(people.ids))
                self.assertFalse(found & others)
                self.assertTrue(found)

    def test_without_a_birth_date_there_is_no_age(self):
        people = self.people()
        with freeze_time(TODAY):
            found = self.partners.search([("id", "in", people.ids), ("age", "=", False)])
            self.assertTrue(found)
            self.assertFalse(any(found.mapped("age_band")))
            babies = self.partners.search([("id", "in", people.ids), ("age", "=", 0)])
            self.assertEqual(set(babies.mapped("age_band")), {"0-17"})
            self.assertFalse(found & babies)

    def test_people_are_grouped_by_age_though_it_is_stored_nowhere(self):
        people = self.people()
        for today in (TODAY, *LEAP_DAYS):
            with freeze_time(today):
                people.invalidate_recordset()
                for name in ("age", "age_band"):
                    groups = self.partners._read_group(
                        [("id", "in", people.ids)], [name], ["id:recordset"]
                    )
                    self.assertEqual(sum(len(rows) for _key, rows in groups), len(people))
                    for key, rows in groups:
                        shown = {one[name] or False for one in rows}
                        self.assertEqual(shown, {key or False}, (today, name))

    def test_the_web_client_groups_sorts_and_averages(self):
        people = self.people()
        description = self.partners.fields_get(["age", "age_band", "days_to_birthday"])
        for name, field in description.items():
            self.assertTrue(field["groupable"], name)
            self.assertTrue(field["sortable"], name)
            self.assertFalse(field["store"], name)
        with freeze_time(TODAY):
            [group] = self.partners.formatted_read_group(
                [("id", "in", people.ids), ("age_band", "=", "18-24")], ["age_band"], ["age:avg"]
            )
            young = people.filtered(lambda one: one.age_band == "18-24")
            self.assertAlmostEqual(group["age:avg"], sum(young.mapped("age")) / len(young))
            oldest = self.partners.search(
                [("id", "in", people.ids), ("age", ">", 0)], order="age desc", limit=1
            )
            self.assertEqual(oldest.age, max(people.mapped("age")))

    def test_ages_are_those_of_the_user_s_today(self):
        person = self.person(date(2000, 11, 23))
        with freeze_time("2026-11-22 23:30:00"):
            self.assertEqual(person.with_context(tz="UTC").age, 25)
            self.assertEqual(person.with_context(tz="Asia/Jerusalem").age, 26)
            domain = [("id", "=", person.id), ("age", "=", 26)]
            self.assertTrue(self.partners.with_context(tz="Asia/Jerusalem").search(domain))
            self.assertFalse(self.partners.with_context(tz="UTC").search(domain))

    # ------------------------------------------------------------------ birthdays
    def test_birthdays_within_some_days(self):
        people = self.people()
        everybody = Domain("id", "in", people.ids)
        for today in (TODAY, *LEAP_DAYS, date(2026, 12, 31)):
            with freeze_time(today):
                people.invalidate_recordset()
                known = people.filtered("age_band")
                for days in (-1, 0, 1, 14, 100, 366):
                    found = self.partners.search(everybody & Domain("days_to_birthday", "<=", days))
                    fits = known.filtered(lambda one, d=days: one.days_to_birthday <= d)
                    self.assertEqual(set(found.ids), set(fits.ids), (today, days))
                today_s = self.partners.search(everybody & Domain("days_to_birthday", "=", 0))
                self.assertEqual(
                    set(today_s.ids),
                    set(known.filtered(lambda one: one.days_to_birthday == 0).ids),
                )

    def test_ages_and_birthdays_compare_with_numbers_only(self):
        for name, operator, value in (
            ("age", ">", "abc"),
            ("days_to_birthday", "<", "abc"),
            ("days_to_birthday", "in", ["abc"]),
        ):
            with self.subTest(name, value=value), self.assertRaisesRegex(UserError, "a number"):
                self.partners.search([(name, operator, value)])
        self.assertFalse(self.partners.search([("age", "in", ["abc"])]))
        self.assertFalse(self.partners.search([("days_to_birthday", "in", [0.5])]))

    def test_the_leap_day_s_birthday_is_on_the_28th_in_common_years(self):
        person = self.person(date(2000, 2, 29))
        for day, age in (("2025-02-27", 24), ("2025-02-28", 25), ("2028-02-28", 27)):
            with freeze_time(day):
                person.invalidate_recordset()
                self.assertEqual(person.age, age)
                self.assertEqual(person.days_to_birthday, 0 if day == "2025-02-28" else 1)

    # ------------------------------------------------------------------ checks
    @freeze_time(TODAY)
    def test_no_birth_date_in_the_future_nor_before_1870(self):
        person = self.person(name="Somebody")
        for day in (TODAY + timedelta(days=1), date(9999, 1, 1), date(1869, 12, 31)):
            with self.assertRaisesRegex(ValidationError, str(day)):
                person.birth_date = day
            with self.assertRaises(ValidationError):
                person.family_member_ids = [
                    Command.create({"name": "Child", "relation": "child", "birth_date": day})
                ]
        for day in (TODAY, date(1870, 1, 1), False):
            person.birth_date = day

    def test_hours_are_hours(self):
        person = self.person(name="Somebody")
        person.write({"preferred_hour_from": 22.5, "preferred_hour_to": 2})
        person.write({"preferred_hour_from": 0, "preferred_hour_to": 24})
        for name in ("preferred_hour_from", "preferred_hour_to"):
            for value in (-0.5, 24.5, float("nan"), float("inf"), 1e300):
                with self.subTest(name=name, value=value):
                    self.assertRefused(person, name, value)

    def assertRefused(self, person, name, value):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                person[name] = value
                person.flush_recordset()
        except (psycopg2.Error, ValidationError, OverflowError, ValueError):
            person.invalidate_recordset()
            return
        self.fail(f"{value} was taken for {name}: {person[name]}")

    # ------------------------------------------------------------------ the rest
    def test_a_seller_fills_in_a_profile_on_the_form(self):
        person = self.person(name="Somebody", user_id=self.seller.id)
        wine = self.env["crm.interest"].create({"name": "Wine"})
        with Form(person, view="base.view_partner_form") as form:
            form.birth_date = "1980-05-05"
            form.occupation = "מורה"
            form.family_status = "married"
            form.interest_ids.add(wine)
            form.do_not_contact_channel_ids.add(self.env.ref("crm_lifecycle.channel_call"))
            with form.family_member_ids.new() as member:
                member.name = "Noga"
                member.relation = "child"
                member.birth_date = "2010-01-01"
        self.assertEqual(person.family_member_ids.name, "Noga")
        self.assertEqual(person.occupation, "מורה")
        self.assertEqual(person.interest_ids, wine)
        self.assertEqual(person.do_not_contact_channel_ids.kind, "call")
        self.assertTrue(self.partners.search([("interest_ids.name", "=", "Wine")]) & person)
        self.assertTrue(self.partners.search([("family_member_ids.name", "=", "Noga")]) & person)

    def test_the_profile_is_a_person_s_and_not_a_company_s(self):
        arch = self.partners.get_view(view_type="form")["arch"]
        self.assertIn('name="profile"', arch)
        self.assertIn('invisible="is_company"', arch)

    def test_every_filter_and_grouping_of_contacts_works(self):
        self.people()
        view = self.env.ref("crm_lifecycle.view_res_partner_filter_profile")
        names = 0
        for node in view._get_combined_arch().iter("filter"):
            domain, context = node.get("domain"), node.get("context") or ""
            if not node.get("groups"):
                continue
            names += 1
            if "group_by" in context:
                name = context.split(":")[1].strip(" '}")
                self.assertTrue(self.partners._read_group([], [name], ["__count"]), name)
            elif "uid" not in domain:
                self.partners.search_count(ast.literal_eval(domain))
        self.assertGreaterEqual(names, 8)

    def test_after_a_merge_nothing_of_the_profile_is_lost(self):
        kept = self.env["res.partner"].create({"name": "Kept", "email": "x@example.com"})
        gone = self.env["res.partner"].create(
            {
                "name": "Gone",
                "email": "x@example.com",
                "birth_date": "1980-05-05",
                "occupation": "Baker",
                "interest_ids": [Command.create({"name": "Bread"})],
                "family_member_ids": [Command.create({"name": "Noga", "relation": "child"})],
            }
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept | gone).ids, kept)
        self.env.invalidate_all()
        self.assertEqual(str(kept.birth_date), "1980-05-05")
        self.assertEqual(kept.occupation, "Baker")
        self.assertEqual(kept.interest_ids.name, "Bread")
        self.assertEqual(kept.family_member_ids.name, "Noga")

    def test_a_copy_is_somebody_else_with_a_family_of_their_own(self):
        person = self.env["res.partner"].create(
            {
                "name": "One",
                "family_member_ids": [Command.create({"name": "Noga", "relation": "child"})],
            }
        )
        self.assertFalse(person.copy().family_member_ids)
