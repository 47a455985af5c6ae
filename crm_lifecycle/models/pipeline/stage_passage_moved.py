from odoo import api, models
from odoo.tools import SQL

MERGED = "crm_lifecycle.merged_leads"
GONE = "crm_lifecycle.deleted_leads"


class CrmStagePassage(models.Model):
    """The stays of a merged lead go to the lead that stays; those of a deleted one go with it.

    Both are noted and carried out together when the transaction is about to commit: Odoo merges
    leads by the hundred, one by one, and each would cost a query.
    """

    _inherit = "crm.stage.passage"

    @api.model
    def _note_merge(self, merged, kept):
        """Note a merge of leads.

        :param merged: leads that go
        :param kept: the lead that stays
        """
        noted = self._noted(MERGED)
        noted.extend((gone_id, kept.id) for gone_id in merged.ids if gone_id != kept.id)

    @api.model
    def _note_deleted(self, leads):
        """Note that leads are deleted."""
        self._noted(GONE).extend(leads.ids)

    @api.model
    def _noted(self, key):
        data = self.env.cr.precommit.data
        if MERGED not in data and GONE not in data:
            self.env.cr.precommit.add(self._carry_out_noted)
        return data.setdefault(key, [])

    @api.model
    def _carry_out_noted(self):
        data = self.env.cr.precommit.data
        last = {}
        for gone_id, kept_id in reversed(data.pop(MERGED, [])):
            # Merged into one that was itself merged later: it goes where that one went.
            last[gone_id] = last.get(kept_id, kept_id)
        deleted = set(data.pop(GONE, [])) - set(last)
        self.flush_model()
        if last:
            self._move_merged(list(last), list(last.values()))
        if deleted:
            self._delete_of(list(deleted))
        self.invalidate_model()

    @api.model
    def _move_merged(self, gone, kept):
        """Give the stays to the leads that stay; one that is open ends now, late or in time."""
        self.env.execute_query(
            SQL(
                """UPDATE crm_stage_passage passage
                      SET lead_id = kept.id,
                          lead_number = kept.id,
                          is_merged = TRUE,
                          date_out = COALESCE(passage.date_out,
                                              GREATEST(passage.date_in, %(now)s)),
                          exit = CASE WHEN passage.date_out IS NULL THEN 'merged'
                                      ELSE passage.exit END,
                          calendar_minutes = CASE
                              WHEN passage.date_out IS NOT NULL THEN passage.calendar_minutes
                              ELSE GREATEST(EXTRACT(EPOCH FROM %(now)s - passage.date_in) / 60, 0)
                              END,
                          state = CASE
                              WHEN passage.state != 'open' THEN passage.state
                              WHEN passage.deadline IS NULL THEN 'passed'
                              WHEN passage.paused_since IS NULL
                                   AND passage.deadline < %(second)s THEN 'failed'
                              ELSE 'met' END
                     FROM unnest(%(gone)s::int[], %(kept)s::int[]) AS merged (gone_id, kept_id)
                     JOIN crm_lead kept ON kept.id = merged.kept_id
                    WHERE passage.lead_number = merged.gone_id
                RETURNING passage.id""",
                now=self.env.cr.now(),
                second=self.env.cr.now().replace(microsecond=0),
                gone=gone,
                kept=kept,
            )
        )

    @api.model
    def _delete_of(self, lead_ids):
        self.env.execute_query(
            SQL(
                """DELETE FROM crm_stage_passage
                    WHERE lead_number = ANY(%s) AND lead_id IS NULL RETURNING id""",
                lead_ids,
            )
        )
