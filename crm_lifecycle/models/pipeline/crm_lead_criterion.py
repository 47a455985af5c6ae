from collections import defaultdict
from dataclasses import dataclass, field

from markupsafe import Markup
from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, is_html_empty

from ...exceptions import StageRefused
from .stage_criterion import MANAGERS

OVERRIDE = "crm_lifecycle.stage_override"


@dataclass
class Override:
    """A manager's word that leads move although something is missing.

    It lives in the transaction, where no client's context reaches.
    """

    reason: str
    lead_ids: frozenset
    sentences: dict = field(default_factory=dict)


class CrmLead(models.Model):
    """A lead enters a stage when it meets the stage's conditions.

    ``_check_moves`` asks them of all leads of a write at once, after the values are written:
    one write may fill what is missing and move. What the server does as the superuser passes.
    """

    _inherit = "crm.lead"

    # ------------------------------------------------------------------ the check
    def _check_moves(self, moves):
        super()._check_moves(moves)
        missing = self._missing_conditions(moves)
        if not missing:
            return
        refused, warned = {}, {}
        for move in moves:
            criteria = missing.get(move.lead.id)
            if criteria:
                blocking = criteria.filtered(lambda one: one.severity == "blocking")
                refused |= {move: blocking} if blocking else {}
                warned |= {move: criteria - blocking} if criteria - blocking else {}
        self._refuse(refused)
        self._warn(warned)

    def _missing_conditions(self, moves):
        """What is missing: dict of lead id to the conditions it does not meet, in their order."""
        return self._missing_of(self._conditions_asked(moves))

    def _missing_of(self, asked):
        """The same, of what is asked.

        :param dict asked: of criterion id to leads
        """
        if not asked:
            return {}
        criteria = self.env["crm.stage.criterion"].sudo().browse(asked).sorted()
        since = {}
        if "contact" in criteria.mapped("kind"):
            since = self._in_last_stage_since(self.union(*asked.values()).ids)
        missing = defaultdict(criteria.browse)
        for criterion in criteria:
            for lead_id in criterion._unmet(asked[criterion.id], since):
                missing[lead_id] |= criterion
        return missing

    def _conditions_asked(self, moves):
        """Which conditions are asked of whom: dict of criterion id to leads."""
        of_stages = self.env["crm.stage.criterion"]._of_stages()
        asked = defaultdict(self.browse)
        if not of_stages:
            return asked
        for move in moves:
            for criterion_id in self._conditions_of(move, of_stages):
                asked[criterion_id] |= move.lead
        return asked

    def _conditions_of(self, move, of_stages):
        """The ids of the conditions that a move must meet."""
        if not move.changes_stage or not move.stage:
            return []
        if not move.forward:
            criteria = self.env["crm.stage.criterion"].sudo()
            own = criteria.browse(of_stages.get(move.stage.id, ()))
            return own.filtered(lambda one: one.scope == "always").ids
        stages = move.skipped.filtered(lambda one: not one.may_be_skipped) + move.stage
        return [one for stage in stages for one in of_stages.get(stage.id, ())]

    @api.model
    def _in_last_stage_since(self, lead_ids):
        """When leads came into the stage that they stood in last: dict of lead id to time."""
        rows = self.env.execute_query(
            SQL(
                """SELECT lead_id, max(date_in) FROM crm_stage_passage
                    WHERE lead_id = ANY(%s) AND state != 'skipped' AND is_merged IS NOT TRUE
                    GROUP BY lead_id""",
                list(lead_ids),
                to_flush=[
                    self.env["crm.stage.passage"]._fields[name]
                    for name in ("lead_id", "date_in", "state", "is_merged")
                ],
            )
        )
        return dict(rows)

    def _unfilled(self, names):
        """Those of these fields of this lead that hold nothing: a list of names."""
        return [name for name in names if not self._holds(name)]

    def _holds(self, name):
        value = self[name]
        if isinstance(value, str):
            kind = self._fields[name].type
            return bool(value.strip()) and not (kind == "html" and is_html_empty(value))
        if self._fields[name].type == "properties":
            return any(one.get("value") for one in value or [])
        return bool(value)

    # ------------------------------------------------------------------ what follows
    def _refuse(self, refused):
        """Refuse the moves, all at once, or note whom a manager lets pass.

        :param dict refused: of ``Move`` to the conditions that are missing
        :raises StageRefused: with everything that is missing
        """
        override = self.env.cr.precommit.data.get(OVERRIDE)
        for move in list(refused) if override else []:
            if move.lead.id in override.lead_ids:
                override.sentences[move.lead.id] = self._sentences(refused.pop(move))
        if not refused:
            return
        leads = [self._refused_lead(move, criteria) for move, criteria in refused.items()]
        raise StageRefused(self._refusal(leads), leads, self._may_override_stage())

    def _refused_lead(self, move, criteria):
        """One refused lead, as data."""
        lead = move.lead.sudo()
        criteria = criteria.with_context(lang=self.env.lang)
        return {
            "id": False if move.created else lead.id,
            "name": lead.name,
            "stage_id": move.stage.id,
            "stage": move.stage.with_context(lang=self.env.lang).name,
            "missing": [criterion._missing_of(lead) for criterion in criteria],
        }

    def _refusal(self, leads):
        """Everything that is missing, for people."""
        lines = []
        for lead in leads:
            lines.append(
                self.env._(
                    "%(lead)s cannot go to %(stage)s yet. Still missing:",
                    lead=lead["name"],
                    stage=lead["stage"],
                )
            )
            lines += [self._missing_line(one, lead["stage"]) for one in lead["missing"]]
        return "\n".join(lines)

    def _missing_line(self, missing, stage):
        line = f"- {missing['sentence']}"
        if missing["stage"] != stage:
            line = f"- {missing['stage']}: {missing['sentence']}"
        if missing["kind"] == "fields":
            named = self.sudo().fields_get(missing["fields"], ["string"])
            labels = [named[name]["string"] for name in missing["fields"] if name in named]
            line += f" ({', '.join(labels)})"
        return line

    def _sentences(self, criteria):
        return criteria.with_context(lang=self.env.lang).mapped("name")

    def _warn(self, warned):
        """Leave a note on leads that moved although something was advised against it."""
        if not warned:
            return
        bodies, sentences = {}, []
        for move, criteria in warned.items():
            own = self._sentences(criteria)
            sentences += [one for one in own if one not in sentences]
            title = self.env._(
                "Moved to %(stage)s, though it would be better to have first:",
                stage=move.stage.with_context(lang=self.env.lang).name,
            )
            bodies[move.lead.id] = self._listing(title, own)
        self.browse(bodies).sudo()._message_log_batch(bodies)
        title = self.env._("Moved, but something is missing")
        message = {"type": "warning", "title": title, "message": "\n".join(sentences)}
        self.env.user._bus_send("simple_notification", message)

    @api.model
    def _listing(self, title, sentences):
        items = Markup("").join(Markup("<li>%s</li>") % one for one in sentences)
        return Markup("<p>%s</p><ul>%s</ul>") % (title, items)

    # ------------------------------------------------------------------ managers
    def _may_override_stage(self):
        """Whether this user may move a lead although something is missing."""
        return any(self.env.user.has_group(group) for group in MANAGERS.split(","))

    def action_override_stage(self, stage_id=None, reason=""):
        """Move leads to a stage although they do not meet its conditions.

        :param int stage_id: the stage
        :param str reason: why; it is kept with the stay and in the chatter
        :raises AccessError: to anybody but managers
        :raises UserError: without a reason
        """
        if not self._may_override_stage():
            raise AccessError(self.env._("Ask a sales manager to move this lead nevertheless."))
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why the lead moves although something is missing."))
        self.check_access("write")
        stage = self.env["crm.stage"].browse(stage_id if isinstance(stage_id, int) else 0).exists()
        stage.check_access("read")
        if not stage:
            raise UserError(self.env._("This stage is gone: choose another."))
        override = Override(reason[:500], frozenset(self.ids))
        self.env.cr.precommit.data[OVERRIDE] = override
        try:
            self.write({"stage_id": stage.id})
        finally:
            self.env.cr.precommit.data.pop(OVERRIDE, None)
        self._note_override(stage, override)
        return True

    def _note_override(self, stage, override):
        """Leave the manager's reason in the chatter of those that needed one."""
        title = self.env._(
            "Moved to %(stage)s in spite of its conditions: %(reason)s",
            stage=stage.name,
            reason=override.reason,
        )
        bodies = {
            lead_id: self._listing(title, sentences)
            for lead_id, sentences in override.sentences.items()
        }
        if bodies:
            self.browse(bodies).sudo()._message_log_batch(bodies)
