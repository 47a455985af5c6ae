from unittest.mock import patch

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import Form, tagged

from ..models.retention import hand_over_move
from .hand_over_common import HandOverCommon


@tagged("post_install", "-at_install")
class TestHandOver(HandOverCommon):
    """What one of us looks after goes to deputies, after a list of what moves."""

    def owners(self):
        return [customer.user_id for customer in self.customers]

    def test_the_list_names_everything_before_anything_moves(self):
        lead, due, task = (
            self.lead(self.customers[0]),
            self.due(self.customers[1]),
            self.task(self.customers[2]),
        )
        self.customers[3].account_manager_id = self.ben
        managed = self.customer_of(self.carla, "Managed")
        managed.account_manager_id = self.anna
        hand_over = self.hand_over(self.ben)
        hand_over.action_preview()
        found = {(line.kind, line.res_id) for line in hand_over.line_ids}
        expected = {("salesperson", customer.id) for customer in self.customers}
        expected |= {("manager", managed.id), ("lead", lead.id)}
        expected |= {("touchpoint", due.id), ("activity", task.id)}
        self.assertEqual(found, expected)
        self.assertEqual(set(hand_over.line_ids.mapped("state")), {"waiting"})
        self.assertEqual(set(self.owners()), {self.anna})

    def test_confirmed_it_moves_at_once(self):
        lead, due, task = (
            self.lead(self.customers[0]),
            self.due(self.customers[1]),
            self.task(self.customers[2]),
        )
        hand_over = self.done(self.ben)
        self.assertEqual(hand_over.state, "moved")
        self.assertEqual(set(self.owners()), {self.ben})
        self.assertEqual([lead.user_id, due.user_id, task.user_id], [self.ben] * 3)
        self.assertEqual(set(hand_over.line_ids.mapped("state")), {"moved"})

    def test_an_account_manager_moves_in_the_company_only(self):
        other = self.other_company()
        customer = self.customer_of(self.carla)
        customer.account_manager_id = self.anna
        customer.with_company(other).account_manager_id = self.anna
        self.done(self.ben)
        self.assertEqual(customer.account_manager_id, self.ben)
        self.assertEqual(customer.with_company(other).account_manager_id, self.anna)
        self.assertEqual(customer.user_id, self.carla)

    def test_another_company_s_leads_and_customers_stay(self):
        other = self.other_company()
        customer = self.customer_of(self.anna, company_id=other.id)
        due = self.due(customer, company_id=other.id)
        self.done(self.ben)
        self.assertEqual([customer.user_id, due.user_id], [self.anna, self.anna])

    def test_closed_things_and_other_people_s_stay(self):
        theirs = self.customer_of(self.carla)
        won = self.lead(self.customers[0])
        won.action_set_won()
        done = self.due(self.customers[0], state="done")
        self.done(self.ben)
        self.assertEqual(theirs.user_id, self.carla)
        self.assertEqual([won.user_id, done.user_id], [self.anna, self.anna])

    def test_only_the_kinds_that_were_ticked_move(self):
        lead = self.lead(self.customers[0])
        self.done(self.ben, with_customers=False, with_touchpoints=False)
        self.assertEqual(set(self.owners()), {self.anna})
        self.assertEqual(lead.user_id, self.ben)

    def test_only_chosen_customers_move(self):
        action = self.customers[:2].with_user(self.anna).action_hand_over()
        context = action["context"]
        self.assertEqual(context["default_user_id"], self.anna.id)
        form = Form(self.env["crm.hand.over"].with_user(self.anna).with_context(**context))
        with form.deputy_ids.new() as deputy:
            deputy.user_id = self.ben
        hand_over = form.save()
        hand_over.action_preview()
        hand_over.action_confirm()
        owners = [self.ben, self.ben, self.anna, self.anna]
        self.assertEqual(self.owners(), owners)

    def test_two_deputies_share_evenly_and_what_is_a_customer_s_stays_together(self):
        leads = [self.lead(customer) for customer in self.customers]
        self.done(self.ben, self.carla, rule="even")
        owners = self.owners()
        self.assertEqual((owners.count(self.ben), owners.count(self.carla)), (2, 2))
        self.assertEqual([lead.user_id for lead in leads], owners)

    def test_by_worth_the_big_one_weighs_as_much_as_the_others_together(self):
        for customer, worth in zip(self.customers, (900, 300, 300, 300), strict=True):
            self.worth(customer, value_period=worth)
        self.done(self.ben, self.carla, rule="worth")
        self.assertEqual(self.owners(), [self.ben, self.carla, self.carla, self.carla])

    def test_by_tier(self):
        for customer, tier in zip(self.customers, "aabd", strict=True):
            self.worth(customer, tier=tier)
        self.done({"user_id": self.ben.id, "tier_a": True}, self.carla, rule="tier")
        self.assertEqual(self.owners(), [self.ben, self.ben, self.carla, self.carla])

    def test_by_area(self):
        country = self.env.ref("base.il")
        self.customers[0].write({"country_id": country.id, "city": "Haifa"})
        self.customers[1].write({"country_id": country.id, "city": "Eilat"})
        north = {"user_id": self.ben.id, "country_id": country.id, "city": "haifa"}
        self.done(self.carla, north, rule="area")
        self.assertEqual(self.owners(), [self.ben, self.carla, self.carla, self.carla])

    def test_a_line_s_deputy_can_be_changed_in_the_list(self):
        hand_over = self.hand_over(self.ben)
        hand_over.action_preview()
        line = hand_over.line_ids.filtered(lambda one: one.res_id == self.customers[0].id)
        line.with_user(self.boss).deputy_id = self.carla
        hand_over.with_user(self.boss).action_confirm()
        self.assertEqual(self.owners(), [self.carla, self.ben, self.ben, self.ben])

    def test_what_is_taken_off_the_list_stays(self):
        hand_over = self.hand_over(self.ben).with_user(self.anna)
        hand_over.action_preview()
        hand_over.line_ids.filtered(lambda one: one.res_id == self.customers[0].id).unlink()
        hand_over.action_confirm()
        self.assertEqual(self.owners(), [self.anna, self.ben, self.ben, self.ben])

    def test_what_somebody_changed_meanwhile_does_not_move_and_the_line_says_so(self):
        hand_over = self.hand_over(self.ben)
        hand_over.action_preview()
        self.customers[0].user_id = self.carla
        hand_over.action_confirm()
        self.assertEqual(self.owners()[0], self.carla)
        line = hand_over.line_ids.filtered(lambda one: one.res_id == self.customers[0].id)
        self.assertEqual(line.state, "left")
        self.assertTrue(line.note)

    def test_the_change_of_owner_says_by_whom_and_why(self):
        hand_over = self.hand_over(self.ben, reason="Parental leave").with_user(self.boss)
        hand_over = hand_over.copy({"line_ids": False})
        hand_over.action_preview()
        hand_over.action_confirm()
        change = self.changes(self.customers[0])[-1]
        self.assertEqual((change.from_user_id, change.to_user_id), (self.anna, self.ben))
        self.assertEqual(change.user_id, self.boss)
        self.assertIn("Parental leave", change.reason)
        self.assertIn(str(hand_over.id), change.reason)

    def test_planned_it_waits_for_its_day_and_takes_what_came_meanwhile(self):
        hand_over = self.done(self.ben, date_from=self.day(5))
        self.work()
        self.assertEqual(hand_over.state, "planned")
        self.assertEqual(set(self.owners()), {self.anna})
        late = self.customer_of(self.anna, "Came later")
        with self.on_day(5):
            self.work()
        self.assertEqual(hand_over.state, "moved")
        self.assertEqual({*self.owners(), late.user_id}, {self.ben})

    def test_killed_anywhere_and_run_again_it_is_the_same(self):
        hand_over = self.hand_over(self.ben, self.carla, rule="even")
        hand_over.action_preview()
        wanted = {line.res_id: line.deputy_id for line in hand_over.line_ids}
        hand_over.state = "running"
        with patch.object(hand_over_move, "BATCH", 1):
            self.env["crm.hand.over"]._work_batch()
            with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
                self.env["crm.hand.over"]._work_batch()
                raise ZeroDivisionError
            self.env.invalidate_all()
            states = sorted(hand_over.line_ids.mapped("state"))
            self.assertEqual(states, ["moved", "waiting", "waiting", "waiting"])
            self.work()
        self.work()
        self.assertEqual(hand_over.state, "moved")
        self.assertEqual({one.id: one.user_id for one in self.customers}, wanted)
        moves = [change for one in self.customers for change in self.changes(one)[1:]]
        self.assertEqual(len(moves), 4)

    def test_more_than_a_batch_is_left_to_the_job(self):
        with patch.object(hand_over_move, "BATCH", 3):
            hand_over = self.done(self.ben)
            self.assertEqual(hand_over.state, "running")
        self.work()
        self.assertEqual(hand_over.state, "moved")
        self.assertEqual(set(self.owners()), {self.ben})

    def test_the_job_runs_as_odoo_runs_it(self):
        hand_over = self.done(self.ben, date_from=self.day(5))
        with self.on_day(5), self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.cron_crm_hand_over").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(hand_over.state, "moved")

    def test_each_deputy_gets_one_message(self):
        for customer in self.customers:
            self.lead(customer)
            self.task(customer)
        self.env.flush_all()
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        hand_over = self.done(self.ben, self.carla, rule="even", date_to=self.day(9))
        for user in (self.ben, self.carla, self.anna):
            told = self.env["mail.message"].search(
                [("id", ">", before), ("partner_ids", "=", user.partner_id.id)]
            )
            self.assertEqual(len(told), 1, user.login)
            self.assertEqual((told.model, told.res_id), ("crm.hand.over", hand_over.id))
            self.assertIn("4" if user == self.anna else "2", told.body)

    def test_without_deputies_or_a_list_nothing_begins(self):
        hand_over = self.hand_over(self.ben)
        with self.assertRaises(UserError):
            hand_over.with_user(self.boss).action_confirm()
        hand_over.deputy_ids.unlink()
        with self.assertRaises(UserError):
            hand_over.with_user(self.boss).action_preview()

    def test_moving_many_costs_as_many_queries_as_moving_few(self):
        few = self.queries_of_moving(4)
        self.env["res.partner"].create(
            [
                {"name": f"Many {number}", "is_company": True, "user_id": self.ben.id}
                for number in range(60)
            ]
        )
        many = self.queries_of_moving(64, self.ben, self.anna)
        self.assertLess(many, few + 60)

    def queries_of_moving(self, count, giver=None, taker=None):
        giver, taker = giver or self.anna, taker or self.ben
        hand_over = self.hand_over(taker, user_id=giver.id)
        hand_over.action_preview()
        self.assertEqual(len(hand_over.line_ids), count)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        hand_over.action_confirm()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestArchiveUser(HandOverCommon):
    """Who still has customers, leads or due contacts is not archived but hands over first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_system,crm_lifecycle.group_lifecycle_manager"
        cls.admin = cls.persona("retention_admin", None, groups)

    def assertKept(self, user):
        with self.assertRaises(RedirectWarning) as caught, self.env.cr.savepoint():
            user.with_user(self.admin).action_archive()
        _text, action, _button, context = caught.exception.args
        self.assertEqual(
            self.env["ir.actions.act_window"].browse(action).res_model, "crm.hand.over"
        )
        self.assertEqual(context, {"default_user_id": user.id})
        self.env.invalidate_all()
        self.assertTrue(user.active)

    def test_who_has_customers_hands_over_first(self):
        self.assertKept(self.anna)
        with self.assertRaises(RedirectWarning):
            self.anna.with_user(self.admin).write({"active": False})

    def test_so_does_an_account_manager(self):
        self.customers[0].account_manager_id = self.carla
        self.assertKept(self.carla)

    def test_and_who_has_open_leads_or_due_contacts(self):
        self.lead(self.customers[0], self.ben)
        self.due(self.customers[0], self.carla)
        self.assertKept(self.ben)
        self.assertKept(self.carla)

    def test_who_has_nothing_is_archived(self):
        self.lead(self.customers[0], self.ben).action_set_lost()
        self.due(self.customers[0], self.ben, state="done")
        self.ben.with_user(self.admin).action_archive()
        self.assertFalse(self.ben.active)

    def test_after_the_hand_over_they_are_archived(self):
        self.lead(self.customers[0])
        self.done(self.ben)
        self.anna.with_user(self.admin).action_archive()
        self.assertFalse(self.anna.active)

    def test_the_superuser_passes(self):
        self.anna.action_archive()
        self.assertFalse(self.anna.active)
