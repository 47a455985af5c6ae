from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

MANAGER = "crm_lifecycle.group_lifecycle_manager"
READY_MADE = (
    "stage_win_email",
    "stage_win_call_set",
    "stage_win_call_held",
    "stage_win_demo",
    "stage_win_quotation",
    "stage_win_negotiation",
    "stage_win_won",
    "stage_grow_idea",
    "stage_grow_review",
    "stage_grow_proposal",
    "stage_grow_won",
)
CORE = ("stage_lead1", "stage_lead2", "stage_lead3", "stage_lead4")
ALL = {"active_test": False}
# A setting of the companies that comes with the processes.
REASON_REQUIRED = "lifecycle_lost_reason_required"


class CrmProcessSetup(models.TransientModel):
    """Take the ready-made stages of both processes into use, and Odoo's own out of it.

    It shows what it will do and does it in one go; done again, it changes nothing. A stage in
    which open leads stand is kept, in the process of those leads.
    """

    _name = "crm.process.setup"
    _description = "Ready-made Processes"

    win_stage_ids = fields.Many2many(
        "crm.stage", string="Win: Acquisition", compute="_compute_stages", context=ALL
    )
    grow_stage_ids = fields.Many2many(
        "crm.stage", string="Grow: Enhancement", compute="_compute_stages", context=ALL
    )
    archived_stage_ids = fields.Many2many(
        "crm.stage", string="Stages to Archive", compute="_compute_stages", context=ALL
    )
    kept_stage_ids = fields.Many2many(
        "crm.stage",
        string="Stages Kept",
        compute="_compute_stages",
        context=ALL,
        help="Open leads stand in them. Move those, then come back here or archive the stage.",
    )
    is_done = fields.Boolean("In Use", compute="_compute_stages")
    reason_company_ids = fields.Many2many(
        "res.company",
        string="Lost Needs a Reason",
        compute="_compute_stages",
        help="Of the companies you have selected, those whose leads go through these stages.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_stages(self):
        ready, core = self._ready_made(), self._core_stages()
        kept = core.filtered(lambda stage: stage in core._open_lead_counts())
        companies = self._companies()
        grow = ready.filtered(lambda stage: stage.lifecycle_phase == "enhancement")
        for setup in self:
            setup.win_stage_ids = ready - grow
            setup.grow_stage_ids = grow
            setup.kept_stage_ids = kept
            setup.archived_stage_ids = core - kept
            setup.is_done = self._is_done(ready, core, kept)
            setup.reason_company_ids = companies

    def action_apply(self):
        """Do what is shown, and open the stages.

        :raises AccessError: for who does not manage the Lifecycle app
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers of the Lifecycle app change the process."))
        self.sudo()._apply(self._companies().sudo())
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_stage_process"
        )

    @api.model
    def _apply(self, companies):
        """Activate, archive, and set the processes of what is kept.

        :param companies: those whose lost leads need a reason from now on
        """
        ready, core = self._ready_made(), self._core_stages()
        kept = core.filtered(lambda stage: stage in core._open_lead_counts())
        ready.filtered(lambda stage: not stage.active).active = True
        (core - kept).active = False
        for stage in kept.filtered(lambda stage: not stage.lifecycle_phase):
            stage.lifecycle_phase = self._phase_of_leads(stage)
        companies.write({REASON_REQUIRED: True})

    @api.model
    def _is_done(self, ready, core, kept):
        return not ready.filtered(lambda stage: not stage.active) and core <= kept

    @api.model
    def _is_to_do(self):
        """Whether any ready-made stage waits to be taken into use."""
        return bool(self._ready_made().filtered(lambda stage: not stage.active))

    @api.model
    def _companies(self):
        """Of the companies the user has selected, those whose leads the stages' teams handle.

        All of them where a team is of no company, or there is no team.
        """
        stages, selected = self._ready_made(), self.env.companies
        domain = Domain.TRUE
        if all(stage.team_ids for stage in stages):
            domain = Domain("id", "in", stages.team_ids.ids)
        teams = self.env["crm.team"].sudo().search(domain)
        if not teams or not all(team.company_id for team in teams):
            return selected
        return selected.filtered(lambda company: company in teams.company_id)

    @api.model
    def _phase_of_leads(self, stage):
        """The process of all leads in a stage, or False where they are of both."""
        leads = self.env["crm.lead"].sudo()
        domain = [("stage_id", "=", stage.id), ("won_status", "=", "pending")]
        groups = leads._read_group(domain, ["lifecycle_phase"])
        return groups[0][0] if len(groups) == 1 else False

    @api.model
    def _ready_made(self):
        """The stages that come with the app, those somebody deleted left out, in sudo."""
        return self._known([f"crm_lifecycle.{name}" for name in READY_MADE])

    @api.model
    def _core_stages(self):
        """Odoo's own stages that are in use, in sudo. Override to archive others too."""
        return self._known([f"crm.{name}" for name in CORE]).filtered("active")

    @api.model
    def _known(self, names):
        stages = self.env["crm.stage"].sudo()
        found = [self.env.ref(name, raise_if_not_found=False) for name in names]
        return stages.union(*[stage.sudo() for stage in found if stage])
