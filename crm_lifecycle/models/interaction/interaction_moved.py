from odoo import api, models
from odoo.tools import SQL

KEY = "crm_lifecycle.merged_documents"


class CrmInteraction(models.Model):
    """What was about merged documents is about the one that stays.

    Merges are noted and carried out together when the transaction is about to commit: Odoo
    merges leads one by one, by the hundred, and each would cost a query. A rolled back
    savepoint takes its notes along.
    """

    _inherit = "crm.interaction"

    @api.model
    def _move_documents(self, merged, kept):
        """Note a merge.

        :param merged: records that go
        :param kept: the record of the same model that stays
        """
        noted = self.env.cr.precommit.data.setdefault(KEY, [])
        if not noted:
            self.env.cr.precommit.add(self._move_noted_documents)
        noted.extend((kept._name, gone_id, kept.id) for gone_id in merged.ids if gone_id != kept.id)

    @api.model
    def _move_noted_documents(self):
        last = {}
        for model, gone_id, kept_id in reversed(self.env.cr.precommit.data.pop(KEY, [])):
            # Merged into one that was itself merged later: it goes where that one went.
            last[model, gone_id] = last.get((model, kept_id), kept_id)
        if not last:
            return
        names, gone = zip(*last, strict=True)
        self.flush_model(["res_model", "res_id"])
        moved = self.env.execute_query(
            SQL(
                """UPDATE crm_interaction SET res_id = merged.kept
                     FROM unnest(%s::text[], %s::int[], %s::int[]) AS merged (model, gone, kept)
                    WHERE crm_interaction.res_model = merged.model
                      AND crm_interaction.res_id = merged.gone
                RETURNING crm_interaction.id""",
                list(names),
                list(gone),
                list(last.values()),
            )
        )
        if moved:
            self.invalidate_model(["res_id"])
