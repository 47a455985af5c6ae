from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from ..models.pipeline import start_rule_start
from .start_rule_common import StartRuleCommon


@tagged("post_install", "-at_install")
class TestStartRuleStart(StartRuleCommon):
    """What a rule chooses is started once, with its name, its revenue and its person."""

    def test_the_opportunity_is_as_the_rule_says(self):
        customer = self.bought("Almog")
        lead = self.start()
        self.assertEqual((lead.name, lead.partner_id), ("More for Almog", customer))
        self.assertEqual((lead.type, lead.lifecycle_phase), ("opportunity", "enhancement"))
        self.assertEqual((lead.stage_id, lead.team_id), (self.grow, self.team))
        self.assertEqual((lead.expected_revenue, lead.priority), (200, "1"))
        self.assertEqual((lead.user_id, lead.company_id), (self.seller, self.company))
        self.assertIn("Started by the rule Ten days after", lead.description)

    def test_a_name_is_a_name_and_no_pattern(self):
        self.rule.lead_name = "{customer} {0.__class__} {customer}"
        self.bought("{customer} <b>A</b>")
        lead = self.start()
        self.assertEqual(lead.name, "{customer} <b>A</b> {0.__class__} {customer} <b>A</b>")

    def test_a_fixed_amount_and_a_stage(self):
        later = self.stage("Later", 20, "enhancement")
        self.rule.write({"revenue_type": "fixed", "expected_revenue": 77, "stage_id": later.id})
        self.bought()
        lead = self.start()
        self.assertEqual((lead.expected_revenue, lead.stage_id), (77, later))

    def test_an_archived_stage_is_left_out(self):
        later = self.stage("Later", 20, "enhancement")
        self.rule.stage_id = later
        later.active = False
        self.bought()
        self.assertEqual(self.start().stage_id, self.grow)

    def test_led_by_the_account_manager_or_the_salesperson_or_somebody_named(self):
        customer = self.bought()
        customer.account_manager_id = self.colleague
        found = self.rule._candidates(self.today)[0]
        self.assertEqual(self.rule._leader_of(found), self.colleague.id)
        self.rule.responsible_type = "salesperson"
        self.assertEqual(self.rule._leader_of(found), self.seller.id)
        self.rule.write({"responsible_type": "user", "user_id": self.leader.id})
        self.assertEqual(self.start().user_id, self.leader)

    def test_where_nobody_is_left_it_waits_without_a_person(self):
        customer = self.bought()
        self.seller.active = False
        lead = self.start()
        self.assertEqual(lead.partner_id, customer)
        self.assertFalse(lead.user_id)

    def test_started_once_within_the_days_of_the_rule(self):
        self.bought()
        lead = self.start()
        self.assertTrue(lead)
        lead.action_set_lost()
        self.assertFalse(self.start())
        self.rule.made_ids.date = self.today - timedelta(days=29)
        self.assertFalse(self.start())
        self.rule.made_ids.date = self.today - timedelta(days=30)
        self.assertTrue(self.start())
        self.assertEqual(self.rule.made_count, 2)

    def test_the_key_refuses_a_second_one_of_the_day(self):
        self.bought()
        self.start()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.rule.made_ids.copy()
            self.env.flush_all()

    def test_two_rules_do_not_start_for_the_same_customer(self):
        other = self.rule.copy({"sequence": 5, "name": "First of all", "lead_name": "First"})
        self.bought()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *_a, **_k: 1.0):
            self.env["crm.start.rule"]._cron_start()
        self.assertEqual(other.made_count, 1)
        self.assertFalse(self.rule.made_count)

    def test_batches_make_no_difference(self):
        for number in range(5):
            self.bought(f"Customer {number}")
        with patch.object(start_rule_start, "BATCH", 2):
            self.assertEqual(len(self.start()), 5)

    def test_a_job_that_was_stopped_goes_on(self):
        for number in range(3):
            self.bought(f"Customer {number}")
        with patch.object(start_rule_start, "BATCH", 2):
            self.assertFalse(self.rule._start(lambda _done: False))
            self.assertEqual(self.rule.made_count, 2)
            self.assertEqual(len(self.start()), 1)

    def test_an_archived_rule_starts_nothing(self):
        self.bought()
        self.rule.active = False
        self.assertEqual(self.rule._start_batch(self.today), 0)

    def test_who_is_hidden_from_a_manager_s_other_company_stays_so(self):
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = self.persona(
            "rule_stranger",
            role="manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.bought()
        self.start()
        rules = self.rule.with_user(stranger).with_context(allowed_company_ids=other.ids)
        made = rules.env["crm.start.rule.made"]
        self.assertFalse(rules.search([("id", "=", self.rule.id)]))
        self.assertFalse(made.search([("rule_id", "=", self.rule.id)]))
        with self.assertRaises(AccessError):
            rules.action_preview()

    def test_salespersons_neither_read_nor_try_rules(self):
        rule = self.rule.with_user(self.seller)
        for method in (rule.action_preview, rule.action_open_leads):
            with self.assertRaises(AccessError):
                method()
        with self.assertRaises(AccessError):
            rule.name = "Mine"

    def test_nobody_writes_what_was_started(self):
        self.bought()
        self.start()
        with self.assertRaises(AccessError):
            self.rule.made_ids.with_user(self.manager).unlink()

    def test_a_named_person_is_required_where_one_leads(self):
        with self.assertRaises(ValidationError):
            self.rule.write({"responsible_type": "user", "user_id": False})

    def test_a_stage_of_the_other_process_is_refused(self):
        with self.assertRaises(ValidationError):
            self.rule.stage_id = self.first

    def test_a_manager_writes_a_rule_in_the_form(self):
        form = Form(self.env["crm.start.rule"].with_user(self.manager))
        form.name = "Yearly review"
        form.days = 365
        rule = form.save()
        self.assertEqual(rule.company_id, self.company)
        self.assertEqual(rule.action_open_leads()["domain"], [("id", "in", [])])

    def test_our_statements_are_as_many_for_fifty_as_for_one(self):
        self.bought("One")
        self.start()
        one = self.statements(1)
        # A few more, once, for the larger insert; nothing for each customer.
        self.assertLessEqual(self.statements(50), one + 3)

    def statements(self, customers):
        """How many statements on the rules and the worth a job takes for so many customers."""
        for number in range(customers):
            self.bought(f"Customer {customers} {number}")
        self.env.flush_all()
        self.env.invalidate_all()
        log, execute = [], type(self.env.cr).execute

        def note(cursor, query, *args, **kwargs):
            log.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", note):
            started = self.rule._start(lambda _done: True)
            self.env.flush_all()
        self.assertTrue(started)
        return sum("crm_start_rule" in one or "crm_customer_value" in one for one in log)
