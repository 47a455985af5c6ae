from datetime import timedelta

from odoo import models
from pytz import UTC


class ResourceCalendar(models.Model):
    """Whether a moment is a working one."""

    _inherit = "resource.calendar"

    def _working_at(self, now, resources):
        """Whether resources work at a moment.

        :param datetime now: UTC, without time zone
        :param resources: records or None, for somebody without a resource
        :return: dict of resource id, or False, to bool
        """
        start = UTC.localize(now)
        stop = start + timedelta(minutes=1)
        known = self.env["resource.resource"].sudo().union(*(one for one in resources if one))
        if self and not self.flexible_hours:
            intervals = self.sudo()._work_intervals_batch(start, stop, known)
            return {key: bool(list(intervals[key])) for key in [*known.ids, False]}
        leaves = self.sudo()._leave_intervals_batch(start, stop, known, tz=UTC)
        present = {one.id: not list(leaves[one.id]) for one in known}
        # Without any calendar, public holidays are nobody's.
        return present | {False: not (self and list(leaves[False]))}
