from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """Columns, won and merge keep to the stages of the lead's own process and team."""

    _inherit = "crm.lead"

    process_stage_ids = fields.Many2many(
        "crm.stage", string="Stages of the Process", compute="_compute_process_stage_ids"
    )

    @api.depends("team_id", "lifecycle_phase")
    def _compute_process_stage_ids(self):
        for lead in self:
            lead.process_stage_ids = lead._process_stages().ids

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """The columns: stages in use of the process that is shown, and those with leads.

        Where the user's teams have stages of their own that make the whole process, the won one
        among them, the stages of all teams and no process are columns only with leads in them.
        """
        found = super()._read_group_stage_ids(stages.with_context(active_test=False), domain)
        phase = self.env.context.get("default_lifecycle_phase")
        if phase:
            # Who leads a team sees its columns too, a member or not.
            led = stages.sudo().search([("team_ids.user_id", "=", self.env.uid)])
            found = (found.sudo() | led).sorted()
        fitting = found.sudo().filtered("active")
        if phase:
            fitting = fitting.filtered(lambda stage: stage.lifecycle_phase in (False, phase))
            own = fitting.filtered(lambda stage: stage.lifecycle_phase and stage.team_ids)
            if any(own.mapped("is_won")):
                fitting = fitting._leave_out_shared()
        return stages.browse(stage.id for stage in found if stage in stages or stage in fitting)

    def _process_stages(self):
        """Without those of all teams, where the lead's team has a process of its own."""
        stages = super()._process_stages()
        key = (self.sudo().team_id.id, self.lifecycle_phase)
        return stages._leave_out_shared() if key in stages._whole_processes() else stages

    def _stage_find(self, team_id=False, domain=None, order="sequence, id", limit=1):
        """As ``_process_stages``: a team with a process of its own uses only that."""
        keys = {(team_id or lead.team_id.id, lead.lifecycle_phase) for lead in self}
        if keys & self.env["crm.stage"]._whole_processes():
            own = ["|", ("lifecycle_phase", "!=", False), ("team_ids", "!=", False)]
            domain = [*own, *(domain or [])]
        return super()._stage_find(team_id=team_id, domain=domain, order=order, limit=limit)

    def action_set_won(self):
        """Each lead is won in the won stage of its own process.

        :raises UserError: when a process has no won stage
        """
        for leads in self.grouped(lambda lead: (lead.lifecycle_phase, lead.team_id)).values():
            leads._check_won_stage()
            super(CrmLead, leads).action_set_won()
        return True

    def _check_won_stage(self):
        if self and not self._stage_find(domain=[("is_won", "=", True)]):
            raise UserError(
                self.env._(
                    "The process of %(lead)s has no won stage. Ask a sales administrator to mark "
                    "one of its stages as won.",
                    lead=self[0].name,
                )
            )

    # ------------------------------------------------------------------ merge
    def _merge_opportunity(self, user_id=False, team_id=False, auto_unlink=True, max_length=5):
        """The merged lead goes on in the process of the one that stays.

        Odoo looks for a stage of the team, whichever its process. So where the team changes, the
        lead that stays first goes to a stage of its process that the team has.
        """
        if len(self) > 1:
            leads = self._sort_by_confidence_level(reverse=True)
            team = team_id or next((lead.team_id.id for lead in leads if lead.team_id), False)
            if team and leads[0].team_id.id != team:
                leads[0]._go_to_stage_of_team(team)
        return super()._merge_opportunity(user_id, team_id, auto_unlink, max_length)

    def _go_to_stage_of_team(self, team_id):
        """To the first stage of this lead's process in a team, unless it stands in one of it."""
        teams = self.stage_id.sudo().team_ids.ids
        if self.stage_id and (not teams or team_id in teams):
            return
        domain = [("lifecycle_phase", "in", [False, self.lifecycle_phase])]
        stage = self.browse()._stage_find(team_id=team_id, domain=domain)
        if stage:
            # Nobody asked for this move, so no condition of the stage is asked for either.
            self.sudo().stage_id = stage

    def _merge_get_fields_specific(self):
        return {
            **super()._merge_get_fields_specific(),
            "lifecycle_phase": lambda _name, leads: leads[0].lifecycle_phase,
        }
