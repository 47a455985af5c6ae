from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from .criterion_common import CriterionCommon


@tagged("post_install", "-at_install")
class TestCriterionRound(CriterionCommon):
    """No condition is walked round by another team or process for a while."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vals = {"name": "Other team", "company_id": cls.company.id, "user_id": cls.leader.id}
        members = [Command.set(cls.seller.ids)]
        cls.other = cls.env["crm.team"].create({**vals, "member_ids": members})
        # Stages of all teams and both processes, after those of the team.
        cls.shared = cls.stage("Shared", 35, False, team_ids=False)
        cls.shared_won = cls.stage("Shared won", 50, False, team_ids=False, is_won=True)
        cls.won.is_won = False
        cls.grow_won.is_won = False

    def standing_beyond(self, **vals):
        """A lead that came to *Shared* with the other team, and is the team's again."""
        lead = self.lead(phone=False, team_id=self.other.id, stage_id=self.shared.id, **vals)
        self.as_user(lead).team_id = self.team
        self.assertEqual(lead.stage_id, self.shared)
        return lead

    def test_another_team_and_back(self):
        self.criterion(self.call)
        lead = self.standing_beyond()
        refusal = self.assertRefused(lambda: self.move(lead, self.shared_won))
        self.assertEqual(self.sentences(refusal), ["fields of Call"])
        self.as_user(lead).write({"phone": "1", "stage_id": self.shared_won.id})
        self.assertEqual(lead.stage_id, self.shared_won)

    def test_another_process_and_back(self):
        self.criterion(self.call)
        lead = self.lead(phone=False)
        self.as_user(lead).lifecycle_phase = "enhancement"
        self.assertEqual(lead.stage_id, self.grow)
        self.move(lead, self.shared)
        self.as_user(lead).lifecycle_phase = "acquisition"
        self.assertRefused(lambda: self.move(lead, self.shared_won))

    def test_team_and_stage_in_one_write(self):
        self.criterion(self.call)
        lead = self.lead(phone=False, team_id=self.other.id, stage_id=self.shared.id)
        vals = {"team_id": self.team.id, "stage_id": self.offer.id}
        self.assertRefused(lambda: self.as_user(lead).write(vals))
        lead.phone = "1"
        self.as_user(lead).write(vals)
        self.assertEqual(lead.stage_id, self.offer)

    def test_back_to_a_stage_it_never_saw(self):
        self.criterion(self.call)
        lead = self.standing_beyond()
        self.assertRefused(lambda: self.move(lead, self.call))
        self.move(lead, self.first)
        self.assertEqual(lead.stage_id, self.first)

    def test_a_won_lead_is_asked_when_it_changes(self):
        self.criterion(self.call)
        lead = self.lead(phone=False, team_id=self.other.id, stage_id=self.shared.id)
        self.move(lead, self.shared_won)
        refusal = self.assertRefused(lambda: self.as_user(lead).write({"team_id": self.team.id}))
        self.assertEqual(self.sentences(refusal), ["fields of Call"])
        lead.phone = "1"
        self.as_user(lead).team_id = self.team
        self.assertEqual((lead.team_id, lead.stage_id), (self.team, self.shared_won))

    def test_a_won_lead_is_asked_with_its_salesperson_too(self):
        self.criterion(self.call)
        lead = self.lead(phone=False, team_id=self.other.id, stage_id=self.shared_won.id)
        vals = {"user_id": self.leader.id, "team_id": self.team.id}
        self.assertRefused(lambda: self.as_user(lead, self.leader).write(vals))
        self.as_user(lead, self.leader).write({"user_id": self.leader.id, "team_id": self.other.id})
        self.assertEqual(lead.user_id, self.leader)

    def test_an_open_one_changes_its_team_freely(self):
        self.criterion(self.call)
        self.assertEqual(self.standing_beyond().team_id, self.team)

    def test_the_server_itself_passes(self):
        self.criterion(self.call)
        lead = self.standing_beyond()
        lead.stage_id = self.shared_won
        self.assertEqual(lead.stage_id, self.shared_won)

    def test_what_may_be_skipped_is_not_asked(self):
        self.criterion(self.call)
        self.call.may_be_skipped = True
        lead = self.standing_beyond()
        self.move(lead, self.shared_won)
        self.assertEqual(lead.stage_id, self.shared_won)

    def test_it_is_asked_once(self):
        criterion = self.criterion(self.call)
        lead = self.standing_beyond()
        lead.stage_id = self.won
        self.assertTrue(criterion.active)
        self.move(lead, self.shared_won)
        self.assertEqual(lead.stage_id, self.shared_won)

    def test_a_manager_s_word_is_not_asked_for_again(self):
        self.criterion(self.call)
        lead = self.standing_beyond()
        self.as_user(lead, self.leader).action_override_stage(self.won.id, "They know")
        self.move(lead, self.shared_won)
        self.assertEqual(lead.stage_id, self.shared_won)

    def test_stages_it_was_taken_over_by_the_server_are_not_asked(self):
        self.criterion(self.call)
        lead = self.lead(phone=False)
        lead.stage_id = self.offer
        self.move(lead, self.shared)
        self.assertEqual(lead.stage_id, self.shared)

    def test_created_in_a_late_stage_it_is_asked_for_all_before(self):
        self.criterion(self.call)
        self.criterion(self.offer, names=("email_from",))
        vals = {"name": "Late", "team_id": self.team.id, "stage_id": self.shared.id}
        leads = self.env["crm.lead"].with_user(self.seller)
        refusal = self.assertRefused(lambda: leads.create(vals))
        self.assertEqual(self.sentences(refusal), ["fields of Call", "fields of Offer"])
        lead = leads.create({**vals, "phone": "1", "email_from": "a@example.com"})
        lead.phone = False
        self.move(lead, self.shared_won)
        self.assertEqual(lead.stage_id, self.shared_won)

    def test_a_stage_made_since_is_not_asked(self):
        lead = self.lead(phone=False, stage_id=self.offer.id)
        stays = self.env["crm.stage.passage"].search([("lead_id", "=", lead.id)])
        stays.date_in = "2020-01-01 00:00:00"
        stays.filtered("date_out").date_out = "2020-01-01 00:00:00"
        self.criterion(self.stage("New", 15, "acquisition"))
        self.move(lead, self.shared)
        self.assertEqual(lead.stage_id, self.shared)

    def test_before_its_past_is_found_nothing_is_asked(self):
        self.criterion(self.call)
        lead = self.standing_beyond()
        self.env["crm.stage.passage"].search([("lead_id", "=", lead.id)]).unlink()
        self.move(lead, self.shared_won)
        self.assertEqual(lead.stage_id, self.shared_won)

    def test_restored_in_the_team_it_was_asked_nothing(self):
        self.criterion(self.call)
        lead = self.lead(phone=False, team_id=self.other.id, stage_id=self.shared.id)
        lead.action_set_lost()
        self.as_user(lead).team_id = self.team
        self.as_user(lead).action_unarchive()
        self.assertRefused(lambda: self.move(lead, self.shared_won))

    # ------------------------------------------------------------------ what it costs
    def queries_of_stays(self, work):
        """How often ``work()`` looked at stays."""
        leads = type(self.env["crm.lead"])
        asked, real = [], leads._stays_of

        def counted(leads, lead_ids):
            asked.extend([1] if lead_ids else [])
            return real(leads, lead_ids)

        with patch.object(leads, "_stays_of", counted):
            work()
        return len(asked)

    def test_many_leads_cost_one_query(self):
        self.criterion(self.call)
        leads = self.env["crm.lead"].union(*[self.standing_beyond() for _number in range(3)])
        leads.phone = "1"
        self.assertEqual(self.queries_of_stays(lambda: self.move(leads, self.shared_won)), 1)
        self.env.flush_all()
        with self.assertQueryCount(1):
            leads._stays_of(leads.ids)

    def test_no_condition_before_it_no_query(self):
        self.criterion(self.shared_won)
        lead = self.standing_beyond(email_from="a@example.com")
        lead.phone = "1"
        self.assertEqual(self.queries_of_stays(lambda: self.move(lead, self.won)), 0)

    def test_no_condition_at_all_no_query(self):
        lead = self.as_user(self.standing_beyond())
        before = lead._standings()
        after = type(before[lead.id])(self.shared_won.id, True, "won")
        moves = [lead._move(before[lead.id], after)]
        self.env["crm.stage.criterion"]._of_stages()
        with self.assertQueryCount(0):
            self.assertFalse(lead._round_asked(moves))
            self.assertFalse(lead._has_conditions())
