from ast import literal_eval

from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .touchpoint_common import TouchpointCommon


@tagged("post_install", "-at_install")
class TestTouchpointToday(TouchpointCommon):
    """The morning list: its order, what stands beside a row, and the buttons on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_unowned_visible = False
        cls.contact(cls.partner, -40, said="About the new doors")
        cls.plan(-40)
        cls.row = cls.env["crm.touchpoint"].search([("partner_id", "=", cls.partner.id)])
        cls.mine = cls.row.with_user(cls.anna)

    def done(self, user=None, row=None, **vals):
        dialog = self.env["crm.touchpoint.done"].with_user(user or self.anna)
        row = row or self.row
        dialog = dialog.create({"touchpoint_id": row.id, "said": "All well", **vals})
        return dialog.action_save()["params"]["message"]

    def today_of(self, user, name="today"):
        """What the user's list shows under a filter."""
        view = self.env.ref("crm_lifecycle.view_crm_touchpoint_today_search")
        [text] = etree.fromstring(view.arch).xpath(f"//filter[@name='{name}']/@domain")
        domain = literal_eval(text)
        rows = self.env["crm.touchpoint"].with_user(user).with_context(tz="UTC")
        domain += [("user_id", "=", user.id), ("company_id", "=", self.company.id)]
        return rows.search(domain, order="stake desc, due_date, id")

    # ------------------------------------------------------------------ beside it
    def test_the_last_contact_stands_beside_it(self):
        self.contact(self.partner, -60, said="Older")
        self.assertEqual(self.mine.last_contact_date.date(), self.day(-40))
        self.assertEqual(self.mine.last_contact_by, self.anna.name)
        self.assertEqual(self.mine.last_contact_said, "About the new doors")
        self.assertEqual(self.mine.tier, "a")

    def test_a_long_text_is_shortened_to_a_line(self):
        self.contact(self.partner, -1, said="word\n" * 100)
        self.assertLess(len(self.mine.last_contact_said), 130)
        self.assertNotIn("\n", self.mine.last_contact_said)

    def test_the_number_is_the_persons_or_the_customers(self):
        self.partner.phone = "+972 3 555 0100"
        self.assertEqual(self.mine.phone, "+972 3 555 0100")
        person = self.env["res.partner"].create({"name": "P", "parent_id": self.partner.id})
        person.phone = "+972 3 555 0111"
        self.row.contact_id = person
        self.assertEqual(self.mine.phone, "+972 3 555 0111")

    def test_who_does_not_look_after_the_customer_sees_no_figures(self):
        self.step.write({"responsible_type": "user", "user_id": self.ben.id})
        self.plan()
        row = self.row.with_user(self.ben)
        self.assertFalse(row.tier)
        self.assertFalse(row.last_contact_said)

    def test_by_worth_and_days_late_until_there_is_a_rank(self):
        small = self.customer_of(self.anna, "Small")
        self.worth(small, tier="a", value_period=10)
        self.worth(self.partner, value_period=1000)
        self.contact(small, -40)
        self.plan(-40, small)
        other = self.open_of(small)
        self.assertEqual(self.both(other), self.row + other)
        other.rank = 50000
        self.assertEqual(self.both(other), other + self.row)

    def both(self, other):
        domain = [("id", "in", (self.row + other).ids)]
        return self.env["crm.touchpoint"].search(domain, order="stake desc, due_date, id")

    def test_the_form_shows_the_customers_last_contacts(self):
        for days in range(12):
            self.contact(self.partner, -days - 1)
        self.assertEqual(len(self.mine.recent_ids), 10)
        self.assertEqual(self.mine.recent_ids[0].date.date(), self.day(-1))
        self.step.write({"responsible_type": "user", "user_id": self.ben.id})
        self.row.write({"user_id": self.ben.id})
        self.assertFalse(self.row.with_user(self.ben).recent_ids)

    def test_the_customer_shows_how_many_are_due(self):
        partner = self.partner.with_user(self.anna).with_company(self.company)
        self.assertEqual(partner.open_touchpoint_count, 1)
        action = partner.action_open_touchpoints()
        self.assertEqual(self.row.search(action["domain"]), self.row)
        other = self.partner.with_user(self.ben).with_company(self.company)
        self.assertEqual(other.open_touchpoint_count, 0)
        with self.assertRaises(AccessError):
            other.action_open_touchpoints()

    def test_the_card_shows_the_next_contact(self):
        cards = self.env["crm.customer.card"].with_user(self.anna).with_company(self.company)
        items = cards.read_card(self.partner.id)["sections"]["open_items"]
        [item] = [item for item in items if item["key"] == "touchpoints"]
        self.assertEqual((item["count"], item["rows"][0]["id"]), (1, self.row.id))

    # ------------------------------------------------------------------ done
    def test_done_logs_the_contact_and_plans_the_next(self):
        message = self.done()
        self.assertEqual(self.row.state, "done")
        talk = self.row.interaction_id
        self.assertEqual((talk.said, talk.user_id), ("All well", self.anna))
        self.assertEqual((talk.direction, talk.partner_id), ("out", self.partner))
        self.assertOpen(30, 45)
        self.assertIn("next one is due", message)

    def test_two_people_finish_the_same_one(self):
        self.partner.account_manager_id = self.ben
        self.done(self.anna)
        message = self.done(self.ben)
        self.assertIn(self.row.closed_user_id.name, message)
        talks = self.env["crm.interaction"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual(len(talks), 3)
        self.assertEqual(len(self.touchpoints(self.partner, "done")), 1)
        self.assertEqual(len(self.open_of()), 1)

    def test_a_contact_that_does_not_count_leaves_it_open(self):
        self.step.channel_ids = self.visit_channel
        message = self.done(channel_id=self.call_channel.id)
        self.assertEqual(self.row.state, "planned")
        self.assertIn("stays open", message)

    def test_the_usual_dialog_closes_it_at_once(self):
        action = self.mine.action_call()
        self.assertEqual(action["context"]["default_channel_id"], self.call_channel.id)
        dialog = self.env["crm.interaction.log"].with_user(self.anna)
        dialog = dialog.with_context(**action["context"]).create({"said": "Hello"})
        message = dialog.action_save()["params"]["message"]
        self.assertIn("next one is due", message)
        self.assertEqual(self.row.state, "done")
        self.assertEqual(self.row.interaction_id.said, "Hello")

    def test_a_dialog_on_another_customer_closes_nothing(self):
        other = self.customer_of(self.anna, "Other")
        dialog = self.env["crm.interaction.log"].with_user(self.anna)
        vals = {"partner_id": other.id, "contact_id": other.id, "touchpoint_id": self.row.id}
        dialog.create({**vals, "channel_id": self.call_channel.id}).action_save()
        self.assertEqual(self.row.state, "planned")

    def test_one_by_hand_is_done_by_any_contact(self):
        row = self.row.create(
            {
                "partner_id": self.partner.id,
                "company_id": self.company.id,
                "name": "Ask about the fair",
                "kind": "manual",
                "user_id": self.anna.id,
                "due_date": self.day(-1),
                "max_date": self.day(1),
            }
        )
        self.done(row=row)
        self.assertEqual((row.state, row.late_days), ("done", -1))
        self.assertEqual(row.closed_user_id, self.anna)

    # ------------------------------------------------------------------ who
    def test_a_colleague_does_nothing_with_mine(self):
        row = self.row.with_user(self.ben)
        for name in ("action_call", "action_write", "action_meet", "action_done", "action_log"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(row, name)()
        with self.assertRaises(AccessError):
            self.done(self.ben)
        self.assertEqual(self.row.state, "planned")

    def test_an_analyst_closes_nothing(self):
        with self.assertRaises(AccessError):
            self.done(self.analyst)

    def test_a_colleague_gets_nothing_through_the_usual_dialog(self):
        own = self.customer_of(self.ben, "Of Ben")
        dialog = self.env["crm.interaction.log"].with_user(self.ben)
        vals = {"partner_id": own.id, "contact_id": own.id, "touchpoint_id": self.row.id}
        with self.assertRaises(AccessError):
            dialog.create({**vals, "channel_id": self.call_channel.id}).action_save()

    def test_a_named_director_closes_their_own_without_the_customer(self):
        self.step.write({"responsible_type": "user", "user_id": self.ben.id})
        self.plan()
        action = self.row.with_user(self.ben).action_call()
        self.assertEqual(action["res_model"], "crm.touchpoint.done")
        self.done(self.ben)
        self.assertEqual(self.row.state, "done")
        self.assertEqual(self.row.interaction_id.user_id, self.ben)

    # ------------------------------------------------------------------ write, meet
    def test_write_opens_the_composer_on_the_customer(self):
        with self.assertRaises(UserError):
            self.mine.action_write()
        self.partner.email = "customer@example.com"
        action = self.mine.action_write()
        self.assertEqual(action["res_model"], "mail.compose.message")
        self.assertEqual(action["context"]["default_res_ids"], self.partner.ids)

    def test_meet_opens_a_meeting_with_both(self):
        context = self.mine.action_meet()["context"]
        invited = {self.partner.id, self.anna.partner_id.id}
        self.assertEqual(set(context["default_partner_ids"]), invited)

    # ------------------------------------------------------------------ put off
    def test_quick_days_of_the_dialog(self):
        dialog = self.env["crm.touchpoint.decide"].with_user(self.anna)
        dialog = dialog.create(
            {"touchpoint_id": self.row.id, "reason": "Ill", "choice": "tomorrow"}
        )
        dialog.action_save()
        self.assertEqual(self.row.put_off_until, self.day(1))
        self.assertNotIn(self.row, self.today_of(self.anna))
        self.assertIn(self.row, self.today_of(self.anna, "put_off"))

    def test_a_day_of_ones_own(self):
        dialog = self.env["crm.touchpoint.decide"].with_user(self.anna)
        vals = {"choice": "day", "until": self.day(12), "reason": "Fair"}
        dialog.create({"touchpoint_id": self.row.id, **vals}).action_save()
        self.assertEqual(self.row.put_off_until, self.day(12))

    # ------------------------------------------------------------------ which rows
    def test_what_is_due_is_on_the_list_until_it_is_done(self):
        self.assertIn(self.row, self.today_of(self.anna))
        self.assertFalse(self.today_of(self.ben))
        self.done()
        self.assertFalse(self.today_of(self.anna) & self.touchpoints(self.partner))

    def test_levelled_to_a_later_day_it_waits_but_not_when_late(self):
        self.row.planned_date = self.day(3)
        self.assertNotIn(self.row, self.today_of(self.anna))
        self.row.max_date = self.day(-1)
        self.assertIn(self.row, self.today_of(self.anna))

    def test_a_contact_that_must_wait_is_not_on_the_list(self):
        self.row.waits_for = "do_not_contact"
        self.assertNotIn(self.row, self.today_of(self.anna))
