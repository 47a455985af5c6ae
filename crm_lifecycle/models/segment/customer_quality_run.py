import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES
from ..value.scope import Scope

_logger = logging.getLogger(__name__)

BATCH = 10000


class CrmCustomerQualityRun(models.Model):
    """A walk over all customers that checks their data, every night or when weights changed.

    By id, a batch a transaction, with the note of how far it came in that same transaction:
    killed anywhere, the next call goes on from there.
    """

    _name = "crm.customer.quality.run"
    _description = "Check of Data Quality of All Customers"
    _order = "id desc"

    state = fields.Selection(
        [("working", "Working"), ("done", "Done")], default="working", required=True, readonly=True
    )
    as_of = fields.Date("As of", required=True, readonly=True)
    finished_at = fields.Datetime("Finished", readonly=True)
    position = fields.Integer(readonly=True, help="Customers up to this id are done.")
    written_count = fields.Integer("Changed", readonly=True)

    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Check of %(day)s", day=run.as_of)

    @api.model
    def _ask_for_check(self):
        """Have all customers checked from the start, as soon as this transaction is committed."""
        self.sudo().search([("state", "=", "working")]).write({"position": 0})
        job = self.env.ref("crm_lifecycle.cron_customer_quality_run", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()

    @api.model
    def _cron_check(self):
        """Check everybody, or go on with the run that was cut off."""
        retry = self.env["crm.customer.value.refresh"]._retry
        progress = self.env["ir.cron"]
        run = retry(lambda _attempt: self._current())
        progress._commit_progress(remaining=1)
        while run.state == "working":
            try:
                done = retry(run._step)
            except LOST_RACES:
                _logger.warning("Data quality: too many lost races, going on later")
                break
            if not progress._commit_progress(done, remaining=1):
                break
            run.invalidate_recordset()
        if run.state == "done":
            # Nothing remains; otherwise the scheduler would call again and start another run.
            progress._commit_progress(remaining=0)

    @api.model
    def _current(self):
        """The unfinished run of today, or a new one. One of an earlier day starts again."""
        today = fields.Date.context_today(self)
        run = self.sudo().search([("state", "=", "working")], limit=1)
        if not run:
            return self.sudo().create({"as_of": today})
        if run.as_of != today:
            run.write({"as_of": today, "position": 0})
        return run

    def _step(self, attempt=0):
        """Check one batch, and note how far it came.

        :return: number of customers gone over
        """
        # Read again: new weights may have sent the run back to the start meanwhile.
        self.invalidate_recordset()
        batch = self._next_batch(attempt)
        # The last range is open: who stopped being a customer beyond the last one is forgotten.
        high = batch[-1] if batch else 2**31 - 1
        scope = Scope(self.as_of, low=self.position + 1, high=high)
        written = self.env["crm.customer.quality.refresh"]._write_scores(scope)
        self.write({"position": high, "written_count": self.written_count + written})
        if not batch:
            self.write({"state": "done", "finished_at": fields.Datetime.now()})
            _logger.info("Data quality as of %s: %s changed", self.as_of, self.written_count)
        self.flush_recordset()
        return len(batch)

    def _next_batch(self, attempt):
        """The ids of the next customers, fewer of them at a retry."""
        size = self.env["crm.customer.value.refresh"]._bite(self._batch_size(), attempt)
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner_id FROM crm_customer_value
                    WHERE partner_id > %s ORDER BY partner_id LIMIT %s""",
                self.position,
                size,
            )
        )
        return [partner_id for (partner_id,) in rows]

    @api.model
    def _batch_size(self):
        """How many customers a transaction takes. Override for a very large or slow database."""
        return BATCH

    @api.autovacuum
    def _gc_runs(self):
        """Forget runs older than half a year."""
        self.env["crm.customer.value.refresh"]._forget_runs(self)
