from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

BATCH = 10000
WINDOW_SECONDS = 60
OUTCOMES = [
    ("asked", "Asked"),
    ("shown", "Customer shown"),
    ("nothing", "Nothing shown"),
    ("refused", "Refused: too many"),
]


class CrmInteractionLookup(models.Model):
    """Who looked up which number, and how many they may: one row a look-up.

    ``_look_up`` writes the row and commits it, in a transaction of its own, before it looks:
    whatever becomes of the request, the look-up is noted and counted, by every worker. Because
    each request counts after its own commit, no more than the limit come through, however many
    are made at once. Those refused are counted in one row a user and minute.

    No context key or access right keeps a row from being written. Nobody changes or deletes
    one, the superuser included; after the company's number of days the daily clean-up does.
    """

    _name = "crm.interaction.lookup"
    _description = "Look-up of a Telephone Number"
    _order = "date desc, id desc"
    _log_access = False

    date = fields.Datetime(required=True, readonly=True, index=True)
    # Users may be deleted; who it was stays as text.
    user_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    login = fields.Char(readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    number = fields.Char("International Number", readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    times = fields.Integer(default=1, readonly=True)

    _rate_idx = models.Index("(user_id, date)")

    def _compute_display_name(self):
        for lookup in self:
            lookup.display_name = self.env._("Look-up %(id)s", id=lookup.id)

    @api.model
    def _look_up(self, number, company):
        """The contacts that have this number, of the customers that the user may see.

        :param number: written in any way
        :return: list of (contact id, customer id); None when the user asked too often
        """
        number = self.env["crm.interaction.number"]._e164(number, company)
        with self.env.registry.cursor() as cr:
            row_id = self._note(cr, number, company)
            # Its own transaction: a request that fails is noted and counted as well.
            cr.commit()  # pylint: disable=invalid-commit
            if self._asked_too_often(cr, company):
                self._refuse(cr, row_id)
                return None
            contacts = self._visible_contacts(number, company)
            self._conclude(cr, row_id, "shown" if contacts else "nothing")
        return contacts

    @api.model
    def _visible_contacts(self, number, company):
        numbers = self.env["crm.interaction.number"]
        contacts = numbers._contacts([number], company)
        return numbers._shown(contacts.get(number, []), company)

    # ------------------------------------------------------------------ the log
    @api.model
    def _note(self, cr, number, company):
        cr.execute(
            SQL(
                """INSERT INTO crm_interaction_lookup
                          (date, user_id, login, company_id, number, outcome, times)
                   VALUES (%s, %s, %s, %s, %s, 'asked', 1) RETURNING id""",
                fields.Datetime.now(),
                self.env.uid,
                self.env.user.login,
                company.id,
                number or None,
            )
        )
        return cr.fetchone()[0]

    @api.model
    def _window_start(self):
        return fields.Datetime.subtract(fields.Datetime.now(), seconds=WINDOW_SECONDS)

    @api.model
    def _asked_too_often(self, cr, company):
        cr.execute(
            SQL(
                """SELECT COUNT(*) FROM crm_interaction_lookup
                    WHERE user_id = %s AND date > %s AND outcome <> 'refused'""",
                self.env.uid,
                self._window_start(),
            )
        )
        return cr.fetchone()[0] > company.sudo().lifecycle_lookup_limit

    @api.model
    def _refuse(self, cr, row_id):
        """Count a refused look-up in the minute's row; the first one is that row.

        A row that another worker is counting in is left to it, so that nobody waits.
        """
        try:
            with cr.savepoint(flush=False):
                cr.execute(
                    SQL(
                        """WITH known AS (
                               SELECT id FROM crm_interaction_lookup
                                WHERE user_id = %(uid)s AND date > %(start)s
                                  AND outcome = 'refused'
                                ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED),
                           counted AS (
                               UPDATE crm_interaction_lookup SET times = times + 1
                                WHERE id IN (SELECT id FROM known) RETURNING id),
                           first AS (
                               UPDATE crm_interaction_lookup SET outcome = 'refused'
                                WHERE id = %(row)s AND NOT EXISTS (SELECT FROM known))
                           DELETE FROM crm_interaction_lookup
                            WHERE id = %(row)s AND EXISTS (SELECT FROM counted)""",
                        uid=self.env.uid,
                        start=self._window_start(),
                        row=row_id,
                    )
                )
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Somebody counted since: the row is there, and says that it is at least so many.
            cr.execute(SQL("DELETE FROM crm_interaction_lookup WHERE id = %s", row_id))

    @api.model
    def _conclude(self, cr, row_id, outcome):
        cr.execute(
            SQL("UPDATE crm_interaction_lookup SET outcome = %s WHERE id = %s", outcome, row_id)
        )

    def write(self, vals):
        if self and vals:
            raise UserError(self.env._("The log of look-ups cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The log of look-ups cannot be deleted."))

    @api.autovacuum
    def _gc_lookups(self):
        """Remove what is older than its company keeps it."""
        rows = self.env.execute_query(
            SQL(
                """DELETE FROM crm_interaction_lookup WHERE id IN (
                   SELECT lookup.id FROM crm_interaction_lookup lookup
                     JOIN res_company company ON company.id = lookup.company_id
                    WHERE lookup.date < %s::timestamp
                                        - company.lifecycle_lookup_days * INTERVAL '1 day'
                    LIMIT %s)
                RETURNING id""",
                fields.Datetime.now(),
                BATCH,
                to_flush=self.env["res.company"]._fields["lifecycle_lookup_days"],
            )
        )
        self.invalidate_model()
        return len(rows), len(rows) == BATCH
