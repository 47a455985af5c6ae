from datetime import date, timedelta
from unittest import skipUnless
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..engine import hebrew
from .occasion_common import OccasionCommon


@tagged("post_install", "-at_install")
class TestOccasionPlan(OccasionCommon):
    """Whose day is when, and that it is there once."""

    # ------------------------------------------------------------------ once a year
    def test_a_birthday_is_planned_its_days_before(self):
        dana = self.person("Dana", "1980-05-20")
        occasion = self.occasion()
        self.assertEqual(self.plan(occasion, "2026-05-12"), 0)
        self.assertEqual(self.plan(occasion, "2026-05-13"), 1)
        day = self.days(occasion)
        self.assertEqual(
            (day.contact_id, day.partner_id, day.user_id), (dana, self.acme, self.anna)
        )
        self.assertEqual((str(day.date), day.year, day.number), ("2026-05-20", 2026, 46))
        self.assertEqual(day.state, "planned")

    def test_run_again_it_is_not_doubled(self):
        self.person("Dana", "1980-05-20")
        occasion = self.occasion()
        for day in ("2026-05-13", "2026-05-13", "2026-05-14", "2026-05-10", "2026-05-20"):
            occasion.planned_on = False
            self.plan(occasion, day)
        occasion.write({"planned_on": False, "planned_until": False})
        self.plan(occasion, "2026-05-15")
        self.assertEqual(self.dates(occasion), ["2026-05-20"])

    def test_after_a_pause_nothing_is_lost_and_what_is_too_late_is_missed(self):
        self.person("Early", "1980-05-20")
        self.person("Late", "1980-06-10")
        self.person("Coming", "1980-06-14")
        occasion = self.occasion()
        self.plan(occasion, "2026-05-01")
        self.plan(occasion, "2026-06-11")
        states = {day.contact_id.name: day.state for day in self.days(occasion)}
        self.assertEqual(states, {"Early": "missed", "Late": "planned", "Coming": "planned"})

    def test_switched_on_again_it_looks_forward_only(self):
        self.person("Dana", "1980-05-20")
        occasion = self.occasion()
        self.plan(occasion, "2026-01-01")
        occasion.active = False
        self.assertEqual(self.plan(occasion, "2026-03-01"), 0)
        occasion.active = True
        self.plan(occasion, "2026-08-01")
        self.assertFalse(self.days(occasion))

    def test_who_comes_within_the_lead_time_is_planned_still(self):
        occasion = self.occasion(lead_days=30)
        self.plan(occasion, "2026-05-01")
        self.person("New", "1980-05-04")
        self.plan(occasion, "2026-05-02")
        self.assertEqual(self.dates(occasion), ["2026-05-04"])

    # ------------------------------------------------------------------ corrections
    def test_a_corrected_birthday_moves_and_stays_one(self):
        dana = self.person("Dana", "1980-05-20")
        occasion = self.occasion()
        self.plan(occasion, "2026-05-13")
        self.env["crm.occasion.day"]._make_batch(0)
        dana.birth_date = "1980-05-22"
        self.plan(occasion, "2026-05-15")
        self.assertEqual(self.dates(occasion), ["2026-05-22"])
        self.assertEqual(str(self.days(occasion).touchpoint_id.due_date), "2026-05-22")
        self.plan(occasion, "2026-05-16")
        self.assertEqual(self.dates(occasion), ["2026-05-22"])

    def test_a_birthday_corrected_after_it_was_kept_is_not_kept_again_that_year(self):
        dana = self.person("Dana", "1980-05-20")
        occasion = self.occasion()
        self.plan(occasion, "2026-05-13")
        self.days(occasion).action_done()
        dana.birth_date = "1980-09-20"
        self.plan(occasion, "2026-09-13")
        self.assertEqual(self.dates(occasion), ["2026-05-20"])
        self.plan(occasion, "2027-09-13")
        self.assertEqual(self.dates(occasion), ["2026-05-20", "2027-09-20"])

    def test_nor_when_the_correction_crosses_the_turn_of_the_year(self):
        dana = self.person("Dana", "1980-12-31")
        occasion = self.occasion()
        self.plan(occasion, "2026-12-24")
        self.days(occasion).action_done()
        dana.birth_date = "1980-01-02"
        self.plan(occasion, "2026-12-31")
        self.assertEqual(self.dates(occasion), ["2026-12-31"])
        self.plan(occasion, "2027-12-30")
        self.assertEqual(self.dates(occasion), ["2026-12-31", "2028-01-02"])

    def test_corrected_to_a_day_that_has_passed_it_says_so(self):
        dana = self.person("Dana", "1980-05-20")
        occasion = self.occasion()
        self.plan(occasion, "2026-05-13")
        dana.birth_date = "1980-02-20"
        self.plan(occasion, "2026-05-14")
        day = self.days(occasion)
        self.assertEqual((day.state, str(day.date)), ("skipped", "2026-02-20"))
        self.assertIn("passed", day.skip_reason)

    def test_a_removed_date_is_skipped_and_says_so(self):
        dana = self.person("Dana", "1980-05-20")
        occasion = self.occasion()
        self.plan(occasion, "2026-05-13")
        dana.birth_date = False
        self.plan(occasion, "2026-05-14")
        self.assertEqual(self.days(occasion).state, "skipped")
        self.assertIn("removed", self.days(occasion).skip_reason)

    # ------------------------------------------------------------------ kinds
    def test_families(self):
        dana = self.person("Dana", False)
        self.env["crm.family.member"].create(
            [
                {"partner_id": dana.id, "name": n, "relation": r, "birth_date": b}
                for n, r, b in (
                    ("Noa", "child", "2015-05-20"),
                    ("Gil", "child", "2015-05-20"),
                    ("Uri", "spouse", "1980-05-21"),
                )
            ]
        )
        children, spouses = self.occasion("child"), self.occasion("spouse")
        for occasion in (children, spouses):
            self.plan(occasion, "2026-05-15")
        self.assertEqual(sorted(self.days(children).mapped("about")), ["Gil", "Noa"])
        self.assertEqual(self.days(spouses).contact_id, dana)

    def test_the_anniversary_of_the_first_purchase(self):
        self.worth(self.acme, first_purchase_date="2020-05-20")
        occasion = self.occasion("first_purchase")
        self.plan(occasion, "2026-05-15")
        self.assertEqual(
            (self.days(occasion).contact_id, self.days(occasion).number), (self.acme, 6)
        )

    def test_fixed_and_moving_holidays_are_for_the_customer_itself(self):
        self.person("Dana", "1980-05-20")
        fixed = self.occasion("holiday", month=1, day=1)
        easter = self.occasion("holiday", holiday="easter")
        for occasion, today in ((fixed, "2025-12-28"), (easter, "2026-04-01")):
            self.plan(occasion, today)
            self.assertEqual(self.days(occasion).contact_id, self.acme)
        self.assertEqual(self.dates(fixed) + self.dates(easter), ["2026-01-01", "2026-04-05"])

    @skipUnless(hebrew.available(), "pyluach is not installed")
    def test_hebrew_holidays_and_birthdays(self):
        self.person("Dana", "2000-03-08")  # 1 Adar II 5760: 18 February 2026
        holiday = self.occasion("holiday", holiday="rosh_hashana")
        birthday = self.occasion("birthday", calendar="hebrew")
        self.plan(holiday, "2026-09-10")
        self.plan(birthday, "2026-02-15")
        self.assertEqual(self.dates(holiday), ["2026-09-12"])
        self.assertEqual(self.dates(birthday), ["2026-02-18"])
        self.assertEqual(self.days(birthday).year, 5786)
        self.assertFalse(birthday.warning)

    def test_without_the_package_hebrew_occasions_say_so_and_the_others_work(self):
        self.person("Dana", "1980-05-20")
        gregorian, jewish = self.occasion(), self.occasion(calendar="hebrew", lead_days=90)
        with patch.object(hebrew, "HebrewDate", None):
            (gregorian | jewish).invalidate_recordset()
            self.assertIn("pyluach", jewish.warning)
            self.assertFalse(gregorian.warning)
            self.assertEqual(self.plan(jewish, "2026-05-15"), 0)
            self.assertEqual(self.plan(gregorian, "2026-05-15"), 1)
            self.assertEqual(jewish._next_days(12), [])

    def test_dates_by_hand_yearly_and_once(self):
        occasion = self.occasion("hand")
        rows = self.env["crm.occasion.date"].create(
            [
                {
                    "partner_id": self.acme.id,
                    "occasion_id": occasion.id,
                    "name": name,
                    "date": day,
                    "repeats": repeats,
                }
                for name, day, repeats in (
                    ("Founded", "1999-05-20", True),
                    ("Lease ends", "2026-05-21", False),
                )
            ]
        )
        for year in (2026, 2027):
            self.plan(occasion, f"{year}-05-18")
        self.assertEqual(self.dates(occasion), ["2026-05-20", "2026-05-21", "2027-05-20"])
        rows[1].date = "2027-08-01"
        self.plan(occasion, "2027-07-30")
        self.assertIn("2027-08-01", self.dates(occasion))

    def test_any_date_field_of_a_contact_or_an_order_line(self):
        field = self.env["ir.model.fields"]._get("res.partner", "create_date")
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2024-05-20' WHERE id = %s", [self.acme.id]
        )
        occasion = self.occasion("partner_date", field_id=field.id)
        self.plan(occasion, "2026-05-18")
        self.assertEqual(self.dates(occasion), ["2026-05-20"])
        order = self.env["sale.order"].create(
            {
                "partner_id": self.acme.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"name": "Warranty", "display_type": "line_note"})],
            }
        )
        order.state = "sale"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET create_date = '2026-05-21' WHERE order_id = %s", [order.id]
        )
        field = self.env["ir.model.fields"]._get("sale.order.line", "create_date")
        occasion = self.occasion("order_date", field_id=field.id, repeats=False)
        for today in ("2026-05-18", "2027-05-18"):
            self.plan(occasion, today)
        self.assertEqual(self.dates(occasion), ["2026-05-21"])
        self.assertEqual(self.days(occasion).about, "Warranty")

    # ------------------------------------------------------------------ for whom
    def test_tiers_health_segments_and_a_domain_all_hold(self):
        tag = self.env["res.partner.category"].create({"name": "Friends"})
        self.person("Dana", "1980-05-20")
        other = self.customer_of(self.ben, "Other")
        self.worth(other, tier="b", health="risk")
        self.person("Eli", "1980-05-20", other)
        for vals, names in (
            ({"tier_a": True}, ["Dana"]),
            ({"tier_a": True, "tier_b": True}, ["Dana", "Eli"]),
            ({"health_risk": True}, ["Eli"]),
            ({"segment_ids": tag.ids}, []),
            ({"domain": "[('name', '=', 'Other')]"}, ["Eli"]),
            ({"domain": "[('name', '=', 'Other')]", "tier_a": True}, []),
        ):
            with self.subTest(vals):
                occasion = self.occasion(**vals)
                self.plan(occasion, "2026-05-18")
                self.assertEqual(sorted(self.days(occasion).contact_id.mapped("name")), names)

    def test_archived_customers_and_those_of_others_are_left_out(self):
        self.person("Gone", "1980-05-20").active = False
        nobody = self.customer_of(self.ben, "No customer")
        self.person("Eli", "1980-05-20", nobody)
        occasion = self.occasion()
        self.plan(occasion, "2026-05-18")
        self.assertFalse(self.days(occasion))

    def test_of_all_companies_one_congratulates(self):
        dana = self.person("Dana", "1980-05-20")
        other = self.other_company("Elsewhere")
        self.env["crm.customer.value"].create(
            {
                "partner_id": self.acme.id,
                "company_id": other.id,
                "value_period": 0,
                "last_purchase_date": "2026-01-01",
            }
        )
        occasion = self.occasion(company_id=False, domain=f"[('id', '=', {self.acme.id})]")
        self.plan(occasion, "2026-05-18")
        found = self.days(occasion, contact_id=dana.id)
        self.assertEqual(found.company_id, other)

    def test_who_keeps_it(self):
        self.person("Dana", "1980-05-20")
        self.acme.with_company(self.company).account_manager_id = self.ben
        for vals, user in (
            ({}, self.ben),
            ({"responsible_type": "salesperson"}, self.anna),
            ({"responsible_type": "user", "user_id": self.boss.id}, self.boss),
        ):
            occasion = self.occasion(**vals)
            self.plan(occasion, "2026-05-18")
            self.assertEqual(self.days(occasion).user_id, user)
        self.anna.active = False
        occasion = self.occasion(responsible_type="salesperson")
        self.plan(occasion, "2026-05-18")
        self.assertFalse(self.days(occasion).user_id)

    # ------------------------------------------------------------------ looking ahead
    def test_the_preview_counts_people_by_day(self):
        today = self.occasion()._today()
        soon = today + timedelta(days=40)
        birth = date(2000, soon.month, soon.day if (soon.month, soon.day) != (2, 29) else 28)
        for name in ("Dana", "Eli"):
            self.person(name, birth)
        occasion = self.occasion()
        self.assertEqual(occasion._next_days(12), [(birth.replace(year=soon.year), 2)])
        action = occasion.with_user(self.boss).action_preview()
        lines = self.env["crm.occasion.preview"].search(action["domain"])
        self.assertEqual(lines.people, 2)
        self.assertEqual(len(self.occasion("holiday")._next_days(12)), 12)
        self.assertFalse(self.days(occasion))

    def test_what_cannot_be_is_refused(self):
        field = self.env["ir.model.fields"]._get("res.partner", "name")
        not_stored = self.env["ir.model.fields"]._get("res.partner", "next_touch_date")
        for vals in (
            {"kind": "holiday", "month": 2, "day": 30},
            {"kind": "partner_date"},
            {"kind": "partner_date", "field_id": not_stored.id},
            {"kind": "partner_date", "field_id": field.id},
            {"responsible_type": "user"},
            {"domain": "[('user_id.password', '=', 'x')]"},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self.occasion(**vals)

    def test_ready_made_occasions_are_there_and_switched_off(self):
        for name in ("birthday", "rosh_hashana", "pesach", "new_year", "first_purchase"):
            occasion = self.env.ref(f"crm_lifecycle.occasion_{name}")
            self.assertFalse(occasion.active)
            self.assertEqual(occasion.template_id.model, "crm.occasion.day")

    # ------------------------------------------------------------------ merges
    def test_merged_people_have_one_day_and_what_was_done_stays(self):
        dana = self.person("Dana", "1980-05-20")
        double = self.person("Danna", "1980-05-20")
        occasion = self.occasion()
        self.plan(occasion, "2026-05-18")
        self.days(occasion, contact_id=double.id).action_done()
        gift = self.env["crm.gift"].create({"name": "Dates", "company_id": self.company.id})
        for person in (dana, double):
            day = self.days(occasion, contact_id=person.id)
            day.gift_id = gift
            day.action_given()
        self.env["base.partner.merge.automatic.wizard"]._merge([dana.id, double.id], dana)
        self.env.invalidate_all()
        self.assertEqual(self.days(occasion).contact_id, dana)
        self.assertEqual(self.days(occasion).state, "done")
        self.assertEqual(len(dana.gift_given_ids), 1)
