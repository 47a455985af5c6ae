from odoo import api, fields, models

from ...engine.clock import Clock, minutes_between, subtract


class CrmStagePassage(models.Model):
    """The clock of a stay: how long it may last, when it is late, when it was stopped.

    What counts is ``clock_since`` and ``clock_minutes``: so many working minutes were left at
    that moment. ``deadline``, ``warning_at`` and ``next_check_at`` (when the job has to look
    again) follow from it, the calendar and the leave; ``_set_clocks`` works them out anew.
    Stopping keeps what is left, going on counts it from then on. A stay that was late is
    *failed*, and stays so.

    Cost: a stage without a deadline costs no query on entering. Working time is looked up once
    a year and calendar, the calendar once a team.
    """

    _inherit = "crm.stage.passage"

    calendar_id = fields.Many2one(
        "resource.calendar", "Working Hours", readonly=True, ondelete="set null"
    )
    stops_on_leave = fields.Boolean("Leave Stops the Clock", readonly=True)
    clock_since = fields.Datetime("Counted Since", readonly=True)
    clock_minutes = fields.Float("Minutes Left Then", readonly=True)
    warning_minutes = fields.Integer("Warning (Minutes Before)", readonly=True)
    warning_at = fields.Datetime(readonly=True)
    paused_since = fields.Datetime("Waiting Since", readonly=True)
    pause_reason = fields.Char("Waiting for", readonly=True)
    paused_minutes = fields.Float(
        "Waited Minutes", readonly=True, help="Working minutes of waiting for the customer."
    )
    next_check_at = fields.Datetime("Next Look", readonly=True)
    is_outdated = fields.Boolean("To Set Anew", readonly=True)

    _due = models.Index(
        "(next_check_at) WHERE date_out IS NULL AND paused_since IS NULL "
        "AND next_check_at IS NOT NULL"
    )
    _running = models.Index("(lead_id) WHERE date_out IS NULL AND deadline_minutes > 0")

    # ------------------------------------------------------------------ coming and going
    @api.model
    def _record(self, moves):
        """Have the leads know their deadline as well, for the order of lists."""
        current = super()._record(moves)
        for move in moves:
            passage = current.get(move.lead.id)
            if passage or not move.after.active or not move.stage:
                move.lead._keep_stage_deadline(passage and passage.deadline)
        return current

    @api.model
    def _prepare_entry(self, move, now):
        values = super()._prepare_entry(move, now)
        stage = move.stage
        if not stage.deadline_minutes or stage.is_won:
            return values
        return {
            **values,
            "calendar_id": move.lead._working_calendar().id,
            "deadline_minutes": stage.deadline_minutes,
            "warning_minutes": stage.warning_minutes,
            "stops_on_leave": stage.stops_on_leave,
            "clock_since": now.replace(microsecond=0),
            "clock_minutes": stage.deadline_minutes,
        }

    @api.model
    def _prepare_skipped(self, move, stage, now):
        """A stage that was jumped over has no clock."""
        clock = {"deadline_minutes": 0, "clock_since": False, "calendar_id": False}
        return {**super()._prepare_skipped(move, stage, now), **clock}

    @api.model_create_multi
    def create(self, vals_list):
        passages = super().create(vals_list)
        passages.filtered("clock_since")._set_clocks()
        return passages

    def _prepare_exit(self, move, now):
        values = super()._prepare_exit(move, now)
        if "date_out" not in values:
            return values
        return {**values, **self._prepare_clock_exit(values["date_out"].replace(microsecond=0))}

    def _prepare_clock_exit(self, now):
        """How the stay was in time, when it ends ``now``. Extend to judge otherwise."""
        away = self._away()
        values = {"working_minutes": self._worked(self.date_in, now, away)}
        if not self.deadline:
            return values
        if self.paused_since and self.state != "failed":
            waited = self._worked(self.paused_since, now, away)
            return {**values, "state": "met", "paused_minutes": self.paused_minutes + waited}
        late = self.state == "failed" or now > self.deadline
        delay = self._worked(self.deadline, now, away)
        return {**values, "state": "failed" if late else "met", "delay_minutes": delay}

    # ------------------------------------------------------------------ working time
    def _clock_calendar(self):
        """The calendar that this stay is measured by, in sudo."""
        calendar = self.sudo().calendar_id
        return calendar or calendar.browse(
            self.env["crm.lead"]._calendar_id_of(self.team_id.id, self.company_id.id)
        )

    def _away(self):
        """The leave that stops these clocks: dict of user id to intervals; one query or none."""
        stopped = self.filtered("stops_on_leave")
        if not stopped:
            return {}
        calendars = self.env["resource.calendar"]
        return calendars._leaves_of_users(stopped.responsible_id, min(stopped.mapped("date_in")))

    def _away_of(self, away):
        return away.get(self.responsible_id.id, ()) if self.stops_on_leave else ()

    def _intervals(self, start, end, away):
        """Working time from ``start`` to ``end`` at least, without the leave."""
        work = self._clock_calendar()._working_intervals(self.company_id, start, end)
        return subtract(work, self._away_of(away))

    def _worked(self, start, end, away):
        """Working minutes between two moments."""
        if end <= start or not self._clock_calendar():
            return 0.0
        return minutes_between(self._intervals(start, end, away), start, end)

    def _left(self, now, away):
        """Working minutes that are left, negative when late; what was left when it waits."""
        if self.paused_since:
            return self.clock_minutes
        if now >= self.deadline:
            return -self._worked(self.deadline, now, away)
        return self._worked(now, self.deadline, away)

    # ------------------------------------------------------------------ setting
    def _set_anew(self, away):
        """Follow working time that was changed since this clock was set."""
        self.calendar_id = self.lead_id._working_calendar()
        clock = Clock(self.clock_since, self.clock_minutes)
        self.write(self._prepare_clock(clock, away))
        self.lead_id._keep_stage_deadline(self.deadline)

    def _set_clocks(self):
        """Work out deadline, warning and the job's next look of these running clocks."""
        away = self._away()
        for passage in self:
            clock = Clock(passage.clock_since, passage.clock_minutes)
            passage.write(passage._prepare_clock(clock, away))

    def _prepare_clock(self, clock, away):
        """The values of a clock that runs; none where its calendar has no working time."""
        deadline = self._moment(clock, 0, away)
        warning = self.warning_minutes and self._moment(clock, -self.warning_minutes, away)
        values = {
            "clock_since": clock.since,
            "clock_minutes": clock.minutes,
            "deadline": deadline,
            "warning_at": warning or False,
            "is_outdated": False,
        }
        checks = [moment for moment, _step in self._steps(clock, away)]
        return {**values, "next_check_at": min(checks, default=False)}

    def _moment(self, clock, offset, away):
        """When the clock is ``offset`` working minutes past its end, or False."""
        calendar = self._clock_calendar()
        away = self._away_of(away)
        return calendar._working_moment(self.company_id, clock, offset, away) or False

    def _steps(self, clock, away):
        """What the job has to do with this clock, and when.

        :return: list of (moment, escalation) in order; the breach itself has no escalation
        """
        ladder = self.env["crm.stage.escalation"]
        done = set(self.alert_ids.escalation_id.ids)
        steps = [] if self.state == "failed" else [(self._moment(clock, 0, away), ladder)]
        steps += [
            (self._moment(clock, step._offset(), away), step)
            for step in ladder._of_stage(self.company_id.id, self.stage_id.id)
            if step.id not in done
        ]
        steps = [step for step in steps if step[0]]
        return sorted(steps, key=lambda step: (step[0], bool(step[1]), step[1].sequence))

    # ------------------------------------------------------------------ waiting
    def _pause(self, reason, now):
        """Stop these running clocks."""
        away = self._away()
        for passage in self:
            left = passage._left(now, away)
            values = {"clock_minutes": left, "paused_since": now, "pause_reason": reason}
            passage.write(values)

    def _resume(self, now):
        """Let these clocks go on, with what was left."""
        away = self._away()
        for passage in self:
            waited = passage._worked(passage.paused_since, now, away)
            passage.calendar_id = passage.lead_id._working_calendar()
            values = passage._prepare_clock(Clock(now, passage.clock_minutes), away)
            values["paused_minutes"] = passage.paused_minutes + waited
            passage.write({**values, "paused_since": False})
