from collections import deque
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install")
class TestProcessStages(PipelineCommon):
    """Columns, status bar, won, merge and archiving keep to the lead's process and team."""

    def columns(self, phase=None, **context):
        leads = (
            self.env["crm.lead"]
            .with_user(self.seller)
            .with_context(
                read_group_expand=True,
                show_user_team_stages=1,
                default_lifecycle_phase=phase,
                **context,
            )
        )
        groups = leads.formatted_read_group([("team_id", "=", self.team.id)], ["stage_id"])
        return [group["stage_id"][1] for group in groups if group["stage_id"]]

    def bought(self, *customers):
        """While this holds, these customers have posted invoices."""
        pairs = {(customer.id, self.company.id) for customer in customers}
        return patch.object(type(self.env["crm.lead"]), "_bought", lambda *_args: pairs)

    def test_a_lead_that_gets_a_customer_gets_their_process(self):
        old, new = self.customer("Old"), self.customer("New")
        lead = self.lead()
        with self.bought(old):
            self.as_user(lead).partner_id = old
            self.assertEqual((lead.lifecycle_phase, lead.stage_id), ("enhancement", self.grow))
            self.as_user(lead).partner_id = new
        self.assertEqual((lead.lifecycle_phase, lead.stage_id), ("acquisition", self.first))

    def test_another_person_at_the_customer_changes_no_process(self):
        customer = self.customer("Bought meanwhile")
        person = self.customer("Person", is_company=False, parent_id=customer.id)
        lead = self.lead(partner_id=customer.id, stage_id=self.call.id)
        with self.bought(customer):
            self.as_user(lead).partner_id = person
        self.assertEqual((lead.lifecycle_phase, lead.stage_id), ("acquisition", self.call))

    def test_a_won_lead_stays_where_it_is_whoever_its_contact_is(self):
        lead, other = self.lead(), self.customer("Other")
        lead.action_set_won()
        with self.bought(other):
            self.as_user(lead).partner_id = other
        self.assertEqual((lead.stage_id, lead.won_status), (self.won, "won"))

    def test_the_columns_are_those_of_the_process(self):
        self.assertEqual(self.columns("acquisition"), ["First", "Call", "Offer", "Won"])
        self.assertEqual(self.columns("enhancement"), ["Grow", "Grown"])

    def test_a_stage_of_no_process_is_a_column_of_both(self):
        both = self.stage("Both", 35, False)
        self.assertIn(both.name, self.columns("acquisition"))
        self.assertIn(both.name, self.columns("enhancement"))

    def test_who_leads_a_team_sees_its_columns_too(self):
        team = self.env["crm.team"].create({"name": "Led", "company_id": self.company.id})
        self.stage("Led by me", 36, "acquisition", team_ids=[Command.set(team.ids)])
        self.assertNotIn("Led by me", self.columns("acquisition"))
        team.user_id = self.seller
        self.assertIn("Led by me", self.columns("acquisition"))

    def test_a_team_with_a_whole_process_of_its_own_needs_no_stage_of_everybody(self):
        everybody = self.stage("Everybody", 35, False, team_ids=False)
        self.assertNotIn("Everybody", self.columns("acquisition"))
        lead = self.lead(stage_id=everybody.id)
        self.assertIn("Everybody", self.columns("acquisition"))
        lead.stage_id = self.first
        self.won.is_won = False
        self.env.flush_all()
        self.assertIn("Everybody", self.columns("acquisition"))

    def test_a_team_s_own_process_is_the_way_of_its_leads(self):
        self.stage("Everybody", 1, False, team_ids=False)
        self.stage("Won of everybody", 39, False, team_ids=False, is_won=True)
        vals = {"name": "New", "team_id": self.team.id, "type": "opportunity"}
        lead = self.env["crm.lead"].create(vals)
        self.assertEqual(lead.stage_id, self.first)
        self.assertEqual(len(self.passages(lead)), 1)
        self.as_user(lead, self.leader).action_set_won()
        self.assertEqual(lead.stage_id, self.won)
        self.won.is_won = False
        lead = self.env["crm.lead"].create(vals)
        self.assertEqual(lead.stage_id.name, "Everybody")

    def test_without_a_process_all_stages_in_use_are_columns(self):
        self.assertEqual(set(self.columns()), {"First", "Call", "Offer", "Won", "Grow", "Grown"})

    def test_an_archived_stage_is_a_column_while_leads_stand_in_it(self):
        lead = self.lead(stage_id=self.call.id)
        self.call.active = False
        self.assertIn("Call", self.columns("acquisition"))
        lead.stage_id = self.offer
        self.env.flush_all()
        self.assertNotIn("Call", self.columns("acquisition"))

    def test_an_archived_stage_takes_no_new_lead_whatever_the_context(self):
        self.first.active = False
        leads = self.env["crm.lead"].with_context(active_test=False)
        lead = leads.create({"name": "New", "team_id": self.team.id, "type": "opportunity"})
        self.assertEqual(lead.stage_id, self.call)

    def test_won_is_the_won_stage_of_each_lead_s_own_process(self):
        one = self.lead()
        other = self.lead(lifecycle_phase="enhancement", stage_id=self.grow.id)
        self.as_user(one | other).action_set_won()
        self.assertEqual((one | other).mapped("stage_id"), self.won | self.grow_won)
        self.assertEqual(one.stage_id, self.won)

    def test_a_process_without_won_stage_says_so(self):
        self.grow_won.is_won = False
        lead = self.lead(lifecycle_phase="enhancement", stage_id=self.grow.id)
        with self.assertRaisesRegex(UserError, "no won stage"):
            self.as_user(lead).action_set_won()

    def test_merged_leads_go_on_in_the_process_of_the_first(self):
        head = self.lead("Head", stage_id=self.offer.id, probability=90)
        tail = self.lead("Tail", lifecycle_phase="enhancement", stage_id=self.grow.id)
        merged = self.as_user(head | tail, self.leader).merge_opportunity(auto_unlink=False)
        self.assertEqual((merged.lifecycle_phase, merged.stage_id), ("acquisition", self.offer))

    def test_merged_into_another_team_the_lead_keeps_its_process(self):
        other = self.team.copy({"name": "Other team", "user_id": self.leader.id})
        self.first.team_ids = [Command.set(other.ids)]
        self.grow.team_ids = self.grow_won.team_ids = [Command.link(other.id)]
        leads = self.lead("A", stage_id=self.call.id) | self.lead("B", stage_id=self.call.id)
        leads.lifecycle_phase = "enhancement"
        merged = self.as_user(leads, self.leader).merge_opportunity(
            team_id=other.id, auto_unlink=False
        )
        self.assertEqual((merged.team_id, merged.stage_id), (other, self.grow))
        self.assertEqual(merged.lifecycle_phase, "enhancement")

    def test_a_stage_with_open_leads_is_not_archived_by_a_person(self):
        lead = self.lead(stage_id=self.call.id)
        stage = self.call.with_user(self.leader)
        with self.assertRaisesRegex(UserError, r"Call \(1\)"):
            stage.action_archive()
        lead.stage_id = self.offer
        stage.action_archive()
        stage.action_unarchive()
        self.assertTrue(stage.active)

    def test_a_stage_is_not_given_to_the_other_process_over_its_leads(self):
        both = self.stage("Both", 35, False)
        self.lead(stage_id=both.id)
        stage = both.with_user(self.leader)
        with self.assertRaisesRegex(UserError, r"Both \(1\)"):
            stage.lifecycle_phase = "enhancement"
        stage.lifecycle_phase = "acquisition"

    def test_the_form_shows_the_process_and_changes_the_stage_with_it(self):
        lead = self.lead()
        with Form(self.as_user(lead), view="crm.crm_lead_view_form") as form:
            form.lifecycle_phase = "enhancement"
            self.assertEqual(form.stage_id, self.grow)
        self.assertEqual(lead.stage_id, self.grow)

    def test_the_status_bar_offers_only_stages_of_the_process(self):
        arch = self.env["crm.lead"].get_view(self.env.ref("crm.crm_lead_view_form").id)["arch"]
        self.assertIn("('id', 'in', process_stage_ids)", arch)
        lead = self.lead()
        offered = self.as_user(lead).process_stage_ids
        self.assertIn(lead.stage_id, offered)
        self.assertNotIn(self.grow, offered)

    def test_a_screen_of_leads_gives_a_new_customer_no_phase(self):
        partners = self.env["res.partner"].with_context(default_lifecycle_phase="acquisition")
        self.assertFalse(partners.create({"name": "New one"}).lifecycle_phase_locked)

    def test_win_and_grow_open_leads_of_their_process(self):
        for name, phase in (("win", "acquisition"), ("grow", "enhancement")):
            action = self.env.ref(f"crm_lifecycle.action_crm_lead_{name}")
            self.assertIn(phase, action.domain)
            self.assertIn(f"'default_lifecycle_phase': '{phase}'", action.context)
            modes = [mode for _view, mode in action.views]
            self.assertEqual(modes, ["kanban", "list", "form", "graph", "pivot", "activity"])

    def test_customers_stay_the_first_screen(self):
        root = self.env.ref("crm_lifecycle.menu_lifecycle_root")
        self.assertEqual(
            root.child_id.sorted("sequence")[:3].mapped("name"), ["Customers", "Win", "Grow"]
        )

    def test_leads_from_before_get_their_process_by_one_statement(self):
        bought = self.customer("Bought")
        leads = self.lead("A", partner_id=bought.id) | self.lead("B") | self.lead("C")
        leads.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE crm_lead SET lifecycle_phase = NULL WHERE id = ANY(%s)", leads.ids)
        )
        with self.assertQueryCount(1):
            self.env["crm.lead"]._fill_lifecycle_phase()
        leads.invalidate_recordset()
        filled = leads.mapped("lifecycle_phase")
        leads._compute_lifecycle_phase()
        self.assertEqual(filled, leads.mapped("lifecycle_phase"))

    def test_an_existing_column_is_left_alone(self):
        model = self.env["crm.lead"]
        with patch.object(type(model), "_fill_lifecycle_phase") as fill:
            queue = patch.object(self.env.registry, "_post_init_queue", deque(), create=True)
            with queue:
                model._auto_init()
        fill.assert_not_called()
