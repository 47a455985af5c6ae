from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .event_common import EventCommon

CLOSED = {"complaint_state": "closed", "satisfaction": "4"}


@tagged("post_install", "-at_install")
class TestEventRules(EventCommon):
    """What a company notices by itself, held against the plainest reading of each rule."""

    def due(self, partner, amount, overdue, **vals):
        """An invoice that has been due for so many days."""
        day = self.day(-overdue)
        return self.invoice(
            partner,
            amount,
            day=day - timedelta(days=10),
            invoice_payment_term_id=False,
            invoice_date_due=day,
            **vals,
        )

    def pay(self, move):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"payment_date": self.today})._create_payments()

    def assertFinds(self, rule, expected, days=0):
        """The rule finds these rows by customer, of the customers of this test."""
        self.env.flush_all()
        found = self.env.execute_query_dict(rule._causes(self.day(days)))
        self.assertEqual(
            {one["partner_id"]: one["source_ids"] for one in found},
            {partner.id: sorted(rows.ids) for partner, rows in expected.items() if rows},
        )
        return {one["partner_id"]: one["facts"] for one in found}

    # ------------------------------------------------------------------ each kind
    def naive_overdue(self, rule):
        """Invoices of the company with a receivable line unpaid for so many days."""
        limit, found = self.day(-rule.days), {}
        moves = self.env["account.move"].search([("company_id", "=", self.company.id)])
        for partner, some in moves.grouped("commercial_partner_id").items():
            lines = some.filtered(lambda m: m.move_type == "out_invoice").line_ids.filtered(
                lambda line: (
                    line.parent_state == "posted"
                    and line.account_id.account_type == "asset_receivable"
                    and line.amount_residual > 0
                    and line.date_maturity <= limit
                )
            )
            if sum(lines.mapped("amount_residual")) > rule.amount:
                found[partner] = lines.move_id
        return found

    def test_invoices_overdue(self):
        rule = self.rule("overdue", days=30, amount=100)
        late = self.due(self.hers, 80, 30) | self.due(self.hers, 70, 45)
        self.due(self.hers, 999, 29)
        self.due(self.his, 100, 90)
        self.due(self.his, 500, 90, post=False)
        paid = self.due(self.his, 400, 90)
        self.pay(paid)
        self.assertEqual(self.naive_overdue(rule), {self.hers: late})
        facts = self.assertFinds(rule, self.naive_overdue(rule))
        self.assertEqual(facts[self.hers.id], {"days": 30, "amount": "150.00"})

    def test_an_instalment_overdue(self):
        rule = self.rule("overdue", days=10)
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 60)
                ],
            }
        )
        move = self.invoice(self.hers, 100, self.day(-20), invoice_payment_term_id=term.id)
        self.assertFinds(rule, self.naive_overdue(rule))
        self.assertEqual(self.assertFinds(rule, {self.hers: move})[self.hers.id]["amount"], "50.00")

    def test_amounts_are_in_the_company_s_currency(self):
        rule = self.rule("overdue", days=10, amount=100)
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 4.0)])
        rich = self.due(self.hers, 1000, 20, currency_id=euro.id)
        self.due(self.his, 300, 20, currency_id=euro.id)
        self.assertAlmostEqual(rich.amount_residual_signed, 250)
        facts = self.assertFinds(rule, self.naive_overdue(rule))
        self.assertEqual(facts, {self.hers.id: {"days": 10, "amount": "250.00"}})

    def test_another_company_s_invoices_are_not_ours(self):
        other = self.other_company()
        rule = self.rule("overdue", days=10)
        theirs = self.rule("overdue", days=10, company_id=other.id)
        move = self.due(self.hers, 100, 20, company=other)
        self.assertFinds(rule, {})
        self.assertFinds(theirs, {self.hers: move})
        self.notice(theirs)
        self.assertEqual(self.raised(theirs).company_id, other)

    def test_purchases_falling(self):
        rule = self.rule("purchases_less", days=90, percent=50, amount=100)
        halved = self.invoice(self.hers, 200, self.day(-100)) | self.invoice(
            self.hers, 99, self.day(-89)
        )
        self.invoice(self.his, 200, self.day(-90))
        self.invoice(self.his, 100, self.day(-1))
        small = self.customer_of(self.anna, "Small")
        self.invoice(small, 99, self.day(-100))
        self.invoice(small, 999, self.day(-180))
        facts = self.assertFinds(rule, {self.hers: halved})
        self.assertEqual(facts[self.hers.id], {"days": 90, "amount": "99.00", "before": "200.00"})

    def test_a_credit_note_makes_purchases_fall(self):
        rule = self.rule("purchases_less", days=90, percent=50)
        moves = self.invoice(self.hers, 200, self.day(-100))
        moves |= self.invoice(self.hers, 200, self.day(-10))
        self.assertFinds(rule, {})
        moves |= self.invoice(self.hers, 150, self.day(-5), move_type="out_refund")
        self.assertFinds(rule, {self.hers: moves})

    def test_no_purchase_for_longer_than_their_rhythm(self):
        rule = self.rule("purchases_late", factor=2)
        rhythm = self.env["account.move"]
        for days in (101, 81, 61):
            rhythm |= self.invoice(self.hers, 10, self.day(-days))
            self.invoice(self.his, 10, self.day(-days + 21))
        few = self.customer_of(self.anna, "Bought twice")
        for days in (300, 290):
            self.invoice(few, 10, self.day(-days))
        self.refresh(self.hers, self.his, few)
        self.assertFinds(rule, {self.hers: rhythm})
        self.assertFinds(rule, {}, days=-21)

    def test_many_returns(self):
        rule = self.rule("returns", days=30, number=2)
        back = self.returned_delivery(self.hers) | self.returned_delivery(self.hers)
        self.returned_delivery(self.his)
        self.assertFinds(rule, {self.hers: back})
        self.assertFinds(rule, {self.hers: back}, days=29)
        self.assertFinds(rule, {}, days=31)

    def test_a_complaint_without_an_answer(self):
        rule = self.rule("complaint", days=3)
        waiting = self.contact(self.hers, -3, is_complaint=True)
        self.contact(self.hers, -2, is_complaint=True)
        self.contact(
            self.his, -9, is_complaint=True, complaint_state="answered", complaint_answer="Yes"
        )
        self.assertFinds(rule, {self.hers: waiting})

    def test_unhappy_and_not_happier_since(self):
        rule = self.rule("satisfaction", days=60, number=2)
        unhappy = self.contact(self.hers, -10, satisfaction="3") and self.contact(
            self.hers, -9, satisfaction="2"
        )
        unhappy |= self.contact(self.hers, -8, satisfaction="1")
        self.contact(self.hers, -7)
        self.contact(self.his, -9, satisfaction="1")
        self.contact(self.his, -8, satisfaction="4")
        self.contact(self.customer_of(self.anna), -60, satisfaction="1")
        self.assertFinds(rule, {self.hers: unhappy})

    def test_mails_coming_back(self):
        rule = self.rule("bounce", number=3)
        self.worth(self.hers)
        self.worth(self.his)
        person = self.env["res.partner"].create(
            {"name": "Person", "parent_id": self.hers.id, "message_bounce": 3}
        )
        self.his.message_bounce = 2
        self.env["res.partner"].create({"name": "Stranger", "message_bounce": 9})
        self.assertFinds(rule, {self.hers: person})

    def test_archived_customers_are_left_out(self):
        rule = self.rule("overdue", days=10)
        self.due(self.hers, 100, 20)
        self.hers.active = False
        self.assertFinds(rule, {})

    # ------------------------------------------------------------------ only differences
    def test_the_same_is_not_raised_twice(self):
        rule = self.rule("overdue", days=30)
        move = self.due(self.hers, 100, 40)
        self.assertEqual(self.notice(rule), 1)
        event = self.raised(rule)
        self.assertEqual(event.partner_id, self.hers)
        self.assertEqual((event.source, event.source_count), ("rule", 1))
        self.assertEqual(event.source_ids, move.ids)
        self.assertEqual(event.risk_points, 20)
        written = event.write_date
        for days in (0, 1, 60):
            self.assertEqual(self.notice(rule, days), 0)
        self.assertEqual(self.raised(rule), event)
        self.assertEqual(event.write_date, written)

    def test_rows_that_come_and_go_stay_one_event(self):
        rule = self.rule("overdue", days=30)
        first = self.due(self.hers, 100, 40)
        self.notice(rule)
        event = self.raised(rule)
        second = self.due(self.hers, 50, 35)
        self.assertEqual(self.notice(rule), 1)
        self.assertEqual(event.source_ids, (first | second).ids)
        self.assertIn("2 invoices", event.reason)
        self.assertIn("150.00", event.reason)
        self.pay(first)
        self.notice(rule)
        self.assertEqual(event.source_ids, second.ids)
        self.assertFalse(event.ended_on)

    def test_an_event_ends_with_its_cause_and_stays(self):
        rule = self.rule("overdue", days=30)
        move = self.due(self.hers, 100, 40)
        self.notice(rule)
        event = self.raised(rule)
        self.pay(move)
        self.notice(rule, 2)
        self.assertEqual(event.ended_on, self.day(2))
        self.assertEqual(event.bears_until, self.day(2))
        self.assertEqual(event.source_ids, move.ids)
        self.assertEqual(self.notice(rule, 3), 0)

    def test_an_answered_complaint_ends_its_event(self):
        rule = self.rule("complaint", days=3)
        complaint = self.contact(self.hers, -5, is_complaint=True)
        self.notice(rule)
        complaint.write({"complaint_state": "answered", "complaint_answer": "Yes"})
        self.notice(rule)
        self.assertEqual(self.raised(rule).ended_on, self.today)

    def test_again_only_after_the_quiet_days(self):
        rule = self.rule("complaint", days=3)
        first = self.contact(self.hers, -5, is_complaint=True)
        self.notice(rule)
        first.write(CLOSED)
        self.notice(rule, 1)
        self.contact(self.hers, -4, is_complaint=True)
        self.assertEqual(self.notice(rule, 30), 0)
        self.assertEqual(self.notice(rule, 31), 1)
        self.assertEqual(len(self.raised(rule)), 2)
        self.assertEqual(len(self.raised(rule, standing=True)), 1)

    def test_what_somebody_reported_is_not_raised_again(self):
        rule = self.rule("complaint", days=3)
        self.contact(self.hers, -5, is_complaint=True)
        self.event(self.hers, rule.type_id)
        self.assertEqual(self.notice(rule), 0)
        self.assertEqual(self.notice(rule, 30), 1)

    def test_a_closed_event_is_not_raised_while_its_cause_lasts(self):
        rule = self.rule("complaint", days=3)
        self.contact(self.hers, -5, is_complaint=True)
        self.notice(rule)
        self.raised(rule).action_close()
        self.assertEqual(self.notice(rule, 90), 0)
        self.assertEqual(len(self.raised(rule)), 1)

    def test_a_rule_that_is_off_raises_nothing_and_ends_what_ended(self):
        rule = self.rule("complaint", days=3)
        complaint = self.contact(self.hers, -5, is_complaint=True)
        self.notice(rule)
        rule.active = False
        self.contact(self.his, -5, is_complaint=True)
        self.assertIn(rule, rule.search(rule._noticing_domain()))
        self.assertEqual(self.notice(rule), 0)
        complaint.write(CLOSED)
        self.assertEqual(self.notice(rule), 1)
        self.assertTrue(self.raised(rule).ended_on)
        self.assertNotIn(rule, rule.search(rule._noticing_domain()))

    def test_small_batches_find_the_same(self):
        rule = self.rule("complaint", days=3)
        customers = [self.customer_of(self.anna, f"Customer {n}") for n in range(5)]
        for customer in customers:
            self.contact(customer, -5, is_complaint=True)
        with patch("odoo.addons.crm_lifecycle.models.retention.event_rule_run.BATCH", 2):
            self.assertEqual(self.notice(rule), 5)
        self.assertEqual(sorted(self.raised(rule).partner_id.ids), [c.id for c in customers])

    def test_the_job_goes_through_the_rules(self):
        rule = self.rule("complaint", days=3)
        self.contact(self.hers, -5, is_complaint=True)
        job = self.env.ref("crm_lifecycle.cron_crm_event_rule")
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertEqual(len(self.raised(rule)), 1)
        self.assertTrue(rule.last_run_at)

    def test_one_query_whatever_the_number_of_customers(self):
        rule = self.rule("complaint", days=3)
        for number in range(3):
            self.contact(self.customer_of(self.anna, f"C{number}"), -5, is_complaint=True)
        self.env.flush_all()
        rule._differences(self.today)
        with self.assertQueryCount(1):
            rule._differences(self.today)

    def test_what_is_raised_and_ended_changes_the_customer_s_figures(self):
        rule = self.rule("complaint", days=3)
        complaint = self.contact(self.hers, -5, is_complaint=True)
        pending = self.env.cr.precommit.data
        for change in ({"complaint_state": "open"}, CLOSED):
            complaint.write(change)
            pending.pop("crm_lifecycle.changed", None)
            self.notice(rule)
            key = (self.hers.id, self.company.id)
            self.assertIn(key, pending.get("crm_lifecycle.changed", ()))

    # ------------------------------------------------------------------ the rules
    def test_a_company_has_the_ready_made_rules_switched_off(self):
        company = self.env["res.company"].create({"name": "New"})
        rules = self.env["crm.event.rule"].with_context(active_test=False)
        made = rules.search([("company_id", "=", company.id)])
        self.assertEqual(len(made), 7)
        self.assertFalse(any(made.mapped("active")))
        made[1:].unlink()
        rules._install_ready_made()
        self.assertEqual(rules.search([("company_id", "=", company.id)]), made[:1])

    def test_every_kind_has_a_statement_and_a_sentence(self):
        for kind, label in self.env["crm.event.rule"]._fields["kind"].selection:
            with self.subTest(kind):
                rule = self.rule(kind)
                self.assertEqual(rule.display_name, label)
                self.env.execute_query(rule._causes(self.today))
                facts = {"days": 1, "amount": "2.00", "before": "3.00", "number": 4}
                facts |= {"last": "2026-01-01", "interval": 5}
                reason = self.events._reason_of(kind, 17, facts, self.company)
                self.assertIn("17", reason)

    def test_thresholds_have_limits(self):
        for vals in ({"days": 0}, {"percent": 101}, {"factor": 1}, {"amount": -1}, {"number": 0}):
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.rule("overdue", **vals).flush_recordset()
        with self.assertRaises(ValidationError):
            self.rule("satisfaction", number=6)

    def test_a_rule_that_raised_events_stays_what_it_is(self):
        rule = self.rule("complaint", days=3)
        rule.kind = "satisfaction"
        rule.kind = "complaint"
        self.contact(self.hers, -5, is_complaint=True)
        self.notice(rule)
        with self.assertRaisesRegex(UserError, "raised events"):
            rule.kind = "satisfaction"
