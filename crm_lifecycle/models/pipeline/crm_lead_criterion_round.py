from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from .crm_lead_move import _place

# What may change a lead's team or process, the salesperson's team included.
CHANGING = {"team_id", "user_id", "partner_id", "company_id", "lifecycle_phase"}


class CrmLead(models.Model):
    """No condition is walked round by a change of team or process and back.

    A stage is *known* to a lead that stood in it or jumped over it, which leaves a stay behind,
    and to one that came to a later stage with the team and process it has now: it was asked then,
    or let pass. Whoever moves a lead is asked for the conditions of the unknown stages before
    the one it enters as well, and of an unknown one it goes back to. A won lead goes nowhere any
    more, so it is asked when its team or process changes.

    Stages made since the lead came where it stands are asked of nobody. It costs one query for
    all leads of a write, and none where no stage in question has a condition.
    """

    _inherit = "crm.lead"

    def write(self, vals):
        if self.env.su or CHANGING.isdisjoint(vals):
            return super().write(vals)
        before = self._won_ways(vals)
        result = super().write(vals)
        self._check_won_way(before)
        return result

    def _won_ways(self, vals):
        """The ways of the won ones of these leads; empty where there is no condition."""
        leads = self.sudo()
        if "user_id" in vals:
            # Odoo reads the leads then, anyway: most often nothing else has to be looked up.
            leads = leads.filtered(lambda lead: lead.won_status == "won")
        if not leads or not leads._has_conditions():
            return {}
        return leads.filtered(lambda lead: lead.won_status == "won")._ways()

    def _has_conditions(self):
        """Whether there is any condition at all; costs nothing."""
        return bool(self.env["crm.stage.criterion"]._of_stages())

    def _ways(self):
        """The way each of these leads goes: dict of lead id to stage, team and process."""
        return {
            lead.id: (lead.stage_id.id, lead.team_id.id, lead.lifecycle_phase)
            for lead in self.sudo()
        }

    def _check_won_way(self, before):
        """Refuse to give won leads a team or process whose conditions nobody asked.

        :param dict before: of lead id to its way
        :raises StageRefused: with everything that is missing
        """
        if not before:
            return
        after = self.browse(before)._ways()
        other = self.browse(
            lead_id
            for lead_id, way in after.items()
            if way != before[lead_id] and way[0] == before[lead_id][0]
        )
        standings = other._standings()
        moves = [lead._move(standings[lead.id], standings[lead.id]) for lead in other]
        missing = self._missing_of(self._round_asked(moves))
        blocking = {
            move: missing[move.lead.id].filtered(lambda one: one.severity == "blocking")
            for move in moves
            if move.lead.id in missing
        }
        self._refuse({move: criteria for move, criteria in blocking.items() if criteria})

    # ------------------------------------------------------------------ which are asked
    def _conditions_asked(self, moves):
        asked = super()._conditions_asked(moves)
        moved = [move for move in moves if move.changes_stage and move.stage]
        for criterion_id, leads in self._round_asked(moved).items():
            asked[criterion_id] |= leads
        return asked

    def _round_asked(self, moves):
        """The conditions of unknown stages: dict of criterion id to leads."""
        asked = defaultdict(self.browse)
        of_stages = self.env["crm.stage.criterion"]._of_stages()
        if not of_stages:
            return asked
        questions = {
            move: move.lead._stages_in_question(move).filtered(lambda one: one.id in of_stages)
            for move in moves
            if not move.created
        }
        questions = {move: stages for move, stages in questions.items() if stages}
        stays = self._stays_of([move.lead.id for move in questions])
        for move, stages in questions.items():
            for stage in stages:
                if not move.lead._is_known(stage, stays[move.lead.id]):
                    for criterion_id in of_stages[stage.id]:
                        asked[criterion_id] |= move.lead
        return asked

    def _stages_in_question(self, move):
        """The stages that this lead would have come through, and that nobody asks of anyway."""
        process = self._process_stages()
        before = process.filtered(
            lambda one: (
                _place(one) < _place(move.stage) and not one.is_won and not one.may_be_skipped
            )
        )
        entered = move.stage if move.changes_stage and not move.forward else move.stage.browse()
        return before - move.skipped + entered

    def _stays_of(self, lead_ids):
        """What is known of these leads: dict of lead id to a list of rows, in their order."""
        found = defaultdict(list)
        if not lead_ids:
            return found
        names = ("stage_id", "stage_sequence", "team_id", "lifecycle_phase", "entry", "date_in")
        stays = self.env["crm.stage.passage"]
        rows = self.env.execute_query(
            SQL(
                """SELECT lead_id, stage_id, stage_sequence, team_id, lifecycle_phase,
                          entry, date_in
                     FROM crm_stage_passage
                    WHERE lead_id = ANY(%s) AND is_merged IS NOT TRUE
                    ORDER BY date_in, id""",
                list(lead_ids),
                to_flush=[stays._fields[name] for name in (*names, "lead_id", "is_merged")],
            )
        )
        for lead_id, *row in rows:
            found[lead_id].append(dict(zip(names, row, strict=True)))
        return found

    def _is_known(self, stage, stays):
        """Whether this lead was asked at a stage, or could not have been.

        :param list stays: its rows of ``_stays_of``; without any, its past is not found yet
        """
        if not stays or stage.create_date.replace(microsecond=0) > stays[-1]["date_in"]:
            return True
        way = (self.sudo().team_id.id or None, self.lifecycle_phase or None)
        return any(
            stay["stage_id"] == stage.id
            or (
                # Restored, it was asked nothing.
                stay["entry"] != "restored"
                and way == (stay["team_id"], stay["lifecycle_phase"])
                and stage.sequence <= stay["stage_sequence"]
            )
            for stay in stays
        )
