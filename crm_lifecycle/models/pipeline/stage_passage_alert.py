import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.clock import Clock
from ..value.customer_value_refresh import LOST_RACES

_logger = logging.getLogger(__name__)

BATCH = 100


class CrmStagePassage(models.Model):
    """The clock's job: every minute it looks at the clocks that are due, and at no others.

    ``next_check_at`` is the moment of a clock's next step: the breach, or a step of the ladder.
    A batch locks its clocks, takes all their steps that are due in order, and names the next
    look, in one transaction: killed anywhere, it is done again from the beginning, and no
    step is taken twice (``crm.stage.alert`` is unique). What somebody else holds, a lead that
    is just being moved, waits for the next minute.
    """

    _inherit = "crm.stage.passage"

    alert_ids = fields.One2many("crm.stage.alert", "passage_id", "Alerts", readonly=True)

    @api.model
    def _cron_clock(self):
        """Set anew what changed working time concerns, then take all steps that are due."""
        refresh = self.env["crm.customer.value.refresh"]
        changes = self.env["crm.clock.change"]
        while refresh._retry(lambda _attempt: changes._mark()):
            if not self.env["ir.cron"]._commit_progress():
                return
        now = self.env.cr.now().replace(microsecond=0)
        due = [("date_out", "=", False), ("paused_since", "=", False), ("next_check_at", "<=", now)]
        refresh._work_off(self, due, self._check_attempt)

    @api.model
    def _wake(self, minutes=0):
        """Nothing to do: the job comes every minute."""

    @api.model
    def _check_attempt(self, last, attempt):
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        return self._check_batch(self.env.cr.now().replace(microsecond=0), limit, last)

    @api.model
    def _check_batch(self, now, limit=BATCH, last=None):
        """Take the steps of up to ``limit`` clocks that are due.

        :param datetime now: the moment that steps are due by
        :param int last: leave stays after this id
        :return: number of clocks looked at
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_stage_passage
                    WHERE date_out IS NULL AND paused_since IS NULL AND next_check_at <= %s
                      AND (%s::int IS NULL OR id <= %s)
                    ORDER BY next_check_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED""",
                now,
                last,
                last,
                limit,
            )
        )
        passages = self.sudo().with_context(lifecycle_by_job=True)
        passages = passages.browse([row[0] for row in rows])
        passages.invalidate_recordset()
        away = passages._away()
        for passage in passages:
            passage._check_aside(now, away)
        return len(rows)

    def _check_aside(self, now, away):
        """Look at one clock; one that fails is named, and looked at again in an hour."""
        try:
            with self.env.cr.savepoint():
                self._check(now, away)
        except LOST_RACES:
            raise
        except Exception:
            _logger.exception("Clock of stay %s: trying again in an hour", self.id)
            self.next_check_at = fields.Datetime.add(now, hours=1)

    def _check(self, now, away):
        """Take the steps that are due and name the next look.

        A lead that is put off is looked at when it comes back.
        """
        if not self.lead_id or self.lead_id.put_off_until:
            self.next_check_at = False
            return
        if self.is_outdated:
            self._set_anew(away)
        steps = self._steps(Clock(self.clock_since, self.clock_minutes), away)
        for moment, step in steps:
            if moment <= now:
                self._take_step(moment, step)
        self.next_check_at = next((moment for moment, _step in steps if moment > now), False)

    def _take_step(self, moment, step):
        """Take one step: of the ladder, or the breach itself."""
        if step:
            step._take(self, moment)
        else:
            self.state = "failed"
