from odoo import api, models, tools


class CrmStage(models.Model):
    """A team may have a process of its own.

    Where a team's own stages make the whole of a process, the won one among them, the stages of
    all teams and no process are no part of it.
    """

    _inherit = "crm.stage"

    def write(self, vals):
        result = super().write(vals)
        if not {"team_ids", "lifecycle_phase", "is_won"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _whole_processes(self):
        """The teams with a process of their own: frozenset of (team id, phase)."""
        return frozenset(
            (team_id, stage.lifecycle_phase)
            for stage in self._in_use().filtered(lambda one: one.is_won and one.lifecycle_phase)
            for team_id in stage.team_ids._ids
        )

    def _leave_out_shared(self):
        """Without the stages of all teams and no process."""
        return self.filtered(lambda stage: stage.lifecycle_phase or stage.team_ids)
