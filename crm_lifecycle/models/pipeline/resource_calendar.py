from datetime import UTC, datetime

from odoo import api, fields, models, tools
from odoo.tools.date_utils import to_timezone

from ...engine.clock import Interval, add_minutes, subtract

YEARS = 3


class ResourceCalendar(models.Model):
    """Working time as the clock reads it: intervals in UTC, looked up once a year and calendar.

    Whoever changes a calendar, its hours or its holidays clears what was looked up and leaves
    one row in ``crm.clock.change``; the clocks that run by it are set anew by the clock's job.
    """

    _inherit = "resource.calendar"

    @api.model_create_multi
    def create(self, vals_list):
        calendars = super().create(vals_list)
        self.env.registry.clear_cache()
        return calendars

    def write(self, vals):
        result = super().write(vals)
        self.env["crm.clock.change"]._note(calendars=self)
        return result

    def unlink(self):
        companies = self.company_id
        result = super().unlink()
        self.env.registry.clear_cache()
        self.env["crm.clock.change"]._note(companies=companies)
        return result

    # ------------------------------------------------------------------ working time
    def _working_intervals(self, company, start, end):
        """Working time of this calendar, whole years of it.

        :param company: whose holidays count
        :param datetime start: naive UTC
        :param datetime end: naive UTC
        :return: list of ``Interval`` in order, which holds all from ``start`` to ``end``
        """
        years = range(start.year, end.year + 1)
        return [one for year in years for one in self._working_year(self.id, company.id, year)]

    def _working_moment(self, company, clock, offset=0, away=()):
        """When a clock is so many working minutes before or after its end.

        :param Clock clock: the clock
        :param away: intervals of leave
        :return: naive UTC, to the second, or None where there is no working time for it
        """
        intervals = []
        for year in range(clock.since.year, clock.since.year + YEARS):
            intervals += subtract(self._working_year(self.id, company.id, year), away)
            moment = add_minutes(intervals, clock.since, max(clock.minutes + offset, 0))
            if moment:
                return moment.replace(microsecond=0)
        return None

    @api.model
    @tools.ormcache("calendar_id", "company_id", "year")
    def _working_year(self, calendar_id, company_id, year):
        """The working time of one year (UTC) as a tuple of ``Interval``."""
        # Not with the caller's context, which may name a time zone.
        clean = self.env(su=True, context={})
        calendar = clean["resource.calendar"].browse(calendar_id).exists()
        if not calendar:
            return ()
        start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
        domain = [("time_type", "=", "leave"), ("company_id", "in", [False, company_id])]
        work = calendar._work_intervals_batch(start, end, domain=domain)[False]
        return tuple(Interval(_utc(first), _utc(last)) for first, last, _what in work)

    @api.model
    def _leaves_of_users(self, users, since):
        """The leave of users that is not over at ``since``.

        :return: dict of user id to list of ``Interval``
        """
        away = {}
        if not users:
            return away
        leaves = self.env["resource.calendar.leaves"].sudo()
        domain = [("resource_id.user_id", "in", users.ids), ("time_type", "=", "leave")]
        for leave in leaves.search([*domain, ("date_to", ">", since)]):
            interval = Interval(leave.date_from, leave.date_to)
            away.setdefault(leave.resource_id.user_id.id, []).append(interval)
        return away


def _utc(moment):
    """A moment as naive UTC. A day that ends at 24:00 ends, for Odoo, a microsecond earlier."""
    moment = to_timezone(None)(moment)
    if moment.microsecond:
        return fields.Datetime.add(moment.replace(microsecond=0), seconds=1)
    return moment
