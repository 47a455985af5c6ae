from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .event_common import EventCommon


@tagged("post_install", "-at_install")
class TestEventReport(EventCommon):
    """Events by hand and by interfaces: who may, what the server fills in, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_unowned_visible = False

    def reported(self, partner, **vals):
        return {
            "partner_id": partner.id,
            "company_id": self.company.id,
            "type_id": self.layoffs.id,
            **vals,
        }

    # ------------------------------------------------------------------ what the type says
    def test_an_event_keeps_what_its_type_said(self):
        event = self.event(self.hers, date=self.day(-3))
        self.assertEqual(event.risk_points, self.layoffs.risk_points)
        self.assertEqual(event.bears_until, self.day(-3 + self.layoffs.bears_days))
        points = event.risk_points
        self.layoffs.write({"risk_points": 99, "bears_days": 1})
        self.env.flush_all()
        self.assertEqual(event.risk_points, points)
        self.assertGreater(event.bears_until, self.day(1))

    def test_another_type_or_date_is_another_bearing(self):
        event = self.event(self.hers)
        funding = self.env.ref("crm_lifecycle.event_type_funding")
        event.write({"type_id": funding.id, "date": self.day(-5)})
        self.assertEqual(event.risk_points, funding.risk_points)
        self.assertEqual(event.bears_until, self.day(-5) + timedelta(days=funding.bears_days))

    def test_an_event_at_a_person_is_one_at_the_customer(self):
        person = self.env["res.partner"].create({"name": "Person", "parent_id": self.hers.id})
        self.assertEqual(self.event(person).partner_id, self.hers)
        filled = self.asked(self.anna).with_context(default_partner_id=person.id)
        event = filled.create({"type_id": self.layoffs.id})
        self.assertEqual(event.partner_id, self.hers)

    # ------------------------------------------------------------------ by hand
    def test_the_dialog_asks_for_the_type_only(self):
        partner = self.asked(self.anna, "res.partner").browse(self.hers.id)
        action = partner.action_report_event()
        self.assertEqual(action["target"], "new")
        asked = self.asked(self.anna).with_context(**action["context"])
        with Form(asked, view="crm_lifecycle.view_crm_customer_event_form_report") as form:
            form.type_id = self.layoffs
        event = form.record.sudo()
        self.assertEqual((event.partner_id, event.date), (self.hers, self.today))
        self.assertEqual((event.source, event.state), ("manual", "open"))
        self.assertEqual(partner.customer_event_count, 1)
        found = self.asked(self.anna).search(partner.action_open_events()["domain"])
        self.assertEqual(found.ids, event.ids)

    def test_closing_with_an_outcome_and_opening_again(self):
        event = self.asked(self.anna).create(self.reported(self.hers))
        event.outcome = "They stay."
        event.action_close()
        self.assertEqual(event.state, "closed")
        self.assertEqual((event.closed_on, event.closed_user_id), (self.today, self.anna))
        event.action_reopen()
        self.assertEqual((event.state, event.closed_on), ("open", False))
        self.assertEqual(event.outcome, "They stay.")

    def test_users_report_at_their_own_customers_only(self):
        mine = self.asked(self.anna).create(self.reported(self.hers))
        self.assertEqual(self.asked(self.anna).search([("id", "=", mine.id)]).ids, mine.ids)
        self.assertFalse(self.asked(self.ben).search([("id", "=", mine.id)]))
        self.assertTrue(self.asked(self.analyst).search([("id", "=", mine.id)]))
        theirs = self.event(self.his)
        for door in (
            lambda: self.asked(self.anna).create(self.reported(self.his)),
            lambda: self.asked(self.anna).browse(mine.id).write({"partner_id": self.his.id}),
            lambda: self.asked(self.anna).browse(theirs.id).action_close(),
            lambda: self.asked(self.anna).browse(theirs.id).action_reopen(),
            lambda: self.asked(self.anna).browse(theirs.id).action_open_partner(),
            lambda: self.asked(self.anna).browse(theirs.id).write({"note": "x"}),
            lambda: self.asked(self.anna).browse(mine.id).unlink(),
            lambda: self.asked(self.anna, "res.partner").browse(self.his.id).action_report_event(),
            lambda: self.asked(self.anna, "res.partner").browse(self.his.id).action_open_events(),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                door()
        self.asked(self.boss).browse(mine.id).unlink()

    def test_what_the_server_says_no_client_says(self):
        rule = self.rule("complaint")
        vals = {
            "risk_points": -99,
            "bears_until": "2199-01-01",
            "state": "closed",
            "ended_on": "2020-01-01",
            "source": "rule",
            "rule_id": rule.id,
            "rule_kind": "bounce",
            "source_ids": [self.his.id],
            "source_count": 7,
            "external_id": "X",
        }
        defaults = {f"default_{name}": value for name, value in vals.items()}
        asked = self.asked(self.anna)
        events = asked.create(self.reported(self.hers, **vals))
        events |= asked.with_context(**defaults).create(self.reported(self.hers))
        events[0].write(vals)
        for event in events.sudo():
            self.assertEqual(event.risk_points, self.layoffs.risk_points)
            self.assertEqual((event.state, event.source), ("open", "manual"))
            names = ["ended_on", "rule_id", "rule_kind", "source_ids", "external_id"]
            self.assertFalse(any(event[name] for name in names))
            with self.assertRaises(UserError):
                event.action_open_sources()

    def test_what_a_rule_noticed_keeps_its_facts(self):
        rule = self.rule("complaint", days=3)
        self.contact(self.hers, -5, is_complaint=True)
        self.notice(rule)
        event = self.asked(self.anna).browse(self.raised(rule).id)
        event.write({"note": "They wait for a part.", "outcome": "Sent."})
        for vals in ({"date": self.day(-9)}, {"type_id": self.layoffs.id}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "A rule noticed"):
                event.write(vals)

    def test_the_sentence_counts_what_is_opened(self):
        rule = self.rule("complaint", days=3)
        for days in (-5, -6):
            self.contact(self.hers, days, is_complaint=True)
        self.notice(rule)
        event = self.asked(self.anna).browse(self.raised(rule).id)
        action = event.action_open_sources()
        rows = self.asked(self.anna, action["res_model"]).search(action["domain"])
        self.assertEqual(len(rows), 2)
        self.assertTrue(event.reason.startswith("2 complaints"))
        with self.assertRaises(AccessError):
            self.asked(self.ben).browse(event.id).action_open_sources()

    def test_outsiders_have_no_part_in_it(self):
        outsider = self.persona("event_outsider", None, "base.group_partner_manager")
        self.event(self.hers)
        for door in (
            lambda: self.asked(outsider).search([]),
            lambda: self.asked(outsider).create(self.reported(self.hers)),
            lambda: self.asked(outsider).report(self.hers.id, "layoffs"),
            lambda: self.asked(outsider, "crm.event.rule").search([]),
            lambda: self.asked(outsider, "crm.customer.event.type").search([]),
        ):
            with self.assertRaises(AccessError):
                door()

    # ------------------------------------------------------------------ types and rules
    def test_types_and_rules_are_the_managers(self):
        rule = self.rule("complaint")
        for user in (self.anna, self.analyst):
            for model, record in (
                ("crm.event.rule", rule),
                ("crm.customer.event.type", self.layoffs),
            ):
                asked = self.asked(user, model).browse(record.id)
                self.assertTrue(asked.display_name)
                with self.assertRaises(AccessError):
                    asked.write({"sequence": 3})
                with self.assertRaises(AccessError):
                    asked.unlink()
            with self.assertRaises(AccessError):
                self.asked(user, "crm.event.rule").browse(rule.id).action_preview()
        self.asked(self.boss, "crm.event.rule").browse(rule.id).write({"days": 9})
        self.asked(self.boss, "crm.customer.event.type").browse(self.layoffs.id).risk_points = 5

    def test_another_company_s_rules_are_hidden(self):
        other = self.other_company()
        rule = self.rule("complaint", company_id=other.id)
        asked = self.asked(self.boss, "crm.event.rule").with_context(active_test=False)
        self.assertFalse(asked.search([("id", "=", rule.id)]))
        with self.assertRaises(AccessError):
            asked.browse(rule.id).action_open_events()
        with self.assertRaises(AccessError):
            asked.create({"kind": "bounce", "company_id": other.id, "type_id": rule.type_id.id})

    def test_another_company_s_events_are_hidden(self):
        other = self.other_company()
        theirs = self.event(self.hers, company_id=other.id)
        for user in (self.anna, self.analyst, self.boss):
            self.assertFalse(self.asked(user).search([("id", "=", theirs.id)]))
        with self.assertRaises(AccessError):
            self.asked(self.anna).create(self.reported(self.hers, company_id=other.id))

    def test_a_dry_run_says_whom_and_raises_nothing(self):
        rule = self.rule("complaint", days=3)
        rule.active = False
        self.contact(self.hers, -5, is_complaint=True)
        action = self.asked(self.boss, "crm.event.rule").browse(rule.id).action_preview()
        lines = self.asked(self.boss, action["res_model"]).search(action["domain"])
        self.assertEqual(lines.partner_id.ids, self.hers.ids)
        self.assertEqual((lines.source_count, lines.user_id), (1, self.anna))
        self.assertTrue(lines.reason.startswith("1 complaints"))
        self.assertIn("1", action["name"])
        self.assertFalse(self.raised(rule))

    def test_a_used_type_is_archived_and_not_deleted(self):
        self.event(self.hers)
        with self.assertRaisesRegex(UserError, "Archive it"):
            self.asked(self.boss, "crm.customer.event.type").browse(self.layoffs.id).unlink()

    def test_codes_are_unique_and_plans_are_of_contacts(self):
        types = self.env["crm.customer.event.type"]
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            types.create({"name": "Again", "code": "layoffs"})
        types.create([{"name": "Without"}, {"name": "Without a code"}])
        plan = self.env["mail.activity.plan"].create({"name": "Leads", "res_model": "crm.lead"})
        with self.assertRaisesRegex(ValidationError, "not for contacts"):
            self.layoffs.plan_id = plan
        with self.assertRaises(ValidationError):
            self.layoffs.responsible_type = "user"

    # ------------------------------------------------------------------ interfaces
    def test_reporting_by_code(self):
        asked = self.asked(self.anna)
        event_id = asked.report(self.hers.id, "layoffs", "2026-01-31", "Read it", "crm-1")
        event = self.events.browse(event_id)
        self.assertEqual((event.type_id, event.partner_id), (self.layoffs, self.hers))
        self.assertEqual(str(event.date), "2026-01-31")
        self.assertEqual((event.source, event.external_id), ("api", "crm-1"))
        self.assertEqual(event.company_id, self.company)

    def test_reporting_twice_is_reporting_once(self):
        first = self.asked(self.anna).report(self.hers.id, "layoffs", external_id="one")
        again = self.asked(self.anna).report(self.hers.id, "funding", external_id="one")
        self.assertEqual(first, again)
        self.assertNotEqual(first, self.asked(self.anna).report(self.hers.id, "layoffs"))

    def test_a_reference_tells_nothing_of_hidden_customers(self):
        self.asked(self.ben).report(self.his.id, "layoffs", external_id="secret")
        with self.assertRaises(AccessError):
            self.asked(self.anna).report(self.hers.id, "layoffs", external_id="secret")
        messages = []
        for customer in (self.his.id, 2**31 - 1):
            with self.assertRaises(AccessError) as caught:
                self.asked(self.anna).report(customer, "layoffs")
            messages.append(str(caught.exception))
        self.assertEqual(messages[0], messages[1])

    def test_wrong_arguments_are_named(self):
        asked = self.asked(self.anna)
        for arguments, word in (
            ((None, "layoffs"), "customer"),
            (("1", "layoffs"), "customer"),
            ((True, "layoffs"), "customer"),
            ((self.hers.id, "nonsense"), "type_code"),
            ((self.hers.id, None), "type_code"),
            ((self.hers.id, "layoffs", "yesterday"), "date"),
            ((self.hers.id, "layoffs", 7), "date"),
            ((self.hers.id, "layoffs", None, 7), "note"),
            ((self.hers.id, "layoffs", None, None, ["x"]), "external_id"),
        ):
            with self.subTest(arguments), self.assertRaisesRegex(UserError, word):
                asked.report(*arguments)
