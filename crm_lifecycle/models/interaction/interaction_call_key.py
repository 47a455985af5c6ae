from odoo import api, fields, models
from odoo.tools import SQL

KEPT_DAYS = 2
WINDOW_SECONDS = 60
BATCH = 10000


class CrmInteractionCallKey(models.Model):
    """Lets only one transaction at a time work on a call, and starts the others anew.

    A call is a row of ``crm.interaction`` or of ``crm.interaction.caller``, so no unique index
    sees both. ``_take`` writes the call's row here: a second transaction waits for the first,
    and then fails with a serialization error, as any that wrote the same row would. Odoo does
    it again, with a view of the data that has what the first did. A lock alone would not do:
    the second would go on with its old view.

    The rows matter while transactions run, and for a minute to count a user's calls; after two
    days the daily clean-up takes them.
    """

    _name = "crm.interaction.call.key"
    _description = "Call at Work"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    external_id = fields.Char("External Reference", required=True, readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, ondelete="cascade")
    date = fields.Datetime(required=True, readonly=True, index=True)

    _call_uniq = models.UniqueIndex("(company_id, external_id)")
    _rate_idx = models.Index("(user_id, date)")

    @api.model
    def _take(self, company_id, external_id):
        """Be the only transaction that works on this call, until it ends.

        :raises SerializationFailure: when another one did since this transaction began
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_interaction_call_key (company_id, external_id, user_id, date)
                   VALUES (%s, %s, %s, %s)
                   ON CONFLICT (company_id, external_id)
                   DO UPDATE SET user_id = EXCLUDED.user_id, date = EXCLUDED.date""",
                company_id,
                external_id,
                self.env.uid,
                fields.Datetime.now(),
            )
        )

    @api.model
    def _count_others_lately(self, external_id):
        """How many other calls the user told of within a minute, whatever became of them."""
        start = fields.Datetime.subtract(fields.Datetime.now(), seconds=WINDOW_SECONDS)
        [(count,)] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*) FROM crm_interaction_call_key
                    WHERE user_id = %s AND date > %s AND external_id <> %s""",
                self.env.uid,
                start,
                external_id,
            )
        )
        return count

    @api.autovacuum
    def _gc_keys(self):
        oldest = fields.Datetime.subtract(fields.Datetime.now(), days=KEPT_DAYS)
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_interaction_call_key WHERE id IN (
                   SELECT id FROM crm_interaction_call_key WHERE date < %s LIMIT %s)""",
                oldest,
                BATCH,
            )
        )
        done = self.env.cr.rowcount
        self.invalidate_model()
        return done, done == BATCH
