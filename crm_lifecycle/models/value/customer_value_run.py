import logging
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .customer_value_refresh import LOST_RACES
from .scope import Scope

_logger = logging.getLogger(__name__)

BATCH = 20000
FINISHED = ("done", "stopped")


class CrmCustomerValueRun(models.Model):
    """A full refresh: everybody's figures, then the ranking, then the months that ended.

    The job walks over the customers by id, a batch a transaction, and notes here how far it
    came in that same transaction. Killed anywhere, the next call goes on from there; stopped
    by a person, it stops at the end of the batch.
    """

    _name = "crm.customer.value.run"
    _description = "Full Refresh of Customer Worth"
    _order = "id desc"

    state = fields.Selection(
        [
            ("figures", "Adding Up"),
            ("ranking", "Ranking"),
            ("months", "Closing Months"),
            ("done", "Done"),
            ("stopped", "Stopped"),
        ],
        default="figures",
        required=True,
        readonly=True,
    )
    as_of = fields.Date("As of", required=True, readonly=True)
    started_at = fields.Datetime("Started", readonly=True)
    finished_at = fields.Datetime("Finished", readonly=True)
    position = fields.Integer(readonly=True, help="Customers up to this id are done.")
    last_position = fields.Integer(readonly=True)
    ranked_position = fields.Integer(readonly=True, help="Companies up to this id are ranked.")
    progress = fields.Float(compute="_compute_progress", help="Share of the customers gone over.")
    inserted_count = fields.Integer("New", readonly=True)
    updated_count = fields.Integer("Updated", readonly=True)
    repaired_count = fields.Integer(
        "Repaired",
        readonly=True,
        help="Customers whose lasting figures had changed behind the queue's back.",
    )
    skipped_count = fields.Integer(
        "Held by Others", readonly=True, help="Refreshed through the queue instead."
    )

    @api.depends("position", "last_position", "state")
    def _compute_progress(self):
        for run in self:
            done = run.state not in ("figures", "stopped") or not run.last_position
            run.progress = 100.0 if done else 100.0 * run.position / run.last_position

    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Refresh of %(day)s", day=run.as_of)

    # ------------------------------------------------------------------ people
    @api.model
    def action_refresh_now(self):
        """Start a full refresh in the background.

        :raises AccessError: for others than Lifecycle managers
        """
        self._check_manager()
        self._ask_for_refresh()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The refresh starts within a minute."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_stop(self):
        """Stop at the end of the batch; what is done stays done."""
        self._check_manager()
        unfinished = self.sudo().filtered(lambda run: run.state not in FINISHED)
        self._give_up(unfinished)

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_manager"):
            raise AccessError(self.env._("Only Lifecycle managers start and stop a full refresh."))

    @api.model
    def _ask_for_refresh(self):
        """Have everything refreshed from the start, now: an unfinished run is given up."""
        self._give_up(self.sudo().search([("state", "not in", FINISHED)]))
        self._wake()

    @api.model
    def _give_up(self, runs):
        runs.write({"state": "stopped", "finished_at": fields.Datetime.now()})

    @api.model
    def _wake(self):
        """Start the job as soon as this transaction is committed."""
        job = self.env.ref("crm_lifecycle.cron_customer_value_run", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_refresh(self):
        """Run a full refresh, or go on with the one that was cut off."""
        refresh = self.env["crm.customer.value.refresh"]
        run = refresh._retry(lambda _attempt: self._current())
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=max(run.last_position - run.position, 0) + 1)
        run._work(progress._commit_progress)
        if run.state in FINISHED:
            # Nothing remains; otherwise the scheduler would call again and start another run.
            progress._commit_progress(remaining=0)

    @api.model
    def _current(self):
        """The unfinished run of today, or a new one. One of an earlier day is given up."""
        today = fields.Date.context_today(self)
        unfinished = self.sudo().search([("state", "not in", FINISHED)])
        current = unfinished.filtered(lambda run: run.as_of == today)[:1]
        self._give_up(unfinished - current)
        return current or self.sudo().create(
            {
                "as_of": today,
                "started_at": fields.Datetime.now(),
                "last_position": self._last_customer(),
            }
        )

    @api.model
    def _last_customer(self):
        [(last,)] = self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM res_partner"))
        return last

    def _work(self, commit):
        """Go through what is left of this run.

        :param commit: called with the number of ids gone over, after each piece; a false
            result (no time left) ends this call, and the job is called again
        """
        self.ensure_one()
        refresh = self.env["crm.customer.value.refresh"]
        while self.state not in FINISHED:
            try:
                done = refresh._retry(partial(self._step, commit))
            except LOST_RACES:
                _logger.warning("Customer worth: too many lost races, going on later")
                break
            if not commit(done):
                break
            self.invalidate_recordset()
        if self.state not in FINISHED and not self.env.context.get("cron_id"):
            # The scheduler calls again what has something remaining; nobody else does.
            self._wake()

    def _step(self, commit, attempt=0):
        """The next piece of work, with the note of how far it came.

        :return: number of ids gone over
        """
        # Read again: somebody may have stopped the run meanwhile.
        self.invalidate_recordset()
        done = self._steps(commit, attempt)[self.state]() if self.state not in FINISHED else 0
        self.flush_recordset()
        return done

    def _steps(self, commit, attempt):
        """What each state does: dict of state to a method without arguments. Extend to add one."""
        return {
            "figures": lambda: self._step_figures(attempt),
            "ranking": lambda: self._step_ranking(commit),
            "months": self._step_months,
        }

    def _step_figures(self, attempt=0):
        """One batch of customers. Returns how many ids it went over."""
        high = self._batch_end(attempt)
        scope = Scope(self.as_of, low=self.position + 1, high=high)
        written = self.env["crm.customer.value.refresh"]._write_figures(scope)
        done = high - self.position
        self.write(
            {
                "position": high,
                "state": "figures" if high < self.last_position else "ranking",
                "inserted_count": self.inserted_count + written["inserted"],
                "updated_count": self.updated_count + written["updated"],
                "repaired_count": self.repaired_count + written["repaired"],
                "skipped_count": self.skipped_count + written["skipped"],
            }
        )
        return done

    def _batch_end(self, attempt):
        """The id that ends the next batch of about ``BATCH`` partners, or fewer at a retry."""
        refresh = self.env["crm.customer.value.refresh"]
        size = refresh._bite(self._batch_size(), attempt)
        return refresh._next_end(self.position, self.last_position, size)

    @api.model
    def _batch_size(self):
        """How many partners a transaction takes. Override for a very large or slow database."""
        return BATCH

    def _step_ranking(self, commit):
        """Rank one company, to the end whatever the time: it has been staged as a whole."""
        companies = self.env["res.company"]._lifecycle_companies().sorted("id")
        company = companies.filtered(lambda company: company.id > self.ranked_position)[:1]
        if not company:
            self.state = "months"
        else:
            self.env["crm.customer.value.placing"]._rank_company(company, self.as_of, commit)
            self.ranked_position = company.id
        return 0

    @api.model
    def _as_of(self):
        """The day that the figures' periods end: that of the last full refresh, or today."""
        last = self.sudo().search([("state", "not in", ("figures", "stopped"))], limit=1)
        return last.as_of or fields.Date.context_today(self)

    def _step_months(self):
        """Close one month of one company, or finish."""
        if not self.env["crm.customer.value.snapshot"]._close_next(self.as_of):
            self.write({"state": "done", "finished_at": fields.Datetime.now()})
            self._log_result()
            # What others held is on the queue.
            self.env["crm.customer.value.queue"]._wake()
        return 0

    def _log_result(self):
        _logger.info(
            "Customer worth as of %s: %s new, %s updated, %s repaired, %s held by others",
            self.as_of,
            self.inserted_count,
            self.updated_count,
            self.repaired_count,
            self.skipped_count,
        )

    @api.autovacuum
    def _gc_runs(self):
        """Forget runs older than half a year."""
        self.env["crm.customer.value.refresh"]._forget_runs(self)
