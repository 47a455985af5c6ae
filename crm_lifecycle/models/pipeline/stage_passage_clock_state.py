from odoo import api, models
from odoo.fields import Domain

from ...engine.clock import is_working


class CrmStagePassage(models.Model):
    """How a clock stands at a moment, for one stay and as a domain; both say the same."""

    _inherit = "crm.stage.passage"

    def _clock_values(self, now, away):
        """What a lead shows of this clock: values of its fields."""
        state, left = self._clock_state(now, away), self._left(now, away)
        working = self._is_working(now, away)
        return {
            "clock_state": state,
            "clock_left_minutes": left,
            "clock_text": self._clock_text(state, left, working),
            "clock_wait_reason": (state == "paused" and self.pause_reason) or False,
            "clock_may_wait": self._may_wait(),
            "clock_is_counting": working and not self.paused_since,
            "clock_day_minutes": self._clock_calendar()._day_minutes(),
        }

    def _clock_state(self, now, away):
        """One of the lead's clock states, for a stay that has a clock."""
        if self.state == "failed":
            return "failed"
        if self.paused_since:
            return "paused"
        if now > self.deadline:
            return "failed"
        if self.warning_at and self.warning_at <= now:
            return "warning"
        return "running" if self._is_working(now, away) else "outside"

    def _is_working(self, now, away):
        """Whether it is working time, so that the clock counts."""
        return is_working(self._intervals(now, now, away), now)

    def _may_wait(self):
        """Whether this clock may be stopped for the customer."""
        return self.state == "open" and self.stage_id.may_wait

    # ------------------------------------------------------------------ in words
    def _clock_text(self, state, left, working):
        """The clock in words.

        :param float left: working minutes
        :param bool working: the clock counts now
        """
        span = self._clock_calendar()._span(abs(left))
        if state == "failed":
            return self.env._("Late by %(time)s", time=span)
        if state == "paused":
            return self.env._("Waiting for the customer, %(time)s left", time=span)
        if not working:
            return self.env._("Outside working hours, %(time)s left", time=span)
        return self.env._("%(time)s left", time=span)

    # ------------------------------------------------------------------ as a domain
    @api.model
    def _clock_domain(self, state, now):
        """The stays with a clock that stands like that ``now``."""
        failed = Domain("state", "=", "failed")
        paused = Domain("paused_since", "!=", False) & ~failed
        late = failed | (~paused & Domain("deadline", "<", now))
        warned = Domain("warning_at", "<=", now) & ~paused & ~late
        counting = ~paused & ~late & (Domain("warning_at", "=", False) | ~warned)
        if state == "running":
            return counting & ~self._resting_domain(now)
        if state == "outside":
            return counting & self._resting_domain(now)
        return {"failed": late, "paused": paused, "warning": warned}.get(state, Domain.FALSE)

    @api.model
    def _resting_domain(self, now):
        """The stays with a clock that stands still because nobody works ``now``."""
        domain = Domain("date_out", "=", False) & Domain("deadline", "!=", False)
        hours = self._read_group(domain, ["calendar_id", "company_id"])
        closed = Domain.OR(
            [
                Domain("calendar_id", "=", calendar.id) & Domain("company_id", "=", company.id)
                for calendar, company in hours
                if not is_working(calendar._working_intervals(company, now, now), now)
            ]
        )
        leaves = self.env["resource.calendar.leaves"].sudo()
        leave = leaves.search(
            [
                ("resource_id.user_id", "!=", False),
                ("time_type", "=", "leave"),
                ("date_from", "<=", now),
                ("date_to", ">", now),
            ]
        )
        users = leave.resource_id.user_id.ids
        return closed | (
            Domain("stops_on_leave", "=", True) & Domain("responsible_id", "in", users)
        )
