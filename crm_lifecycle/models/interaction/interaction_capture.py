from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

BATCH = 200
SOURCES = [
    ("email", "E-mail"),
    ("activity", "Activity"),
    ("meeting", "Meeting"),
    ("number", "Number"),
]
# Captured contacts are no news to anybody: no followers, no log, no notification.
QUIET = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "tracking_disable": True,
}


class CrmInteractionCapture(models.Model):
    """What may be a contact with a customer: append only, no key, nothing to wait for.

    ``_push`` notes e-mails, activities and meetings until the transaction is about to commit,
    and then writes them all and wakes the job, with one statement. Posting a message pays no
    more than that. ``_cron_capture`` takes rows nobody else has taken, decides which
    of them are contacts, logs those as ``crm.interaction`` and deletes the rows in the same
    transaction: killed anywhere, the rows are still there. A row that cannot be worked on is put
    aside with the reason (``interaction_capture_aside.py``) and stops no other.

    What is a contact stands in the neighbours of this file, one for each source. Each is
    logged once: what has its contact is left out before, and the unique index over the source
    is the last guard.
    """

    _name = "crm.interaction.capture"
    _description = "Contacts to Capture"
    _log_access = False
    _order = "id"

    source = fields.Selection(SOURCES, "Kind", required=True, readonly=True)
    res_id = fields.Integer("Record", required=True, readonly=True)
    create_date = fields.Datetime("Since", readonly=True)
    error = fields.Char("Reason", readonly=True)

    # ------------------------------------------------------------------ noting
    @api.model
    def _push(self, source, res_ids):
        """Note what may be a contact.

        :param str source: email, activity or meeting
        :param res_ids: ids of mail.message, mail.activity or calendar.event
        """
        keys = {(source, res_id) for res_id in res_ids}
        if not keys:
            return
        pending = self.env.cr.precommit.data.setdefault("crm_lifecycle.captured", set())
        if not pending:
            self.env.cr.precommit.add(self._write_pending)
        pending |= keys

    @api.model
    def _forget(self, source, res_ids):
        """Take back what this transaction noted: it turned out to be no contact."""
        pending = self.env.cr.precommit.data.get("crm_lifecycle.captured", set())
        pending -= {(source, res_id) for res_id in res_ids}
        # A savepoint, or a flush, may have written it down already.
        self.env.execute_query(
            SQL(
                """DELETE FROM crm_interaction_capture
                    WHERE source = %s AND res_id = ANY(%s) RETURNING id""",
                source,
                list(res_ids),
            )
        )

    @api.model
    def _write_pending(self):
        """Append what was noted."""
        pending = self.env.cr.precommit.data.pop("crm_lifecycle.captured", None)
        if not pending:
            return
        sources, res_ids = zip(*sorted(pending), strict=True)
        noted = SQL(
            """INSERT INTO crm_interaction_capture (source, res_id, create_date)
               SELECT noted.source, noted.res_id, %s
                 FROM unnest(%s::text[], %s::int[]) AS noted (source, res_id)
               RETURNING id""",
            fields.Datetime.now(),
            list(sources),
            list(res_ids),
        )
        self._wake(noted=noted)

    @api.model
    def _wake(self, minutes=0, noted=None):
        """Start the job as soon as this transaction is committed, or so many minutes later.

        The trigger's row is made here rather than by ``_trigger()``, and together with those
        of the queue: this stands in the way of somebody posting a message.

        :param SQL noted: the statement that writes the queue's rows
        """
        job = self.env["ir.model.data"]._xmlid_to_res_id("crm_lifecycle.cron_interaction_capture")
        # While installing, the job is not there yet.
        moment = fields.Datetime.add(fields.Datetime.now(), minutes=minutes)
        self.env.execute_query(
            SQL(
                """WITH noted AS (%s)
                   INSERT INTO ir_cron_trigger (cron_id, call_at, create_uid, create_date)
                   SELECT id, %s, %s, %s FROM ir_cron WHERE id = %s RETURNING id""",
                noted or SQL("SELECT 1"),
                moment,
                self.env.uid,
                fields.Datetime.now(),
                job or 0,
            )
        )
        self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_capture(self):
        """Work the queue off, a batch a transaction."""
        refresh = self.env["crm.customer.value.refresh"]
        refresh._work_off(self, [("error", "=", False)], self._capture_attempt)

    @api.model
    def _capture_attempt(self, last, attempt):
        """A batch; a smaller one where others write the same rows."""
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        return self._capture_batch(limit, last)

    @api.model
    def _capture_batch(self, limit=BATCH, last=None):
        """Take up to ``limit`` rows off the queue, and log those that are contacts.

        :param int last: leave rows after this id
        :return: number of rows taken; 0 when there is nothing that nobody else works on
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT id, source, res_id, create_date FROM crm_interaction_capture
                    WHERE error IS NULL AND (%s::int IS NULL OR id <= %s)
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
                last,
                last,
                limit,
                to_flush=self._fields["error"],
            )
        )
        self._each_or_aside(rows, self._capture_rows, self._put_row_aside)
        return len(rows)

    @api.model
    def _capture_rows(self, rows):
        """Log what is a contact of rows of the queue, and delete the rows."""
        noted = defaultdict(dict)
        for _id, source, res_id, since in rows:
            noted[source][res_id] = since
        for source, capture in self._captures().items():
            if noted[source]:
                capture(noted[source])
        self.env.execute_query(
            SQL(
                "DELETE FROM crm_interaction_capture WHERE id = ANY(%s) RETURNING id",
                [row[0] for row in rows],
            )
        )

    @api.model
    def _captures(self):
        """What looks at the rows of each source: dict of source to method.

        Each takes a dict of id to the moment it was noted.
        """
        return {
            "email": self._capture_emails,
            "activity": self._capture_activities,
            "meeting": self._capture_meetings,
            "number": self._capture_numbers,
        }

    # ------------------------------------------------------------------ logging
    @api.model
    def _logged(self, source, res_ids):
        """The contacts that were logged from these records."""
        interactions = self.env["crm.interaction"].sudo()
        return interactions.search(
            [("source", "=", source), ("source_res_id", "in", list(res_ids))]
        )

    @api.model
    def _not_logged(self, source, records):
        """The records that are there, and have no contact yet."""
        logged = set(self._logged(source, records.ids).mapped("source_res_id"))
        return records.filtered(lambda record: record.id not in logged).exists()

    @api.model
    def _log(self, vals_list):
        """Log contacts.

        As superuser: people whose customer it is not have written to customers as well.
        """
        self.env["crm.interaction"].sudo().with_context(**QUIET).create(vals_list)
