from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .pipeline_common import PipelineCommon


@tagged("post_install", "-at_install")
class TestProcessSetup(PipelineCommon):
    """The ready-made processes come into use at one press, and nobody's lead is left behind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.persona("process_manager", role="manager")
        cls.core = cls.env["crm.stage"].union(
            *[cls.env.ref(f"crm.stage_lead{number}") for number in (1, 2, 3, 4)]
        )
        leads = cls.env["crm.lead"].with_context(active_test=False)
        ready = cls.env["crm.process.setup"]._ready_made()
        leads.search([("stage_id", "in", (cls.core | ready).ids)]).stage_id = cls.first
        cls.core.active = True
        # As they come; the demo company has taken them into use for its team.
        ready.write({"active": False, "team_ids": False})

    def setup_form(self, user=None):
        return self.env["crm.process.setup"].with_user(user or self.manager).create({})

    def ready(self, name):
        return self.env.ref(f"crm_lifecycle.stage_{name}")

    def test_it_shows_what_will_happen(self):
        lead = self.lead(stage_id=self.core[1].id)
        form = Form(self.env["crm.process.setup"].with_user(self.manager))
        self.assertEqual(len(form.win_stage_ids), 7)
        self.assertEqual(len(form.grow_stage_ids), 4)
        self.assertEqual(form.kept_stage_ids[:].ids, lead.stage_id.ids)
        self.assertEqual(len(form.archived_stage_ids), 3)

    def test_stages_come_into_use_and_odoo_s_go(self):
        self.setup_form().action_apply()
        self.assertTrue(self.ready("win_email").active and self.ready("grow_won").is_won)
        self.assertFalse(any(self.core.mapped("active")))

    def test_a_stage_with_open_leads_stays_in_their_process(self):
        self.lead(stage_id=self.core[0].id)
        self.setup_form().action_apply()
        self.assertEqual(self.core.mapped("active"), [True, False, False, False])
        self.assertEqual(self.core[0].lifecycle_phase, "acquisition")

    def test_a_stage_with_leads_of_both_processes_stays_in_both(self):
        self.lead(stage_id=self.core[0].id)
        self.lead(stage_id=self.core[0].id, lifecycle_phase="enhancement")
        self.setup_form().action_apply()
        self.assertFalse(self.core[0].lifecycle_phase)

    def test_done_twice_is_done_once(self):
        self.setup_form().action_apply()
        self.ready("win_email").name = "First Letter"
        stages = self.env["crm.stage"].with_context(active_test=False).search([])
        before = stages.read(["name", "active", "sequence", "lifecycle_phase"])
        self.assertTrue(self.setup_form().is_done)
        self.setup_form().action_apply()
        again = self.env["crm.stage"].with_context(active_test=False).search([])
        self.assertEqual(again.read(["name", "active", "sequence", "lifecycle_phase"]), before)

    def test_a_ready_made_stage_that_was_deleted_is_left_out(self):
        self.ready("win_demo").unlink()
        self.setup_form().action_apply()
        self.assertTrue(self.ready("win_call_held").active)

    def test_a_new_lead_goes_through_the_ready_made_stages(self):
        (self.first | self.call | self.offer | self.won).active = False
        self.setup_form().action_apply()
        vals = {"name": "New", "type": "opportunity", "user_id": self.seller.id}
        lead = self.env["crm.lead"].create({**vals, "team_id": self.team.id})
        self.assertEqual(lead.stage_id, self.ready("win_email"))
        self.as_user(lead).action_set_won()
        self.assertEqual(lead.stage_id, self.ready("win_won"))

    # ------------------------------------------------------------------ companies
    def more_companies(self):
        """Two more companies of the manager's, of which the second is not selected."""
        more = self.env["res.company"].create([{"name": "Second"}, {"name": "Third"}])
        self.manager.company_ids |= more
        selected = self.company | more[0]
        setups = self.env["crm.process.setup"].with_user(self.manager)
        return more, setups.with_context(allowed_company_ids=selected.ids).create({})

    def test_a_reason_is_asked_in_each_selected_company_of_the_teams(self):
        (second, third), setup = self.more_companies()
        self.env["crm.team"].create({"name": "Of nobody", "company_id": False})
        self.assertEqual(setup.reason_company_ids, self.company | second)
        setup.action_apply()
        required = (self.company | second | third).mapped("lifecycle_lost_reason_required")
        self.assertEqual(required, [True, True, False])

    def test_a_company_without_such_a_team_asks_for_none(self):
        (second, _third), setup = self.more_companies()
        setup._ready_made().team_ids = self.team
        self.assertEqual(setup.reason_company_ids, self.company)
        setup.action_apply()
        self.assertFalse(second.lifecycle_lost_reason_required)

    def test_no_company_of_somebody_else_is_set(self):
        foreign = self.env["res.company"].create({"name": "Foreign"})
        setup = self.setup_form().with_context(allowed_company_ids=foreign.ids)
        with self.assertRaises(AccessError):
            setup.action_apply()
        self.assertFalse(foreign.lifecycle_lost_reason_required)

    # ------------------------------------------------------------------ the way there
    def hint(self, user):
        action = self.env["ir.actions.actions"].with_user(user).sudo(False)
        return action._for_xml_id("crm_lifecycle.action_crm_lead_win")["help"]

    def test_an_empty_pipeline_leads_there_until_it_is_done(self):
        link = f'name="{self.env.ref("crm_lifecycle.action_crm_process_setup").id}"'
        self.assertIn(link, self.hint(self.manager))
        self.assertNotIn(link, self.hint(self.leader))
        self.assertIn("ask a manager of the Lifecycle app", self.hint(self.leader))
        self.assertNotIn("Ready-made", self.hint(self.seller))
        self.setup_form().action_apply()
        self.assertNotIn(link, self.hint(self.manager))
        self.assertNotIn("Ready-made", self.hint(self.leader))

    def test_only_managers_of_the_app_change_the_process(self):
        with self.assertRaises(AccessError):
            self.setup_form(self.seller)
        setup = self.setup_form()
        with self.assertRaises(AccessError):
            setup.with_user(self.seller).action_apply()

    def test_managers_drag_stages_salespersons_do_not(self):
        self.offer.with_user(self.manager).sequence = 15
        with self.assertRaises(AccessError):
            self.offer.with_user(self.seller).sequence = 25
