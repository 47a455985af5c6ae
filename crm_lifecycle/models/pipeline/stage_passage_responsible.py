from odoo import api, models
from odoo.tools import SQL

RESPONSIBLE = "crm_lifecycle.other_responsibles"


class CrmStagePassage(models.Model):
    """A stay keeps who is on the lead, and, once it is over, who was.

    Who changed is noted and written with one statement when the transaction is about to commit:
    leads are assigned by the hundred. Where leave stops the clock, the job sets it anew.
    """

    _inherit = "crm.stage.passage"

    def _prepare_entry(self, move, now):
        values = super()._prepare_entry(move, now)
        if self.env["crm.stage"]._assigning_ids():
            values["responsible_id"] = move.lead.sudo().stage_responsible_id.id
        return values

    @api.model
    def _note_responsible(self, leads):
        """Note that somebody else may be on these leads; nothing where no stage asks for it."""
        stages = self.env["crm.stage"]
        if not leads or not (stages._clocked_ids() or stages._assigning_ids()):
            return
        noted = self.env.cr.precommit.data.setdefault(RESPONSIBLE, set())
        if not noted:
            self.env.cr.precommit.add(self._follow_responsibles)
        noted.update(leads.ids)

    @api.model
    def _follow_responsibles(self):
        """Write who is on the leads that were noted into their open stays."""
        noted = self.env.cr.precommit.data.pop(RESPONSIBLE, None)
        if not noted:
            return
        self.env["crm.lead"].flush_model(["stage_responsible_id"])
        self.flush_model()
        self.env.execute_query(
            SQL(
                """UPDATE crm_stage_passage passage
                      SET responsible_id = lead.stage_responsible_id,
                          is_outdated = CASE WHEN %(counts)s THEN TRUE
                                             ELSE passage.is_outdated END,
                          next_check_at = CASE WHEN %(counts)s THEN %(now)s
                                               ELSE passage.next_check_at END
                     FROM crm_lead lead
                    WHERE passage.lead_id = lead.id AND lead.id = ANY(%(leads)s)
                      AND passage.date_out IS NULL
                      AND passage.responsible_id IS DISTINCT FROM lead.stage_responsible_id
                RETURNING passage.id""",
                counts=SQL(
                    """passage.stops_on_leave AND passage.state = 'open'
                       AND passage.deadline_minutes > 0 AND passage.paused_since IS NULL"""
                ),
                now=self.env.cr.now().replace(microsecond=0),
                leads=sorted(noted),
            )
        )
        self.invalidate_model(["responsible_id", "is_outdated", "next_check_at"])
