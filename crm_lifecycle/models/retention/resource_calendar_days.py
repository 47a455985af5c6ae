from datetime import datetime, time, timedelta

from odoo import models
from pytz import timezone


class ResourceCalendar(models.Model):
    """On which days people work."""

    _inherit = "resource.calendar"

    def _days_of(self, people, start, days):
        """The days on which people work by this calendar; each by leaves only where it is empty.

        :param people: list of (user, resource), the resource may be empty
        """
        resources = self.env["resource.resource"].sudo().union(*(one for _user, one in people))
        zone = timezone(self.tz or "UTC")
        low = zone.localize(datetime.combine(start, time.min))
        high = zone.localize(datetime.combine(start + timedelta(days=days), time.min))
        every = {start + timedelta(days=number) for number in range(days)}
        if not self or self.flexible_hours:
            leaves = self.sudo()._leave_intervals_batch(low, high, resources, tz=zone)
            return {user: every - self._whole_days(leaves[one.id]) for user, one in people}
        intervals = self.sudo()._work_intervals_batch(low, high, resources)
        return {user: {part[0].date() for part in intervals[one.id]} for user, one in people}

    def _whole_days(self, leaves):
        """The days that leaves fill from beginning to end."""
        whole = set()
        for begin, end, _leave in leaves:
            day = begin.date() if begin.time() == time.min else begin.date() + timedelta(days=1)
            # Leaves end at the last second of a day or at the next midnight.
            while day < (end + timedelta(minutes=1)).date():
                whole.add(day)
                day += timedelta(days=1)
        return whole
