from dataclasses import dataclass

from odoo import api, models
from odoo.exceptions import ValidationError

DRIFT = "crm_lifecycle.drifted_leads"
# Writing none of these, a lead stays where it stands.
MOVING = {"stage_id", "active", "probability"}


def _place(stage):
    """Where a stage stands in its process; of two with one number, the older is the earlier."""
    return (stage.sequence, stage.id)


@dataclass(frozen=True)
class Standing:
    """Where a lead stands.

    :param stage_id: id, or False
    :param active: not archived
    :param won_status: won, lost or pending
    """

    stage_id: int
    active: bool
    won_status: str


@dataclass(frozen=True)
class Move:
    """One lead's change of standing.

    :param lead: the ``crm.lead`` record, as it stands now
    :param before: where it stood; None for a lead that was created now
    :param after: where it stands
    :param stage: the stage it stands in now
    :param previous: the stage it stood in, or an empty record
    :param skipped: the stages it jumped over on its way forward, in their order
    :param by_server: nobody asked for it: a change of team or process took the lead along
    """

    lead: models.BaseModel
    before: Standing | None
    after: Standing
    stage: models.BaseModel
    previous: models.BaseModel
    skipped: models.BaseModel
    by_server: bool = False

    @property
    def created(self) -> bool:
        """The lead is new."""
        return self.before is None

    @property
    def changes_stage(self) -> bool:
        """The lead stands in another stage than before, or in its first."""
        return self.before is None or self.before.stage_id != self.after.stage_id

    @property
    def forward(self) -> bool:
        """It went to a later stage; a new lead went there from nowhere."""
        if not self.changes_stage:
            return False
        return self.created or _place(self.stage) > _place(self.previous)

    @property
    def closed(self) -> bool:
        """It left the pipeline without being won: lost or archived."""
        return not self.after.active and (self.before is None or self.before.active)

    @property
    def reopened(self) -> bool:
        """It came back from the archive."""
        return self.before is not None and not self.before.active and self.after.active


class CrmLead(models.Model):
    """Every change of stage, win, loss, archiving and return goes through one place: here.

    The other files of the room extend three methods, each called once for all leads of a
    ``create`` or ``write``, whichever door it came through, with a list of ``Move``:

    1. ``_check_moves``: raise, to refuse. Not asked as the superuser.
    2. ``_record_moves``: write what happened (``crm.stage.passage``).
    3. ``_after_moves``: hand on to people, set clocks, prepare documents.

    Leads are compared before and after, so that no caller can leave one out. A stage that Odoo
    computes (the team or process was changed) is noted and carried out with the next of these
    calls, or when the transaction is about to commit; nobody asked for it, so it is not refused.
    A write of other fields costs nothing.
    """

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._carry_out_drift()
        leads._carry_out({})
        return leads

    def write(self, vals):
        if MOVING.isdisjoint(vals):
            result = super().write(vals)
            self._carry_out_drift()
            return result
        before = self._standings()
        result = super().write(vals)
        self._carry_out_drift(before)
        self._carry_out(before)
        return result

    # ------------------------------------------------------------------ the three steps
    def _check_moves(self, moves):
        """Refuse what must not be. Extend to add a condition.

        :param list moves: of ``Move``; the leads hold their new values
        :raises UserError: with everything that is missing, for all of the leads
        """
        for move in moves:
            move.lead._check_stage_of_process(move)

    def _record_moves(self, moves):
        """Write down what happened. Extend to keep more of it."""
        self.env["crm.stage.passage"]._record(moves)

    def _after_moves(self, moves):
        """Act on what happened. Extend to add a consequence."""

    # ------------------------------------------------------------------ comparing
    def _standings(self):
        """Where these leads stand: dict of lead id to ``Standing``."""
        return {
            lead.id: Standing(lead.stage_id.id, lead.active, lead.won_status)
            for lead in self.sudo()
        }

    def _carry_out(self, before, by_server=False):
        """Compare with ``before``, check, record and act.

        :param dict before: of lead id to ``Standing``; without one, the lead is new
        """
        moves = self._moves(before, by_server)
        if not moves:
            return
        if not self.env.su and not by_server:
            self._check_moves(moves)
        self._record_moves(moves)
        self._after_moves(moves)

    def _moves(self, before, by_server=False):
        after = self._standings()
        moved = self.filtered(lambda lead: before.get(lead.id) != after[lead.id])
        return [lead._move(before.get(lead.id), after[lead.id], by_server) for lead in moved]

    def _move(self, before, after, by_server=False):
        stages = self.env["crm.stage"].sudo()
        stage, previous = stages.browse(after.stage_id), stages
        if before:
            previous = stages.browse(before.stage_id)
        skipped = stages
        if stage and stage != previous:
            skipped = self._stages_between(previous, stage)
        return Move(self, before, after, stage, previous, skipped, by_server)

    def _stages_between(self, previous, stage):
        """The stages of this lead's process after ``previous`` and before ``stage``, in sudo."""
        low = _place(previous) if previous else (-1, 0)
        process = self._process_stages() if _place(stage) > low else stage.browse()
        return process.filtered(lambda one: low < _place(one) < _place(stage) and not one.is_won)

    def _process_stages(self):
        """All stages of this lead's process and team, in their order, in sudo."""
        self.ensure_one()
        lead = self.sudo()
        return (
            lead.env["crm.stage"]
            ._in_use()
            .filtered(
                lambda one: (
                    (not one.team_ids or lead.team_id in one.team_ids)
                    and one.lifecycle_phase in (False, lead.lifecycle_phase)
                )
            )
        )

    def _check_stage_of_process(self, move):
        """A lead stands in a stage that takes leads, of its own process and team.

        Stages of no process are Odoo's, which lets a lead stand in another team's.

        :raises ValidationError: when it was put into another
        """
        stage, team = move.stage, self.sudo().team_id
        if not move.changes_stage or not stage:
            return
        if stage.lifecycle_phase and stage.lifecycle_phase != self.lifecycle_phase:
            raise ValidationError(
                self.env._(
                    "%(stage)s is a stage of another process than that of %(lead)s. "
                    "Choose a stage of its own process, or change the lead's process first.",
                    stage=stage.name,
                    lead=self.name,
                )
            )
        strange = stage.lifecycle_phase and stage.team_ids and team and team not in stage.team_ids
        if not stage.active or strange:
            raise ValidationError(
                self.env._(
                    "%(stage)s takes no leads of the team of %(lead)s, or is archived. "
                    "Choose another stage.",
                    stage=stage.name,
                    lead=self.name,
                )
            )

    # ------------------------------------------------------------------ computed stages
    def _note_drift(self, stages):
        """Note leads whose stage was computed anew.

        :param dict stages: lead id to the stage before
        """
        drifted = {
            lead.id: Standing(stages[lead.id].id, lead.active, lead.won_status)
            for lead in self.sudo()
            if stages.get(lead.id) and stages[lead.id] != lead.stage_id
        }
        if not drifted:
            return
        noted = self.env.cr.precommit.data.setdefault(DRIFT, {})
        if not noted:
            self.env.cr.precommit.add(self._carry_out_drift)
        for lead_id, standing in drifted.items():
            noted.setdefault(lead_id, standing)

    def _carry_out_drift(self, asked=()):
        """Carry out what was noted, but for the leads of ``asked``, which are compared anyway."""
        noted = self.env.cr.precommit.data.get(DRIFT)
        if not noted:
            return
        self.env.cr.precommit.data.pop(DRIFT)
        before = {lead_id: at for lead_id, at in noted.items() if lead_id not in asked}
        leads = self.sudo().browse(before).exists()
        leads._carry_out(before, by_server=True)
