from odoo import api, models, tools

from ...engine.clock import Span

HOURS = 8


class ResourceCalendar(models.Model):
    """Working time in words: minutes and hours, and from a working day on days and hours."""

    _inherit = "resource.calendar"

    def _day_minutes(self):
        """The minutes of a working day; those of eight hours where no calendar says it."""
        return self._day_minutes_of(self.id)

    @api.model
    @tools.ormcache("calendar_id")
    def _day_minutes_of(self, calendar_id):
        """Kept in memory, as the working time is."""
        calendar = self.sudo().browse(calendar_id or [])
        return round((calendar.hours_per_day or HOURS) * 60)

    def _span(self, minutes):
        """Working minutes in words.

        :param float minutes: not negative
        """
        span = Span.of(minutes, self._day_minutes())
        if span.days:
            return self._span_of_days(span)
        if not span.hours:
            return self.env._("%(minutes)s min", minutes=span.minutes)
        if not span.minutes:
            return self.env._("%(hours)s h", hours=span.hours)
        return self.env._("%(hours)s h %(minutes)s min", hours=span.hours, minutes=span.minutes)

    def _span_of_days(self, span):
        if span.days == 1:
            return (
                self.env._("1 day %(hours)s h", hours=span.hours)
                if span.hours
                else self.env._("1 day")
            )
        if span.hours:
            return self.env._("%(days)s days %(hours)s h", days=span.days, hours=span.hours)
        return self.env._("%(days)s days", days=span.days)
