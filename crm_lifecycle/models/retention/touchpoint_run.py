import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES
from ..value.scope import Scope

_logger = logging.getLogger(__name__)

BATCH = 5000


class CrmTouchpointRun(models.Model):
    """A walk over all customers that plans their contacts, once a day or when a cadence changed.

    By id, a batch a transaction, with the note of how far it came in that same transaction.
    Killed anywhere, the next call goes on from there; stopped by a person, it stops at the end
    of the batch.
    """

    _name = "crm.touchpoint.run"
    _description = "Planning of All Due Contacts"
    _order = "id desc"

    state = fields.Selection(
        [("planning", "Planning"), ("done", "Done"), ("stopped", "Stopped")],
        default="planning",
        required=True,
        readonly=True,
    )
    as_of = fields.Date("As of", required=True, readonly=True)
    started_at = fields.Datetime("Started", readonly=True)
    finished_at = fields.Datetime("Finished", readonly=True)
    position = fields.Integer(readonly=True, help="Customers up to this id are done.")
    last_position = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress", help="Share of the customers gone over.")
    closed_count = fields.Integer("Closed", readonly=True)
    changed_count = fields.Integer("Moved", readonly=True)
    inserted_count = fields.Integer("Planned", readonly=True)

    @api.depends("position", "last_position", "state")
    def _compute_progress(self):
        for run in self:
            done = run.state == "done" or not run.last_position
            run.progress = 100.0 if done else 100.0 * run.position / run.last_position

    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Planning of %(day)s", day=run.as_of)

    # ------------------------------------------------------------------ people
    @api.model
    def action_plan_now(self):
        """Plan all contacts in the background.

        :raises AccessError: for others than Lifecycle managers
        """
        self._check_manager()
        self._ask_for_run()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The planning starts within a minute."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_stop(self):
        """Stop at the end of the batch; what is done stays done."""
        self._check_manager()
        self._give_up(self.sudo().filtered(lambda run: run.state == "planning"))

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_manager"):
            raise AccessError(self.env._("Only Lifecycle managers start and stop the planning."))

    @api.model
    def _ask_for_run(self):
        """Plan everything from the start, now: an unfinished run is given up."""
        self._give_up(self.sudo().search([("state", "=", "planning")]))
        job = self.env.ref("crm_lifecycle.cron_crm_touchpoint_run", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()

    @api.model
    def _give_up(self, runs):
        runs.write({"state": "stopped", "finished_at": fields.Datetime.now()})

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_plan(self):
        """Plan everybody, or go on with the run that was cut off."""
        retry = self.env["crm.customer.value.refresh"]._retry
        progress = self.env["ir.cron"]
        run = retry(lambda _attempt: self._current())
        progress._commit_progress(remaining=max(run.last_position - run.position, 0) + 1)
        while run.state == "planning":
            try:
                done = retry(run._step)
            except LOST_RACES:
                _logger.warning("Due contacts: too many lost races, going on later")
                break
            if not progress._commit_progress(done):
                break
            run.invalidate_recordset()
        if run.state != "planning":
            # Nothing remains; otherwise the scheduler would call again and start another run.
            progress._commit_progress(remaining=0)

    @api.model
    def _current(self):
        """The unfinished run of today, or a new one. One of an earlier day is given up."""
        today = self.env["crm.touchpoint.plan"]._today()
        unfinished = self.sudo().search([("state", "=", "planning")])
        current = unfinished.filtered(lambda run: run.as_of == today)[:1]
        self._give_up(unfinished - current)
        [(last,)] = self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM res_partner"))
        return current or self.sudo().create(
            {"as_of": today, "started_at": fields.Datetime.now(), "last_position": last}
        )

    def _step(self, attempt=0):
        """Plan one batch, and note how far it came.

        :return: number of ids gone over
        """
        # Read again: somebody may have stopped the run meanwhile.
        self.invalidate_recordset()
        if self.state != "planning":
            return 0
        refresh = self.env["crm.customer.value.refresh"]
        size = refresh._bite(self._batch_size(), attempt)
        high = refresh._next_end(self.position, self.last_position, size)
        scope = Scope(self.as_of, low=self.position + 1, high=high)
        written = self.env["crm.touchpoint.plan"]._replan(scope)
        done = high - self.position
        self.write(
            {
                "position": high,
                **{f"{name}_count": self[f"{name}_count"] + n for name, n in written.items()},
            }
        )
        if high >= self.last_position:
            self.write({"state": "done", "finished_at": fields.Datetime.now()})
        self.flush_recordset()
        return done

    @api.model
    def _batch_size(self):
        """How many partners a transaction takes. Override for a very large or slow database."""
        return BATCH

    @api.autovacuum
    def _gc_runs(self):
        """Forget runs older than half a year."""
        self.env["crm.customer.value.refresh"]._forget_runs(self)
