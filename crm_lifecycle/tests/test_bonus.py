import random
from collections import defaultdict
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .retention_common import RetentionCommon

SEED = 20261122
FIGURES = ("revenue", "won", "kept", "grown")


class BonusCommon(RetentionCommon):
    """A period of the last hundred days, and invoices of two people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls.new_period()

    @classmethod
    def new_period(cls, **vals):
        return cls.env["crm.bonus.period"].create(
            {
                "company_id": cls.company.id,
                "date_from": cls.day(-99),
                "date_to": cls.today,
                "won_percent": 10,
                "kept_percent": 2,
                "grown_percent": 5,
                **vals,
            }
        )

    @classmethod
    def sold(cls, partner, amount, days, user=None, **vals):
        """An invoice, or for a negative amount a credit note, so many days from today."""
        kind = "out_invoice" if amount >= 0 else "out_refund"
        user = cls.anna if user is None else user
        vals = {"invoice_user_id": user.id, **vals}
        return cls.invoice(partner, abs(amount), cls.day(days), kind, **vals)

    def line(self, user, period=None):
        period = period or self.period
        return period.line_ids.filtered(lambda line: line.user_id == user)

    def figures(self, user):
        self.period.action_compute()
        line = self.line(user)
        return tuple(line[name] for name in FIGURES)


@tagged("post_install", "-at_install")
class TestBonus(BonusCommon):
    """What was won, kept and grown, whose it is, and that a closed period stays."""

    def test_the_first_365_days_are_won(self):
        partner = self.customer_of(self.anna)
        self.sold(partner, 1000, -370)
        self.sold(partner, 30, -6)  # the 365th day, counted from the first
        self.sold(partner, 7, -5)
        self.assertEqual(self.figures(self.anna), (37, 30, 0, 7))

    def test_kept_up_to_the_amount_before_and_grown_above(self):
        partner = self.customer_of(self.anna)
        self.sold(partner, 500, -800)
        self.sold(partner, 200, -150)
        self.sold(partner, 180, -50)
        self.assertEqual(self.figures(self.anna), (180, 0, 180, 0))
        self.sold(partner, 120, -40)
        self.assertEqual(self.figures(self.anna), (300, 0, 200, 100))
        self.assertEqual(self.line(self.anna).bonus, 9)

    def test_credit_notes_are_negative(self):
        partner = self.customer_of(self.anna)
        self.sold(partner, 500, -800)
        self.sold(partner, 200, -150)
        self.sold(partner, 300, -50)
        self.sold(partner, -250, -40)
        self.assertEqual(self.figures(self.anna), (50, 0, 50, 0))

    def test_a_customer_of_two_people_is_shared_by_amount(self):
        partner = self.customer_of(self.anna)
        self.sold(partner, 500, -800)
        self.sold(partner, 100, -150)
        self.sold(partner, 150, -50)
        self.sold(partner, 50, -40, self.ben)
        self.assertEqual(self.figures(self.anna), (150, 0, 75, 75))
        self.assertEqual(self.figures(self.ben), (50, 0, 25, 25))

    def test_the_period_before_is_as_long(self):
        self.assertEqual(self.period.previous_from, self.day(-199))
        self.assertEqual(self.period.previous_to, self.day(-100))
        partner = self.customer_of(self.anna)
        self.sold(partner, 500, -800)
        for days in (-200, -199, -100, -99):
            self.sold(partner, 10, days)
        self.assertEqual(self.figures(self.anna), (10, 0, 10, 0))

    def changes(self, partner):
        """The changes of who looks after a customer."""
        return self.env["crm.owner.change"].search([("partner_id", "=", partner.id)])

    def happened(self, changes, days):
        """Let changes of owner have been made at noon of a day, which nobody can write."""
        moment = fields.Datetime.to_datetime(self.day(days)) + timedelta(hours=12)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_owner_change SET date = %s WHERE id = ANY(%s)", (moment, changes.ids)
        )
        self.env.invalidate_all()

    def test_by_the_account_manager_instead(self):
        partner = self.customer_of(self.anna)
        partner.with_company(self.company).account_manager_id = self.ben
        self.happened(self.changes(partner), -20)
        self.sold(partner, 100, -10, self.anna)
        self.period.by = "manager"
        self.period.action_compute()
        self.assertEqual(self.line(self.ben).revenue, 100)
        self.assertFalse(self.line(self.anna))

    def test_by_the_account_manager_of_that_day(self):
        partner = self.customer_of(self.anna)
        self.sold(partner, 100, -10, self.boss)
        self.sold(partner, 7, -2, self.boss)
        self.happened(self.changes(partner), -900)
        partner.user_id = self.ben
        self.happened(self.changes(partner).filtered("from_user_id"), -4)
        self.period.by = "manager"
        self.period.action_compute()
        self.assertEqual(self.line(self.anna).revenue, 100)
        self.assertEqual(self.line(self.ben).revenue, 7)

    def test_what_is_nobodys_has_a_line_too(self):
        self.sold(self.customer_of(None), 40, -10, self.env["res.users"])
        self.period.action_compute()
        self.assertEqual(self.line(self.env["res.users"]).won, 40)

    def test_other_companies_and_drafts_do_not_count(self):
        other = self.other_company()
        partner = self.customer_of(self.anna)
        self.sold(partner, 100, -10, company=other)
        self.sold(partner, 100, -10, post=False)
        self.period.action_compute()
        self.assertFalse(self.period.line_ids)

    def test_each_line_opens_what_it_adds_up(self):
        partner = self.customer_of(self.anna)
        for days in (-700, -150, -20, -10):
            self.sold(partner, 33.33, days)
        self.period.action_compute()
        line = self.line(self.anna).with_user(self.anna)
        action = line.action_open_invoices()
        opened = self.env["crm.bonus.invoice"].with_user(self.anna).search(action["domain"])
        self.assertEqual(len(opened), line.invoice_count)
        for name in FIGURES:
            self.assertAlmostEqual(sum(opened.mapped(name)), line[name], 2, name)

    # ------------------------------------------------------------------ closed
    def test_a_closed_period_stays_as_it_is(self):
        move = self.sold(self.customer_of(self.anna), 100, -10)
        self.period.action_close()
        self.assertEqual(self.period.closed_user_id.id, self.env.uid)
        line = self.line(self.anna)
        move.button_draft()
        move.unlink()
        with self.assertRaises(UserError):
            self.period.action_compute()
        with self.assertRaises(UserError):
            self.period.won_percent = 50
        with self.assertRaises(UserError):
            self.period.state = "draft"
        with self.assertRaises(UserError):
            self.period.unlink()
        self.assertEqual((line.revenue, line.bonus, len(line.invoice_ids)), (100, 10, 1))

    def test_computed_twice_it_is_the_same(self):
        self.sold(self.customer_of(self.anna), 100, -10)
        first = self.figures(self.anna)
        self.assertEqual(self.figures(self.anna), first)
        self.assertEqual(len(self.period.line_ids), 1)

    # ------------------------------------------------------------------ settings
    def test_a_period_begins_with_the_companys_rates(self):
        settings = self.env["crm.lifecycle.settings"].with_user(self.boss)
        with Form(settings) as form:
            form.lifecycle_bonus_won_percent = 7
            form.lifecycle_bonus_by = "manager"
        form.record.action_save()
        period = self.env["crm.bonus.period"].with_user(self.boss).create({})
        self.assertEqual((period.won_percent, period.by), (7, "manager"))

    def test_queries_do_not_grow_with_the_invoices(self):
        counts = []
        for number in (2, 20):
            for _one in range(number):
                self.sold(self.customer_of(self.anna), 10, -10)
            self.period.action_compute()  # what follows replaces its lines
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.period.action_compute()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    # ------------------------------------------------------------------ access
    def test_a_person_sees_their_own_lines_and_analysts_all(self):
        self.sold(self.customer_of(self.anna), 10, -10)
        self.sold(self.customer_of(self.ben), 10, -10, self.ben)
        self.period.action_compute()
        for user, seen in ((self.anna, 1), (self.ben, 1), (self.analyst, 2), (self.boss, 2)):
            for model in ("crm.bonus.line", "crm.bonus.invoice"):
                rows = self.env[model].with_user(user)
                found = rows.search([("company_id", "=", self.company.id)])
                self.assertEqual(len(found), seen, (user.login, model))
        with self.assertRaises(AccessError):
            self.line(self.ben).with_user(self.anna).action_open_invoices()

    def test_only_managers_make_compute_and_close(self):
        self.sold(self.customer_of(self.anna), 10, -10)
        self.period.with_user(self.boss).action_compute()
        line = self.line(self.anna)
        for user in (self.anna, self.analyst):
            period = self.period.with_user(user)
            for door in (
                period.action_compute,
                period.action_close,
                lambda period=period: period.write({"won_percent": 99}),
                lambda user=user: line.with_user(user).write({"bonus": 99}),
            ):
                with self.assertRaises(AccessError):
                    door()


@tagged("post_install", "-at_install")
class TestBonusNaive(BonusCommon):
    """Random invoices, against the plainest reading of the definitions."""

    def test_every_figure_of_everybody_is_that_of_the_plain_reading(self):
        chance = random.Random(SEED)
        partners = [self.customer_of(self.anna) for _number in range(6)]
        people = (self.anna, self.ben, self.env["res.users"])
        for partner in partners:
            for _number in range(chance.randint(3, 9)):
                amount = chance.choice([1, 1, 1, -0.5]) * chance.randint(1, 99999) / 100
                days = -chance.choice([5, 20, 60, 99, 100, 150, 199, 200, 380, 420, 470])
                self.sold(partner, amount, days, chance.choice(people))
        self.period.action_compute()
        naive = self.naive_bonus(partners)
        self.assertEqual(set(naive), set(self.period.line_ids.user_id) | set(self.nobody()))
        for user, expected in naive.items():
            line = self.line(user)
            for name in FIGURES:
                self.assertAlmostEqual(line[name], expected[name], 1, (user.login, name))
            self.assertAlmostEqual(line.revenue, line.won + line.kept + line.grown, 2)
            self.assertAlmostEqual(line.revenue, expected["revenue"], 2)
            self.assertEqual(line.invoice_count, expected["count"])

    def nobody(self):
        return [line.user_id for line in self.period.line_ids if not line.user_id]

    def naive_bonus(self, partners):
        people = defaultdict(lambda: defaultdict(float))
        for partner in partners:
            moves = self._naive_moves(partner, self.company)
            first = min(self._naive_purchase_days(moves), default=None)
            before = sum(
                move.amount_untaxed_signed
                for move in moves
                if self.day(-199) <= move.invoice_date <= self.day(-100)
            )
            inside = [move for move in moves if move.invoice_date >= self.day(-99)]
            old = [one for one in inside if not first or (one.invoice_date - first).days >= 365]
            rest = sum(move.amount_untaxed_signed for move in old)
            share = min(rest, max(before, 0)) / rest if rest > max(before, 0) else 1
            for move in inside:
                person, amount = people[move.invoice_user_id], move.amount_untaxed_signed
                person["revenue"] += amount
                person["count"] += 1
                kept = amount * share if move in old else 0
                person["won"] += 0 if move in old else amount
                person["kept"] += kept
                person["grown"] += amount - kept if move in old else 0
        return people
