from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .access_common import AccessCommon


@tagged("post_install", "-at_install")
class TestInteractionRecompute(AccessCommon):
    """Costs of the past move on purpose only, by a manager, in the period and company chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call = cls.env.ref("crm_lifecycle.channel_call").with_company(cls.company)
        cls.visit = cls.env.ref("crm_lifecycle.channel_visit").with_company(cls.company)
        cls.talks = cls.env["crm.interaction"].with_company(cls.company)

    def talk(self, day, channel=None, minutes=30, **vals):
        return self.talks.create(
            {
                "partner_id": self.own.id,
                "channel_id": (channel or self.call).id,
                "date": datetime.fromisoformat(day),
                "minutes": minutes,
                "user_id": self.a.id,
                **vals,
            }
        )

    def wizard(self, user=None, **vals):
        vals = {"date_from": "2026-01-01", "date_to": "2026-01-31", **vals}
        return self.ask(user or self.manager, "crm.interaction.recompute").create(vals)

    def test_the_effect_is_shown_before_and_is_what_happens(self):
        talks = self.talk("2026-01-05 10:00:00") | self.talk("2026-01-06 10:00:00", minutes=60)
        outside = self.talk("2026-02-05 10:00:00")
        self.call.write({"fixed_cost": 2, "hourly_cost": 60})
        wizard = self.wizard()
        self.assertEqual((wizard.contact_count, wizard.changed_count), (2, 2))
        self.assertEqual((wizard.cost_before, wizard.cost_after), (0, 32 + 62))
        self.assertEqual(wizard.currency_id, self.company.currency_id)
        wizard.action_recompute()
        self.assertEqual(talks.mapped("cost"), [32, 62])
        self.assertEqual(outside.cost, 0)

    def test_run_twice_the_second_changes_nothing(self):
        self.talk("2026-01-05 10:00:00")
        self.call.hourly_cost = 60
        self.wizard().action_recompute()
        again = self.wizard()
        self.assertEqual((again.contact_count, again.changed_count), (1, 0))
        self.assertEqual((again.cost_before, again.cost_after), (0, 0))
        self.assertEqual(again._recompute(), 0)

    def test_it_costs_what_a_new_contact_would_cost(self):
        """The statement and the ORM agree: own rates, no user, cents, other channels."""
        cases = [
            (self.call, self.a, 7),
            (self.call, self.b, 7.77),
            (self.visit, self.a, 13.33),
            (self.visit, self.env["res.users"], 0),
            (self.call, self.env["res.users"], 10080),
        ]
        old = [
            self.talk("2026-01-05 10:00:00", channel, minutes, user_id=user.id)
            for channel, user, minutes in cases
        ]
        self.b.with_company(self.company).lifecycle_hourly_cost = 121.37
        self.call.write({"fixed_cost": 0.35, "hourly_cost": 47.11})
        self.visit.write({"fixed_cost": 3.33, "hourly_cost": 81.01})
        self.wizard().action_recompute()
        for (channel, user, minutes), talk in zip(cases, old, strict=True):
            new = self.talk("2026-01-05 10:00:00", channel, minutes, user_id=user.id)
            for name in ("fixed_cost", "hourly_cost", "cost"):
                self.assertAlmostEqual(talk[name], new[name], 2, name)

    def test_only_the_channels_chosen(self):
        call = self.talk("2026-01-05 10:00:00")
        visit = self.talk("2026-01-05 10:00:00", self.visit)
        (self.call | self.visit).hourly_cost = 60
        self.wizard(channel_ids=self.visit.ids).action_recompute()
        self.assertEqual((call.cost, visit.cost), (0, 30))

    def test_both_days_belong_to_the_period_in_the_manager_s_time_zone(self):
        self.manager.tz = "Asia/Jerusalem"
        first = self.talk("2025-12-31 22:30:00")
        last = self.talk("2026-01-31 21:30:00")
        before, after = self.talk("2025-12-31 21:30:00"), self.talk("2026-01-31 22:30:00")
        self.call.hourly_cost = 60
        wizard = self.wizard()
        wizard.with_context(tz="Asia/Jerusalem").action_recompute()
        self.assertEqual([talk.cost for talk in (first, last)], [30, 30])
        self.assertEqual([talk.cost for talk in (before, after)], [0, 0])

    def test_only_the_current_company(self):
        other = self.other_company()
        theirs = self.talk("2026-01-05 10:00:00", company_id=other.id)
        self.call.with_company(other).hourly_cost = 600
        self.call.hourly_cost = 60
        self.wizard().action_recompute()
        self.assertEqual(theirs.cost, 0)

    def test_the_customers_figures_follow(self):
        self.talk("2026-01-05 10:00:00")
        self.work_off()
        self.call.hourly_cost = 60
        self.wizard().action_recompute()
        self.work_off()
        self.assertEqual(self.value_of(self.own).service_cost_total, 30)

    def test_a_period_that_ends_before_it_begins_is_refused(self):
        wizard = self.wizard(date_from="2026-02-01")
        with self.assertRaisesRegex(UserError, "ends before it begins"):
            wizard.action_recompute()

    def test_the_form_shows_the_effect_while_it_is_filled_in(self):
        self.talk("2026-01-05 10:00:00")
        self.call.hourly_cost = 60
        form = Form(self.ask(self.manager, "crm.interaction.recompute"))
        form.date_from = "2026-01-01"
        form.date_to = "2026-01-31"
        self.assertEqual((form.changed_count, form.cost_after), (1, 30))

    def test_managers_only(self):
        wizard = self.wizard()
        for user in (self.a, self.analyst, self.employee, self.portal):
            asked = self.ask(user, "crm.interaction.recompute")
            with self.subTest(user.login):
                self.assertRefuses(lambda asked=asked: asked.create({}))
                self.assertRefuses(asked.browse(wizard.id).action_recompute)
                self.assertRefuses(lambda asked=asked: asked.browse(wizard.id).read(["cost_after"]))
                with self.assertRaises(AccessError):
                    asked.onchange({}, ["date_from"], {"cost_after": {}})
