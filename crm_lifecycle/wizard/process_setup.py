from odoo import api, fields, models
from odoo.exceptions import AccessError

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
# A setting of the company that comes with the processes, where it is there.
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
    requires_reason = fields.Boolean(compute="_compute_stages")

    @api.depends_context("uid")
    def _compute_stages(self):
        ready, core = self._ready_made(), self._core_stages()
        kept = core.filtered(lambda stage: stage in core._open_lead_counts())
        grow = ready.filtered(lambda stage: stage.lifecycle_phase == "enhancement")
        for setup in self:
            setup.win_stage_ids = ready - grow
            setup.grow_stage_ids = grow
            setup.kept_stage_ids = kept
            setup.archived_stage_ids = core - kept
            setup.is_done = not ready.filtered(lambda stage: not stage.active) and core <= kept
            setup.requires_reason = REASON_REQUIRED in self.env.company._fields

    def action_apply(self):
        """Do what is shown, and open the stages.

        :raises AccessError: for who does not manage the Lifecycle app
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers of the Lifecycle app change the process."))
        self.sudo()._apply()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_stage_process"
        )

    @api.model
    def _apply(self):
        """Activate, archive, and set the processes of what is kept."""
        ready, core = self._ready_made(), self._core_stages()
        kept = core.filtered(lambda stage: stage in core._open_lead_counts())
        ready.filtered(lambda stage: not stage.active).active = True
        (core - kept).active = False
        for stage in kept.filtered(lambda stage: not stage.lifecycle_phase):
            stage.lifecycle_phase = self._phase_of_leads(stage)
        company = self.env.company
        if REASON_REQUIRED in company._fields:
            company[REASON_REQUIRED] = True

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
