from odoo.exceptions import AccessError
from odoo.tests import tagged

from .event_common import EventCommon


@tagged("post_install", "-at_install")
class TestEventReactions(EventCommon):
    """What we do about an event: by whom, until when, and what stays visible of it."""

    def reactions(self, event):
        self.env.flush_all()
        event.invalidate_recordset()
        return event.with_context(active_test=False).reaction_ids

    def test_an_event_plans_its_type_s_activities(self):
        self.layoffs.plan_id = self.plan(
            {"summary": "Call", "delay_count": 2, "delay_from": "after_plan_date"},
            {"summary": "Tell the boss", "responsible_type": "other"}
            | {"responsible_id": self.boss.id},
        )
        event = self.event(self.hers)
        call, tell = self.reactions(event).sorted("id")
        self.assertEqual((call.res_model, call.res_id), ("res.partner", self.hers.id))
        self.assertEqual((call.user_id, call.date_deadline), (self.anna, self.day(2)))
        self.assertEqual((call.summary, tell.user_id), ("Call", self.boss))
        self.assertEqual(event.state, "open")

    def test_without_a_plan_nothing_is_planned(self):
        self.assertFalse(self.reactions(self.event(self.hers)))

    def test_what_a_rule_notices_is_reacted_to_once(self):
        rule = self.rule("complaint", days=3)
        rule.type_id.plan_id = self.plan({})
        self.contact(self.hers, -5, is_complaint=True)
        self.notice(rule)
        self.notice(rule, 1)
        self.assertEqual(len(self.reactions(self.raised(rule))), 1)

    def test_by_whom(self):
        lead = self.persona("event_leader", "user", "sales_team.group_sale_salesman")
        team = self.env["crm.team"].create({"name": "Team", "user_id": lead.id})
        team.member_ids = self.anna
        self.layoffs.plan_id = self.plan({})
        self.hers.with_company(self.company).own_account_manager_id = self.ben
        for wanted, user in (
            ({"responsible_type": "manager"}, self.ben),
            ({"responsible_type": "salesperson"}, self.anna),
            ({"responsible_type": "team_leader"}, lead),
            ({"responsible_type": "user", "user_id": self.boss.id}, self.boss),
        ):
            with self.subTest(wanted):
                self.layoffs.write(wanted)
                self.assertEqual(self.reactions(self.event(self.hers)).user_id, user)

    def test_who_is_gone_is_passed_over(self):
        self.layoffs.plan_id = self.plan({})
        self.hers.with_company(self.company).own_account_manager_id = self.ben
        self.ben.active = False
        self.assertEqual(self.reactions(self.event(self.hers)).user_id, self.anna)
        self.anna.active = False
        event = self.event(self.hers)
        self.assertFalse(self.reactions(event).user_id)
        self.assertEqual(len(self.reactions(event)), 1)

    def test_somebody_of_another_company_gets_nothing(self):
        other = self.other_company()
        stranger = self.persona("event_stranger", company_id=other.id)
        self.layoffs.plan_id = self.plan({})
        self.layoffs.write({"responsible_type": "user", "user_id": stranger.id})
        self.assertFalse(self.reactions(self.event(self.hers)).user_id)

    def test_a_plan_of_another_company_brings_nothing(self):
        other = self.other_company()
        self.layoffs.plan_id = self.plan({}, company_id=other.id)
        self.assertFalse(self.reactions(self.event(self.hers)))

    def test_what_is_done_stays_with_who_did_it(self):
        self.layoffs.plan_id = self.plan({}, {"summary": "Visit"})
        event = self.event(self.hers)
        first, second = self.reactions(event).sorted("id")
        first.with_user(self.anna).action_feedback(feedback="They stay")
        self.assertEqual((event.state, event.handled_on), ("handled", self.today))
        self.assertEqual((event.handled_user_id, first.reaction_user_id), (self.anna, self.anna))
        self.assertFalse(second.reaction_user_id)
        self.assertEqual(len(self.reactions(event)), 2)
        second.with_user(self.boss).action_done()
        self.assertEqual((event.handled_user_id, second.reaction_user_id), (self.anna, self.boss))

    def test_a_closed_event_stays_closed_and_reopens_as_handled(self):
        self.layoffs.plan_id = self.plan({}, {})
        event = self.event(self.hers)
        first, second = self.reactions(event)
        first.with_user(self.anna).action_done()
        event.with_user(self.anna).action_close()
        second.with_user(self.anna).action_done()
        self.assertEqual(event.state, "closed")
        event.with_user(self.anna).action_reopen()
        self.assertEqual(event.state, "handled")

    def test_events_without_reaction_are_listed(self):
        self.layoffs.react_days = 3
        late = self.event(self.hers, date=self.day(-4))
        self.event(self.hers, date=self.day(-3))
        self.event(self.hers, date=self.day(-9)).action_close()
        arch = self.env.ref("crm_lifecycle.view_crm_customer_event_search").arch
        self.assertIn('name="nothing_done"', arch)
        domain = [("state", "=", "open"), ("react_by", "<", "today")]
        found = self.events.search([*domain, ("partner_id", "=", self.hers.id)])
        self.assertEqual(found, late)

    def test_nobody_else_ties_an_activity_to_an_event(self):
        hidden, own = self.event(self.his), self.event(self.hers)
        todo = self.env.ref("mail.mail_activity_data_todo").id
        vals = {
            "activity_type_id": todo,
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.hers.id,
            "user_id": self.anna.id,
        }
        activities = self.asked(self.anna, "mail.activity")
        for door in (
            lambda: activities.create({**vals, "event_id": hidden.id}),
            lambda: activities.with_context(default_event_id=hidden.id).create(vals),
            lambda: activities.create(vals).write({"event_id": hidden.id}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                door()
        activities.create({**vals, "event_id": own.id})
        self.assertEqual(len(self.reactions(own)), 1)

    def test_managers_keep_plans_of_contacts_only(self):
        plans = self.asked(self.boss, "mail.activity.plan")
        plan = plans.create({"name": "Ours", "res_model": "res.partner"})
        self.asked(self.boss, "crm.customer.event.type").browse(self.layoffs.id).plan_id = plan
        manager = self.persona("event_manager", "manager")
        plans = self.asked(manager, "mail.activity.plan")
        plans.create({"name": "Ours", "res_model": "res.partner"})
        with self.assertRaises(AccessError):
            plans.create({"name": "Leads", "res_model": "crm.lead"})

    # ------------------------------------------------------------------ the card
    def card(self, user, partner):
        card = self.asked(user, "crm.customer.card").read_card(partner.id)
        return card and card["sections"].get("events")

    def test_the_card_shows_events_and_reactions_newest_first(self):
        self.layoffs.plan_id = self.plan({"summary": "Call them"})
        old = self.event(self.hers, date=self.day(-5), note="Heard it")
        new = self.event(self.hers)
        self.reactions(old).with_user(self.anna).action_done()
        section = self.card(self.anna, self.hers)
        self.assertTrue(section["report"])
        self.assertEqual([row["id"] for row in section["rows"]], [new.id, old.id])
        done = section["rows"][1]
        self.assertEqual((done["text"], done["state"]), ("Heard it", "handled"))
        self.assertEqual(done["reactions"][0]["user"], self.anna.name)
        self.assertEqual([r["done"] for row in section["rows"] for r in row["reactions"]], [0, 1])

    def test_the_card_is_bounded_and_the_viewer_s(self):
        for _number in range(10):
            self.event(self.hers)
        self.assertEqual(len(self.card(self.anna, self.hers)["rows"]), 8)
        self.company.lifecycle_unowned_visible = False
        self.assertFalse(self.card(self.ben, self.hers))
        self.assertEqual(self.card(self.ben, self.his), {"report": True, "rows": []})

    # ------------------------------------------------------------------ customers that change
    def merge(self, sources, into):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((sources | into).ids, into)

    def test_a_merge_keeps_every_event(self):
        rule = self.rule("complaint", days=3)
        other = self.customer_of(self.anna, "Double")
        for partner in (self.hers, other):
            self.contact(partner, -5, is_complaint=True)
            self.event(partner)
        self.notice(rule)
        events = self.events.search([("partner_id", "in", (self.hers | other).ids)])
        self.assertEqual(len(events), 4)
        self.merge(other, self.hers)
        self.assertEqual(events.exists(), events)
        self.assertEqual(events.partner_id, self.hers)
        self.assertEqual(len(self.raised(rule, standing=True)), 1)
        self.notice(rule)
        self.assertEqual(self.raised(rule, standing=True).source_count, 2)

    def test_a_customer_that_becomes_part_of_another_brings_its_events(self):
        rule = self.rule("complaint", days=3)
        branch = self.customer_of(self.anna, "Branch")
        for partner in (self.hers, branch):
            self.contact(partner, -5, is_complaint=True)
        self.notice(rule)
        events = self.raised(rule) | self.event(branch)
        branch.write({"is_company": False, "parent_id": self.hers.id})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(events.partner_id, self.hers)
        self.assertEqual(len(self.raised(rule, standing=True)), 1)
