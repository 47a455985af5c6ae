from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..models.value.scope import Scope
from .health_common import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthRating(HealthCommon):
    """Each factor against the plainest reading; points that add up; each reason opens its rows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Others who give the company a rhythm.
        cls.steady = cls.buyer("Steady", 100, 70, 40, 10)
        cls.other = cls.buyer("Other", 130, 90, 50, 10)
        cls.refresh(cls.steady, cls.other)

    def assertReason(self, value, code, measure, count):
        """The reason is there, with its measure, and opens as many rows as it counts."""
        self.assertRated(value)
        reason = self.reason(value, code)
        self.assertTrue(reason, value.risk_reasons)
        self.assertEqual(reason["count"], count)
        self.assertAlmostEqual(float(reason["measure"]), measure, 2)
        self.assertEqual(len(self.opened(value, code)), count)

    def test_a_steady_customer_is_good_and_has_no_reason(self):
        [value] = self.rate(self.steady)
        self.assertEqual((value.health, value.risk_score, value.risk_reasons), ("good", 0, False))
        self.assertEqual(value.health_basis, "own")
        self.assertEqual(value.risk_summary, "0, low risk")

    def test_quiet_is_measured_by_the_customer_s_own_rhythm(self):
        slow = self.buyer("Slow", 210, 140, 70)
        fast = self.buyer("Fast", 112, 91, 70)
        slow_value, fast_value = self.rate(slow, fast)
        self.assertFalse(self.reason(slow_value, "quiet"))
        self.assertReason(fast_value, "quiet", 3.33, 3)
        self.assertEqual(fast_value.health, "risk")
        self.assertIn(
            "70 days: 3.3 times the usual 21", fast_value._risk_lines()["lines"][0]["text"]
        )

    def test_who_bought_too_little_is_measured_by_the_company_and_told_so(self):
        [value] = self.rate(self.buyer("Once", 200))
        self.assertEqual(value.health_basis, "company")
        self.assertReason(value, "quiet", 200 / 30, 1)
        self.assertIn("too little to go by", value._risk_lines()["lines"][0]["text"])
        self.assertIn("Too little to go by", value._risk_lines()["basis"])

    def test_where_nobody_has_a_rhythm_quiet_is_not_counted(self):
        self.env["account.move"].search([("company_id", "=", self.company.id)]).button_draft()
        once = self.buyer("Once", 200)
        value = self.rate(self.steady, self.other, once)[-1]
        self.assertEqual((value.health_basis, value.health), ("none", "good"))
        self.assertFalse(self.reason(value, "quiet"))
        self.assertIn("Too little to go by", value._risk_lines()["basis"])

    def test_who_never_bought_is_not_rated(self):
        partner = self.customer_of(self.anna, "Prospect")
        self.worth(partner)
        [value] = self.rate(partner)
        self.assertFalse(value.health)
        self.assertFalse(value._risk_lines())

    def test_purchases_falling(self):
        partner = self.customer_of(self.anna, "Falling")
        for ago, amount in ((500, 1000), (450, 1000), (20, 1000)):
            self.invoice(partner, amount, self.day(-ago), invoice_date_due=self.day(9))
        [value] = self.rate(partner)
        self.assertReason(value, "falling", 50, 3)

    def test_complaints_open_or_recent(self):
        vals = {"is_complaint": True}
        closed = {**vals, "complaint_state": "closed", "satisfaction": "5"}
        self.contact(self.steady, -400, **vals)
        self.contact(self.steady, -300, **closed)
        self.contact(self.steady, -30, **closed)
        [value] = self.rate(self.steady)
        self.assertReason(value, "complaints", 2, 2)

    def test_satisfaction(self):
        for rating in ("1", "2"):
            self.contact(self.steady, -3, satisfaction=rating)
        self.contact(self.steady, -300, satisfaction="5")
        [value] = self.rate(self.steady)
        self.assertReason(value, "satisfaction", 3.5, 2)

    def test_returns(self):
        self.returned_delivery(self.steady)
        self.returned_delivery(self.steady)
        [value] = self.rate(self.steady)
        self.assertReason(value, "returns", 2, 2)

    def test_payment_is_measured_by_the_customer_s_own_norm(self):
        prompt = self.buyer("Prompt", 12)
        tardy = self.buyer("Tardy", 12)
        for partner, delay in ((prompt, 0), (tardy, 30)):
            for ago in (90, 80, 70):
                move = self.invoice(partner, 100, self.day(-ago), invoice_date_due=self.day(-ago))
                self.pay(move, self.day(delay - ago))
            self.invoice(partner, 100, self.day(-40), invoice_date_due=self.day(-35))
        prompt_value, tardy_value = self.rate(prompt, tardy)
        self.assertReason(prompt_value, "payment", 35, 1)
        self.assertRated(tardy_value)
        self.assertFalse(self.reason(tardy_value, "payment"))

    def test_contact_overdue(self):
        self.due(self.steady, 15)
        self.due(self.steady, 4, state="put_off")
        self.due(self.steady, -2)
        self.due(self.steady, 90, state="done")
        [value] = self.rate(self.steady)
        self.assertReason(value, "contact", 15, 2)

    def test_events_that_bear_good_news_counted_against_bad(self):
        self.event(self.steady, 40)
        self.event(self.steady, -10)
        self.event(self.steady, 90, days=-100, bears=30)
        [value] = self.rate(self.steady)
        self.assertReason(value, "events", 30, 2)
        self.assertEqual(self.reason(value, "events")["points"], 30)

    def test_reasons_of_more_than_a_hundred_add_up_to_a_hundred(self):
        partner = self.buyer("Angry", 112, 91, 70)
        for _time in range(3):
            self.contact(partner, -3, is_complaint=True, satisfaction="1")
        self.event(partner, 80)
        self.due(partner, 40)
        [value] = self.rate(partner)
        self.assertRated(value)
        self.assertEqual(value.risk_score, 100)
        self.assertEqual(sum(reason["points"] for reason in value.risk_reasons), 100)
        self.assertTrue(value.risk_summary.startswith("100, high risk: "))

    # ------------------------------------------------------------------ levels
    def test_levels(self):
        new = self.buyer("New", 20)
        lost = self.buyer("Lost", 460, 430, 400)
        rare = self.buyer("Rare", 900, 650, 400)
        values = self.rate(new, lost, rare)
        self.assertEqual([value.health for value in values][:2], ["new", "lost"])
        self.assertNotEqual(values[2].health, "lost")
        for value in values:
            self.assertRated(value)

    def test_a_good_customer_at_risk_is_in_retention_at_once(self):
        partner = self.buyer("Precious", 112, 91, 70, amount=90000)
        [value] = self.rate(partner)
        self.assertEqual((value.health, value.tier, value.phase), ("risk", "a", "retention"))

    def test_a_company_sets_its_own_levels_and_points(self):
        partner = self.buyer("Fast", 112, 91, 70)
        self.company.write({"lifecycle_health_watch": 30, "lifecycle_health_risk": 90})
        self.only(quiet=40)
        [value] = self.rate(partner)
        self.assertEqual((value.health, value.risk_score), ("watch", 40))
        self.only("none")
        [value] = self.rate(partner)
        self.assertEqual((value.health, value.risk_score), ("good", 0))

    # ------------------------------------------------------------------ writing
    def test_rating_twice_writes_nothing(self):
        partner = self.buyer("Fast", 112, 91, 70)
        self.rate(partner)
        scope = self._scope(partner)
        self.assertEqual(self.rating._rate(scope), 0)

    def test_the_nightly_run_gives_what_the_queue_gives_before_it_ranks(self):
        partner = self.buyer("Fast", 112, 91, 70, amount=90000)
        [value] = self.rate(partner)
        wanted = value.read(["health", "risk_score", "risk_reasons", "phase"])
        value.write({"health": False, "risk_score": 0, "risk_reasons": False, "phase": False})
        run = self.env["crm.customer.value.run"]._current()
        states = []
        with patch.object(type(run), "_batch_size", lambda _run: 100000):
            while run.state != "months":
                states.append(run.state)
                run._step(lambda *_args, **_kwargs: True)
                run.invalidate_recordset()
        self.env.invalidate_all()
        self.assertEqual(list(dict.fromkeys(states)), ["figures", "health", "ranking"])
        self.assertEqual(value.read(["health", "risk_score", "risk_reasons", "phase"]), wanted)

    def test_the_run_goes_on_where_it_stopped(self):
        partners = self.buyer("Fast", 112, 91, 70) + self.buyer("Faster", 80, 70, 60)
        self.rate(*partners)
        rows = self.value_of(partners[0]) + self.value_of(partners[1])
        rows.write({"health": False})
        run = self.env["crm.customer.value.run"]._current()
        run.write({"state": "health", "rated_position": partners[0].id})
        run._step(lambda *_args, **_kwargs: True)
        self.assertEqual(rows.mapped("health"), [False, "risk"])

    def test_the_queries_do_not_grow_with_the_customers(self):
        few = self.buyer("One", 90, 60, 30)
        many = few + self.env["res.partner"].concat(
            *(self.buyer(f"Many {number}", 90, 60, 30) for number in range(8))
        )
        counts = []
        for partners in (few, many):
            self.refresh(*partners)
            before = self.env.cr.sql_log_count
            self.rating._rate(self._scope(*partners))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def _scope(self, *partners):
        return Scope(self.today, customers=tuple(partner.id for partner in partners))

    # ------------------------------------------------------------------ two companies
    def test_a_customer_of_two_companies_has_a_health_in_each(self):
        partner = self.buyer("Both", 112, 91, 70)
        other = self.other_company()
        self.invoice(partner, 500, company=other)
        self.refresh(partner)
        self.assertEqual(self.value_of(partner).health, "risk")
        self.assertEqual(self.value_of(partner, other).health, "new")
        factor = self.env.ref("crm_lifecycle.health_factor_quiet")
        factor.with_company(other).weight = 1
        self.assertEqual(factor.with_company(self.company).weight, 50)

    # ------------------------------------------------------------------ who may
    def test_a_reason_opens_for_who_may_see_the_customer(self):
        [value] = self.rate(self.buyer("Anna's", 112, 91, 70))
        self.assertEqual(len(self.opened(value, "quiet", self.anna)), 3)
        with self.assertRaises(AccessError):
            value.with_user(self.ben).action_open_reason("quiet")

    def test_a_reason_that_is_none_any_more_says_so(self):
        [value] = self.rate(self.steady)
        for factor in ("quiet", "nonsense", None, "__class__"):
            with self.assertRaisesRegex(UserError, "Load the page again"):
                value.with_user(self.anna).action_open_reason(factor)

    def test_a_contact_shows_the_reasons_to_who_may_see_the_customer(self):
        partner = self.buyer("Anna's", 112, 91, 70)
        self.rate(partner)
        shown = partner.with_user(self.anna).health_reasons
        self.assertEqual(shown["health"], "risk")
        self.assertEqual(sum(line["points"] for line in shown["lines"]), shown["score"])
        self.assertFalse(partner.with_user(self.ben).health_reasons)
        card = self.env["crm.customer.card"]
        sections = card.with_user(self.anna).read_card(partner.id)["sections"]
        self.assertEqual(sections["health"]["score"], shown["score"])
        self.assertFalse(card.with_user(self.ben).read_card(partner.id))

    def test_only_managers_change_points_and_only_their_company_s(self):
        factor = self.env.ref("crm_lifecycle.health_factor_quiet")
        for user in (self.anna, self.analyst):
            with self.assertRaises(AccessError):
                factor.with_user(user).weight = 3
        factor.with_user(self.boss).weight = 3
        self.assertEqual(factor.with_company(self.company).weight, 3)
        with self.assertRaises(AccessError):
            factor.with_user(self.boss).write({"own_settings": {"1": {"weight": 0}}})

    def test_thresholds_that_no_measure_fits_are_refused(self):
        factor = self.env.ref("crm_lifecycle.health_factor_quiet").with_company(self.company)
        for vals in ({"weight": 101}, {"share_full": 1}, {"share_from": -1}, {"days": 9999}):
            with self.assertRaises(ValidationError):
                factor.write(vals)
