from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .responsible_common import TUESDAY, ResponsibleCommon


@tagged("post_install", "-at_install")
class TestStageResponsible(ResponsibleCommon):
    """A stage names who is on its leads; the salesperson still owns them."""

    # ------------------------------------------------------------------ the salesperson
    def test_where_nothing_is_said_the_salesperson_is_on_it(self):
        lead = self.lead()
        self.assertEqual(lead.stage_responsible_id, self.seller)
        self.as_user(lead).stage_id = self.call
        self.assertEqual(lead.stage_responsible_id, self.seller)

    def test_it_follows_the_salesperson(self):
        lead = self.lead()
        lead.user_id = self.colleague
        self.assertEqual(lead.stage_responsible_id, self.colleague)
        lead.user_id = False
        self.assertFalse(lead.stage_responsible_id)

    def test_a_change_of_salesperson_is_said_once_in_the_chatter(self):
        lead = self.lead()
        self.flush_tracking()
        lead.user_id = self.colleague
        self.flush_tracking()
        tracked = lead.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("user_id", tracked)
        self.assertNotIn("stage_responsible_id", tracked)

    def flush_tracking(self):
        self.env.flush_all()
        self.env.cr.precommit.run()

    # ------------------------------------------------------------------ a certain user
    def test_a_certain_user_is_put_on_it_and_the_owner_stays(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        lead = self.lead()
        self.as_user(lead).stage_id = self.call
        self.assertEqual(lead.stage_responsible_id, self.colleague)
        self.assertEqual(lead.user_id, self.seller)
        self.assertEqual(self.passages(lead)[-1].responsible_id, self.colleague)
        self.assertEqual(self.passages(lead)[0].responsible_id, self.seller)

    def test_a_change_of_owner_leaves_whom_the_stage_named(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        lead = self.lead(stage_id=self.call.id)
        lead.user_id = self.leader
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(lead.stage_responsible_id, self.colleague)

    def test_going_on_gives_it_back_to_the_salesperson(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        lead = self.lead(stage_id=self.call.id)
        self.as_user(lead).stage_id = self.offer
        self.assertEqual(lead.stage_responsible_id, self.seller)

    def test_it_is_tracked_when_the_stage_names_somebody(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        lead = self.lead()
        self.flush_tracking()
        lead.stage_id = self.call
        self.flush_tracking()
        tracked = lead.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("stage_responsible_id", tracked)

    def test_a_new_lead_too_has_whom_its_stage_names(self):
        self.first.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        self.assertEqual(self.lead().stage_responsible_id, self.colleague)

    def test_somebody_who_left_is_replaced_by_the_salesperson(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        self.colleague.active = False
        self.assertEqual(self.lead(stage_id=self.call.id).stage_responsible_id, self.seller)

    def test_somebody_of_another_company_is_replaced_by_the_salesperson(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        other = self.env["res.company"].create({"name": "Other"})
        self.colleague.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertEqual(self.lead(stage_id=self.call.id).stage_responsible_id, self.seller)

    # ------------------------------------------------------------------ leader, account manager
    def test_the_team_leader(self):
        self.call.responsible_type = "team_leader"
        lead = self.lead(stage_id=self.call.id)
        self.assertEqual(lead.stage_responsible_id, self.leader)
        self.team.user_id = False
        self.assertEqual(self.lead(stage_id=self.call.id).stage_responsible_id, self.seller)

    def test_the_account_manager_even_of_a_customer_that_the_mover_may_not_see(self):
        self.call.responsible_type = "account_manager"
        customer = self.customer(user_id=self.leader.id)
        customer.account_manager_id = self.colleague
        contact = self.customer("Person", parent_id=customer.id, is_company=False)
        lead = self.lead(partner_id=contact.id)
        self.as_user(lead).stage_id = self.call
        self.assertEqual(lead.stage_responsible_id, self.colleague)

    def test_without_an_account_manager_the_salesperson(self):
        self.call.responsible_type = "account_manager"
        nobodys = self.lead(partner_id=self.customer().id, stage_id=self.call.id)
        without = self.lead(stage_id=self.call.id)
        self.assertEqual((nobodys | without).stage_responsible_id, self.seller)

    # ------------------------------------------------------------------ told at once
    def test_whoever_is_put_on_it_is_told_and_follows(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        lead = self.lead()
        self.as_user(lead).stage_id = self.call
        self.assertIn(self.colleague.partner_id, lead.message_partner_ids)
        told = self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", self.colleague.partner_id.ids),
                ("model", "=", "crm.lead"),
                ("res_id", "=", lead.id),
            ]
        )
        self.assertEqual(len(told), 1)

    def test_a_mover_without_an_e_mail_address_moves_it_all_the_same(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        self.seller.email = False
        lead = self.lead()
        self.as_user(lead).stage_id = self.call
        self.assertEqual(lead.stage_responsible_id, self.colleague)
        self.assertIn(self.colleague.partner_id, lead.message_partner_ids)

    def test_whoever_moved_it_is_not_told(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.seller.id})
        lead = self.lead()
        messages = [("message_type", "=", "user_notification"), ("res_id", "=", lead.id)]
        before = self.env["mail.message"].search_count(messages)
        self.as_user(lead).stage_id = self.call
        self.assertEqual(self.env["mail.message"].search_count(messages), before)

    # ------------------------------------------------------------------ what a stage may name
    def test_a_stage_with_a_certain_user_names_one(self):
        with self.assertRaisesRegex(ValidationError, "Choose the user"):
            self.call.responsible_type = "user"

    def test_a_stage_of_a_group_names_one(self):
        with self.assertRaisesRegex(ValidationError, "Choose the group"):
            self.call.responsible_type = "least_busy"

    def test_somebody_who_may_not_read_leads_is_refused(self):
        outsider = self.persona("pipeline_outsider", "base.group_user", role=None)
        with self.assertRaisesRegex(ValidationError, "may not read leads"):
            self.call.write({"responsible_type": "user", "responsible_user_id": outsider.id})

    def test_a_portal_user_is_never_on_a_lead(self):
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "pipeline_portal",
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        with self.assertRaisesRegex(ValidationError, "one of our users"):
            self.as_user(self.lead()).stage_responsible_id = portal

    # ------------------------------------------------------------------ rights
    def test_whoever_is_on_it_reads_and_writes_it_and_its_stays(self):
        lead = self.lead()
        theirs = lead.with_user(self.colleague)
        with self.assertRaises(AccessError):
            theirs.read(["name"])
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        lead.stage_id = self.call
        self.assertEqual(theirs.name, lead.name)
        theirs.stage_id = self.offer
        self.assertEqual(lead.stage_id, self.offer)

    def test_the_stays_are_read_as_long_as_one_is_on_it(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        lead = self.lead(stage_id=self.call.id)
        stays = self.env["crm.stage.passage"].with_user(self.colleague)
        self.assertTrue(stays.search([("lead_id", "=", lead.id)]))
        lead.stage_id = self.offer
        self.assertFalse(stays.search([("lead_id", "=", lead.id)]))

    def test_a_seller_may_hand_their_own_lead_to_a_colleague(self):
        lead = self.lead()
        self.as_user(lead).stage_responsible_id = self.colleague
        self.assertEqual(lead.with_user(self.colleague).name, lead.name)

    def test_nobody_takes_a_lead_they_may_not_write(self):
        lead = self.lead()
        with self.assertRaises(AccessError):
            lead.with_user(self.colleague).stage_responsible_id = self.colleague

    def test_no_rule_of_the_company_is_loosened(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        lead = self.lead()
        lead.stage_responsible_id = self.colleague
        lead.write({"team_id": False, "user_id": False, "company_id": other.id})
        lead.stage_responsible_id = self.colleague
        theirs = lead.with_user(self.colleague).with_context(allowed_company_ids=self.company.ids)
        with self.assertRaises(AccessError):
            theirs.read(["name"])

    def test_whoever_is_on_it_may_not_delete_it(self):
        self.call.write({"responsible_type": "user", "responsible_user_id": self.colleague.id})
        lead = self.lead(stage_id=self.call.id)
        self.assertFalse(lead.with_user(self.colleague).has_access("unlink"))

    # ------------------------------------------------------------------ cost
    def test_a_company_that_configured_nothing_pays_nothing_for_a_new_salesperson(self):
        leads = self.lead("One") | self.lead("Two")
        self.env.flush_all()
        quiet = leads.with_context(tracking_disable=True)
        quiet.mapped("stage_responsible_id")
        statements = []
        execute = self.env.cr.execute

        def noting(query, *args, **kwargs):
            statements.append(str(getattr(query, "code", query)))
            return execute(query, *args, **kwargs)

        with self.replaced(noting):
            quiet.write({"user_id": self.colleague.id})
            quiet.flush_recordset()
        updates = [text for text in statements if text.strip().startswith('UPDATE "crm_lead"')]
        self.assertIn("stage_responsible_id", updates[0])
        self.assertFalse([text for text in updates if '"user_id"' not in text])
        asked = [text for text in statements if "responsible_type" in text]
        self.assertFalse(asked)

    def replaced(self, execute):
        return patch.object(self.env.cr, "execute", execute)


@tagged("post_install", "-at_install")
class TestLeastBusy(ResponsibleCommon):
    """The least busy of a group's members who are at work takes the lead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call.write({"responsible_type": "least_busy", "responsible_group_id": cls.group.id})
        cls.one, cls.two, cls.three = cls.members

    def moved(self, count=1, moment=TUESDAY):
        self.now = moment
        leads = self.env["crm.lead"].union(*(self.lead(f"L{n}") for n in range(count)))
        leads.write({"stage_id": self.call.id})
        return leads

    def activity(self, user, **vals):
        return self.lead("Busy").activity_schedule(
            "mail.mail_activity_data_todo", user_id=user.id, **vals
        )

    def test_of_equals_the_one_with_the_lowest_id(self):
        self.assertEqual(self.moved().stage_responsible_id, self.one)

    def test_open_activities_and_leads_count(self):
        self.activity(self.one)
        self.activity(self.one)
        self.lead("Busy").stage_responsible_id = self.two
        self.assertEqual(self.moved().stage_responsible_id, self.three)

    def test_done_activities_and_closed_leads_do_not_count(self):
        self.activity(self.one).action_feedback()
        lost = self.lead("Lost")
        lost.stage_responsible_id = self.one
        lost.action_set_lost()
        self.assertEqual(self.moved().stage_responsible_id, self.one)

    def test_a_mass_move_is_spread_over_the_members(self):
        leads = self.moved(9)
        shares = [len(some) for some in leads.grouped("stage_responsible_id").values()]
        self.assertEqual(shares, [3, 3, 3])

    def test_the_next_move_goes_on_where_the_last_ended(self):
        people = [self.moved().stage_responsible_id for _turn in range(4)]
        self.assertEqual(people, [self.one, self.two, self.three, self.one])

    def test_a_mass_move_asks_for_the_members_once(self):
        few, many = self.count(2), self.count(12)
        self.assertEqual(few, many)

    def count(self, number):
        leads = self.env["crm.lead"].union(*(self.lead(f"Q{n}") for n in range(number)))
        moves = leads._moves({lead.id: None for lead in leads})
        moves = [
            type(move)(move.lead, move.before, move.after, self.call, self.first, move.skipped)
            for move in moves
        ]
        self.env.flush_all()
        leads._stage_responsibles(moves)
        before = self.env.cr.sql_log_count
        leads._stage_responsibles(moves)
        return self.env.cr.sql_log_count - before

    def test_somebody_on_leave_is_left_out(self):
        away = self.resource(self.one)
        self.leave(away, TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=1))
        self.assertEqual(self.moved().stage_responsible_id, self.two)

    def test_back_from_leave_it_is_their_turn(self):
        away = self.resource(self.one)
        self.leave(away, TUESDAY - timedelta(days=3), TUESDAY - timedelta(days=1))
        self.assertEqual(self.moved().stage_responsible_id, self.one)

    def test_somebody_outside_their_own_hours_is_left_out(self):
        evening = self.calendar.copy({"name": "Evening"})
        evening.attendance_ids.write({"hour_from": 18, "hour_to": 22})
        self.resource(self.one, calendar_id=evening.id)
        self.assertEqual(self.moved().stage_responsible_id, self.two)
        late = fields.Datetime.to_datetime("2026-03-10 20:00:00")
        self.assertEqual(self.moved(moment=late).stage_responsible_id, self.one)

    def test_somebody_without_fixed_hours_is_at_work_but_on_leave(self):
        free = self.resource(self.one, calendar_id=False)
        self.assertEqual(self.one._at_work(self.company, TUESDAY), self.one)
        leave = self.leave(free, TUESDAY - timedelta(hours=5), TUESDAY + timedelta(hours=5))
        leave.calendar_id = False
        self.assertFalse(self.one._at_work(self.company, TUESDAY))

    def test_a_holiday_of_the_company_sends_everybody_home(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": TUESDAY.replace(hour=0),
                "date_to": TUESDAY.replace(hour=23),
            }
        )
        self.assertFalse(self.members._at_work(self.company, TUESDAY))

    def test_with_nobody_at_work_the_least_busy_of_all(self):
        self.activity(self.one)
        sunday = fields.Datetime.to_datetime("2026-03-08 10:00:00")
        self.assertEqual(self.moved(moment=sunday).stage_responsible_id, self.two)

    def test_an_empty_group_leaves_it_to_the_team_leader(self):
        self.group.user_ids = [Command.clear()]
        self.assertEqual(self.moved().stage_responsible_id, self.leader)

    def test_without_a_leader_either_the_salesperson(self):
        self.group.user_ids = [Command.clear()]
        self.team.user_id = False
        self.assertEqual(self.moved().stage_responsible_id, self.seller)

    def test_members_who_left_or_may_not_read_leads_are_left_out(self):
        self.one.active = False
        outsider = self.persona("pipeline_outsider", "base.group_user", role=None)
        outsider.group_ids = [Command.link(self.group.id)]
        self.two.company_ids = [Command.set(self.other_company().ids)]
        people = self.moved(3).stage_responsible_id
        self.assertEqual(people, self.three)

    def other_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.two.write({"company_ids": [Command.link(other.id)], "company_id": other.id})
        return other

    def test_members_of_groups_that_imply_it_share_too(self):
        self.group.user_ids = [Command.clear()]
        above = self.env["res.groups"].create(
            {"name": "Chief callers", "implied_ids": [Command.link(self.group.id)]}
        )
        self.two.group_ids = [Command.link(above.id)]
        self.assertEqual(self.moved().stage_responsible_id, self.two)
