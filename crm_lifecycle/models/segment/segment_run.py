import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES

_logger = logging.getLogger(__name__)

BATCH = 20000


class CrmSegmentRun(models.Model):
    """A refresh of segments: of all, or of one and the others of its group.

    The job walks over the contacts by id, a batch a transaction, and notes here how far it
    came in that same transaction. Within a batch the segments come one after the other, each
    in a savepoint: one that does not evaluate is marked broken and the others go on. Killed
    anywhere, the next call goes on from there; stopped by a person, it stops at the end of
    the batch.
    """

    _name = "crm.segment.run"
    _description = "Refresh of Segments"
    _order = "id desc"

    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("stopped", "Stopped")],
        default="running",
        required=True,
        readonly=True,
    )
    as_of = fields.Date("As of", required=True, readonly=True)
    category_id = fields.Many2one(
        "res.partner.category",
        "Only",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="With the others of its group. All segments, where nothing stands here.",
    )
    started_at = fields.Datetime("Started", readonly=True)
    finished_at = fields.Datetime("Finished", readonly=True)
    position = fields.Integer(readonly=True, help="Contacts up to this id are done.")
    last_position = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress", help="Share of the contacts gone over.")
    entered_count = fields.Integer("Entered", readonly=True)
    left_count = fields.Integer("Left", readonly=True)
    broken_count = fields.Integer("Broken Segments", readonly=True)

    @api.depends("position", "last_position", "state")
    def _compute_progress(self):
        for run in self:
            done = run.state == "done" or not run.last_position
            run.progress = 100.0 if done else 100.0 * run.position / run.last_position

    @api.depends("as_of")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Refresh of %(day)s", day=run.as_of)

    # ------------------------------------------------------------------ people
    @api.model
    def action_refresh_now(self):
        """Refresh all segments in the background, from the start.

        :raises AccessError: for others than Lifecycle managers
        """
        self._check_manager()
        return self._ask_for_refresh()

    def action_stop(self):
        """Stop at the end of the batch; what is done stays done."""
        self._check_manager()
        self._give_up(self.sudo().filtered(lambda run: run.state == "running"))

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_manager"):
            raise AccessError(
                self.env._("Only Lifecycle managers start and stop a refresh of segments.")
            )

    @api.model
    def _ask_for_refresh(self, category=None):
        """Have all segments refreshed from the start, or one: an unfinished run is given up.

        :return: an action that shows how far it is
        """
        domain = Domain("state", "=", "running")
        if category:
            domain &= Domain("category_id", "=", category.id)
        self._give_up(self.sudo().search(domain))
        self._start(category)
        self._wake()
        return self._refreshes_action()

    @api.model
    def _refreshes_action(self):
        return self.env["ir.actions.actions"]._for_xml_id("crm_lifecycle.action_crm_segment_run")

    @api.model
    def _give_up(self, runs):
        runs.write({"state": "stopped", "finished_at": fields.Datetime.now()})

    @api.model
    def _start(self, category=None):
        return self.sudo().create(
            {
                "as_of": self._today(),
                "category_id": category.id if category else False,
                "started_at": fields.Datetime.now(),
                "last_position": self._last_contact(),
            }
        )

    @api.model
    def _today(self):
        """The day in UTC, whoever asks: the job and people in other zones go by one clock."""
        return fields.Datetime.now().date()

    @api.model
    def _last_contact(self):
        [(last,)] = self.env.execute_query(SQL("SELECT COALESCE(MAX(id), 0) FROM res_partner"))
        return last

    @api.model
    def _wake(self):
        """Start the job as soon as this transaction is committed."""
        job = self.env.ref("crm_lifecycle.cron_crm_segment_run", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_refresh(self):
        """Do what is asked for, and once a day all segments; go on with what was cut off."""
        refresh = self.env["crm.customer.value.refresh"]
        progress = self.env["ir.cron"]
        begin = True
        while run := refresh._retry(lambda _attempt, begin=begin: self._current(begin)):
            progress._commit_progress(remaining=run.last_position - run.position + 1)
            if not run._work(progress._commit_progress):
                return
            # Whoever stopped it does not want it to begin again at once.
            begin = begin and run.state != "stopped"
        progress._commit_progress(remaining=0)

    @api.model
    def _current(self, begin=True):
        """The oldest unfinished run; else that of today, unless one was done.

        :param bool begin: whether to begin that of today
        """
        today = self._today()
        unfinished = self.sudo().search([("state", "=", "running")], order="id")
        self._give_up(unfinished.filtered(lambda run: run.as_of < today and not run.category_id))
        unfinished = unfinished.filtered(lambda run: run.state == "running")
        whole = Domain("category_id", "=", False) & Domain("as_of", "=", today)
        done = whole & Domain("state", "=", "done")
        if begin and not unfinished and not self.sudo().search_count(list(done), limit=1):
            return self._start()
        return unfinished[:1]

    def _work(self, commit):
        """Go through what is left of this run.

        :param commit: called with the number of ids gone over, after each batch; a false
            result (no time left) ends this call, and the job is called again
        :return: whether there is time to go on
        """
        self.ensure_one()
        refresh = self.env["crm.customer.value.refresh"]
        while self.state == "running":
            try:
                done = refresh._retry(self._step)
            except LOST_RACES:
                _logger.warning("Segments: too many lost races, going on later")
                self._wake()
                return False
            time_left = commit(done)
            self.invalidate_recordset()
            if not time_left:
                if self.state == "running" and not self.env.context.get("cron_id"):
                    # The scheduler calls again what has something remaining; nobody else does.
                    self._wake()
                return False
        return True

    def _step(self, attempt=0):
        """The next batch of contacts, with the note of how far it came.

        :return: number of ids gone over
        """
        # Read again: somebody may have stopped the run meanwhile.
        self.invalidate_recordset()
        if self.state != "running":
            return 0
        low, high = self.position + 1, self._batch_end(attempt)
        counts = {"entered": 0, "left": 0, "broken": 0}
        categories = self._categories()
        if not self.position:
            # What does not hold for everybody changes nobody.
            holding = categories.filtered(lambda tag: tag._segment_holds(self.last_position))
            counts["broken"] = len(categories - holding)
            categories = holding
        for category in categories:
            for name, count in category._segment_apply(low, high).items():
                counts[name] += count
        self._note(high, counts)
        self.flush_recordset()
        return high - low + 1

    def _note(self, high, counts):
        """Write down how far the run came, and finish it at the end."""
        vals = {
            "position": high,
            "entered_count": self.entered_count + counts["entered"],
            "left_count": self.left_count + counts["left"],
            "broken_count": self.broken_count + counts["broken"],
        }
        if high >= self.last_position:
            vals.update(state="done", finished_at=fields.Datetime.now())
            whole = self._categories().filtered(lambda tag: tag.segment_state == "active")
            whole.segment_refreshed_at = fields.Datetime.now()
        self.write(vals)

    def _categories(self):
        """The segments of this run, those of a group in its order.

        What broke is tried again by the next run, not by the next batch: its members stay
        as they are.
        """
        domain = Domain("is_segment", "=", True)
        if self.category_id.segment_group_id:
            domain &= Domain("segment_group_id", "=", self.category_id.segment_group_id.id)
        elif self.category_id:
            domain &= Domain("id", "=", self.category_id.id)
        if self.position:
            domain &= Domain("segment_state", "=", "active")
        return (
            self.env["res.partner.category"]
            .sudo()
            .search(domain, order="segment_group_id, segment_sequence, id")
        )

    def _batch_end(self, attempt):
        """The id that ends the next batch of about ``BATCH`` contacts, or fewer at a retry."""
        refresh = self.env["crm.customer.value.refresh"]
        size = refresh._bite(self._batch_size(), attempt)
        return refresh._next_end(self.position, self.last_position, size)

    @api.model
    def _batch_size(self):
        """How many contacts a transaction takes. Override for a very large or slow database."""
        return BATCH

    @api.autovacuum
    def _gc_runs(self):
        """Forget runs older than half a year."""
        self.env["crm.customer.value.refresh"]._forget_runs(self)
