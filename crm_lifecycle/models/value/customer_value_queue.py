from odoo import api, fields, models
from odoo.tools import SQL

BATCH = 500
EXACT_ATTEMPTS = 2


class CrmCustomerValueQueue(models.Model):
    """Customers whose figures are old: append only, no key, nothing to wait for.

    ``_push`` notes customers and companies until the transaction is about to commit, and then
    writes them all with one insert and wakes the job with another, however many hooks of
    however many documents fired. ``_cron_refresh`` takes rows nobody else has taken,
    refreshes their customers and deletes them in the same transaction: killed anywhere,
    the rows are still there.
    """

    _name = "crm.customer.value.queue"
    _description = "Customers to Refresh"
    _log_access = False

    partner_id = fields.Many2one("res.partner", "Customer", ondelete="cascade", required=True)
    company_id = fields.Many2one("res.company", ondelete="cascade", required=True)
    create_date = fields.Datetime("Since", readonly=True)

    @api.model
    def _push(self, keys):
        """Note customers as changed.

        :param keys: iterable of (commercial partner id, company id); empty ids are left out
        """
        keys = {(partner, company) for partner, company in keys if partner and company}
        if not keys:
            return
        pending = self.env.cr.precommit.data.setdefault("crm_lifecycle.changed", set())
        if not pending:
            self.env.cr.precommit.add(self._write_pending)
        pending |= keys

    @api.model
    def _write_pending(self):
        """Append what was noted. Partners that a rolled back savepoint took away are left out."""
        pending = self.env.cr.precommit.data.pop("crm_lifecycle.changed", None)
        if not pending:
            return
        partners, companies = zip(*sorted(pending), strict=True)
        self.env.execute_query(
            SQL(
                """INSERT INTO crm_customer_value_queue (partner_id, company_id, create_date)
                   SELECT changed.partner_id, changed.company_id, %s
                     FROM unnest(%s::int[], %s::int[]) AS changed (partner_id, company_id)
                     JOIN res_partner ON res_partner.id = changed.partner_id
                   RETURNING id""",
                fields.Datetime.now(),
                list(partners),
                list(companies),
            )
        )
        self._wake()

    @api.model
    def _wake(self, minutes=0):
        """Start the job as soon as this transaction is committed, or so many minutes later.

        The trigger's row is made here rather than by ``_trigger()``, which first reads the
        job: this stands in the way of somebody posting an invoice.
        """
        job = self.env["ir.model.data"]._xmlid_to_res_id("crm_lifecycle.cron_customer_value_queue")
        if not job:
            return  # while installing, before the job is there
        moment = fields.Datetime.add(fields.Datetime.now(), minutes=minutes)
        self.env["ir.cron.trigger"].sudo().create({"cron_id": job, "call_at": moment})
        self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_refresh(self):
        """Work the queue off, a batch a transaction.

        What somebody holds comes back to the end of the queue, and waits for the next minute.
        """
        self.env["crm.customer.value.refresh"]._work_off(self, [], self._refresh_attempt)

    @api.model
    def _refresh_attempt(self, last, attempt):
        """A batch; smaller, and without ranking everybody, where others write the same rows."""
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        return self._refresh_batch(limit, last, exact=attempt < EXACT_ATTEMPTS)

    @api.model
    def _refresh_batch(self, limit=BATCH, last=None, exact=True):
        """Take up to ``limit`` rows off the queue and refresh their customers.

        :param int last: leave rows after this id
        :param bool exact: in a small company, rank everybody anew
        :return: number of rows taken; 0 when there is nothing that nobody else works on
        """
        rows = self.env.execute_query(
            SQL(
                """DELETE FROM crm_customer_value_queue
                    WHERE id = ANY(ARRAY(
                          SELECT id FROM crm_customer_value_queue
                           WHERE %s::int IS NULL OR id <= %s
                           ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED))
                RETURNING partner_id""",
                last,
                last,
                limit,
            )
        )
        if rows:
            customers = {row[0] for row in rows}
            self.env["crm.customer.value.refresh"]._refresh_customers(customers, exact=exact)
        return len(rows)
