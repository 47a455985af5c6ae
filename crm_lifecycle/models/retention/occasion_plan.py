import logging
from collections import Counter
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL
from pytz import timezone

from ...engine import occasions
from ..value.customer_value_refresh import LOST_RACES

_logger = logging.getLogger(__name__)

# A job that was switched off for longer catches up with the last year only.
CATCH_UP_DAYS = 366


class CrmOccasion(models.Model):
    """The job that makes the days: once a day for each occasion, each in a transaction.

    It takes up where it ended: what fell into a pause is made late, or as missed where it is
    too late. The key of the days (occasion, person, year) and the least distance of two of
    them keep a year's occasion from being made twice, whatever is run again or corrected.
    """

    _inherit = "crm.occasion"

    @api.model
    def _cron_occasions(self):
        """Plan every occasion that was not planned today, then do what is due for the days."""
        progress, refresh = self.env["ir.cron"], self.env["crm.customer.value.refresh"]
        found = self.sudo().search([])  # pylint: disable=no-search-all
        progress._commit_progress(remaining=len(found) + 1)
        for occasion in found:
            try:
                refresh._retry(partial(occasion._plan, None))
            except LOST_RACES:
                _logger.warning("Occasions: too many lost races, going on in an hour")
            except Exception:
                # One that cannot be kept holds no other up.
                self.env.cr.rollback()
                _logger.exception("Occasion %s cannot be planned: look at its form", occasion.id)
            if not progress._commit_progress(1):
                return
        self.env["crm.occasion.day"]._work_off_days(progress._commit_progress)
        progress._commit_progress(1)

    def _plan(self, today=None, _attempt=0):
        """Make the days up to the lead time from ``today``; in one transaction.

        :param date today: the day it is; by default, that of the company
        :return: number of days made; 0 where another job has the occasion, or it was done
        """
        # Read again: somebody may have changed it meanwhile.
        self.invalidate_recordset()
        occasion = self.sudo().exists().try_lock_for_update()
        if not occasion or not occasion.active or occasion.warning:
            return 0
        today = today or occasion._today()
        if occasion.planned_on == today:
            return 0
        occasion._correct(today)
        last = today + timedelta(days=occasion.lead_days)
        made = occasion._make_days(occasion._first_day(today), last, today)
        until = max(last, occasion.planned_until or last)
        occasion.write({"planned_on": today, "planned_until": until})
        return made

    def _first_day(self, today):
        """Where to look from: today, or where the last run ended, if that is earlier."""
        if not self.planned_until:
            return today
        since = self.planned_until + timedelta(days=1)
        return max(min(today, since), today - timedelta(days=CATCH_UP_DAYS))

    def _home(self):
        """The company whose clock and language count."""
        return self.company_id or self.env["res.company"].sudo().search([], order="id", limit=1)

    def _today(self):
        """The day it is where the company is."""
        home = self._home()
        zone = home.partner_id.tz or home.resource_calendar_id.tz or "UTC"
        moment = timezone("UTC").localize(fields.Datetime.now())
        return moment.astimezone(timezone(zone)).date()

    # ------------------------------------------------------------------ making
    def _make_days(self, first, last, today):
        """Insert the days of the range that are not there, in one statement."""
        base = self.env["crm.occasion.source"]._base(self)
        found = self._falls(base, first, last)
        if not found:
            return 0
        rows = self.env.execute_query(self._insert_days(base, found, today))
        self.env["crm.occasion.day"].invalidate_model()
        return len(rows)

    def _falls(self, base, first, last):
        """When the days of a base fall: list of (base date, repeats, date, year, number)."""
        days = self.env.execute_query(
            SQL("SELECT DISTINCT base_date, repeats FROM (%s) AS base", base)
        )
        return [
            (day, repeats, one.date, one.year, one.number)
            for day, repeats in days
            for one in self._occurrences(day, repeats, first, last)
        ]

    def _insert_days(self, base, found, today):
        columns = [list(column) for column in zip(*found, strict=True)]
        return SQL(
            """INSERT INTO crm_occasion_day (
                      occasion_id, contact_id, source_id, about, partner_id, company_id,
                      base_date, date, year, number, state, user_id, is_made,
                      create_uid, create_date, write_uid, write_date)
               SELECT %(occasion)s, base.contact_id, base.source_id, base.about, base.partner_id,
                      base.company_id, base.base_date, falls.date, falls.year, falls.number,
                      CASE WHEN falls.date < %(late)s THEN 'missed' ELSE 'planned' END,
                      %(user)s, FALSE, %(uid)s, %(now)s, %(uid)s, %(now)s
                 FROM (%(base)s) AS base
                 JOIN unnest(%(days)s::date[], %(repeats)s::bool[], %(dates)s::date[],
                             %(years)s::int[], %(numbers)s::int[])
                      AS falls (base_date, repeats, date, year, number)
                   ON falls.base_date = base.base_date AND falls.repeats = base.repeats
                WHERE NOT (base.repeats AND EXISTS (
                          SELECT 1 FROM crm_occasion_day near
                           WHERE near.occasion_id = %(occasion)s
                             AND near.contact_id = base.contact_id
                             AND near.source_id = base.source_id
                             AND ABS(near.date - falls.date) < %(gap)s))
             ORDER BY base.contact_id, base.source_id, falls.year
               ON CONFLICT (occasion_id, contact_id, source_id, year) DO NOTHING
            RETURNING id""",
            occasion=self.id,
            base=base,
            late=today - timedelta(days=self.late_days),
            user=self.env["crm.occasion.source"]._responsible(self),
            uid=self.env.uid,
            now=fields.Datetime.now(),
            gap=occasions.MIN_GAP_DAYS,
            **dict(zip(("days", "repeats", "dates", "years", "numbers"), columns, strict=True)),
        )

    # ------------------------------------------------------------------ correcting
    def _correct(self, today):
        """Follow dates that were corrected or removed, as long as nobody released the day.

        The day stays that of its year: a birthday that was moved is not kept again.
        """
        base = self.env["crm.occasion.source"]._base(self, fitting=False)
        rows = self.env.execute_query(
            SQL(
                """SELECT planned.id, planned.year, base.base_date, base.repeats
                     FROM crm_occasion_day planned
                     LEFT JOIN (%s) AS base ON base.contact_id = planned.contact_id
                                           AND base.source_id = planned.source_id
                    WHERE planned.occasion_id = %s AND planned.state = 'planned'
                      AND base.base_date IS DISTINCT FROM planned.base_date
                    ORDER BY planned.id""",
                base,
                self.id,
            )
        )
        for day_id, year, base_date, repeats in rows:
            day = self.env["crm.occasion.day"].browse(day_id)
            if base_date:
                self._move(day, year, base_date, repeats, today)
            else:
                day._close("skipped", self.env._("The date was removed."))

    def _move(self, day, year, base_date, repeats, today):
        once = occasions.once(base_date)
        moved = (
            occasions.in_year(base_date, year, self.calendar, self.leap_day)
            if repeats
            else once.date
        )
        day.write({"base_date": base_date, "date": moved})
        if not repeats and not self._has_day(day, once.year):
            day.year = once.year
        if moved < today - timedelta(days=self.late_days):
            day._close("skipped", self.env._("The date was corrected to one that has passed."))
        else:
            day._follow_date()

    def _has_day(self, day, year):
        domain = [
            ("occasion_id", "=", self.id),
            ("contact_id", "=", day.contact_id.id),
            ("source_id", "=", day.source_id),
            ("year", "=", year),
        ]
        return bool(day.search_count(domain, limit=1))

    # ------------------------------------------------------------------ looking ahead
    def _next_days(self, count):
        """The next days on which this falls and for how many people: list of (day, people)."""
        if self.warning:
            return []
        base = self.env["crm.occasion.source"]._base(self)
        rows = self.env.execute_query(
            SQL("SELECT base_date, repeats, COUNT(*) FROM (%s) AS base GROUP BY 1, 2", base)
        )
        today = self._today()
        # Twelve times a holiday are twelve years; nobody looks further than one at people's days.
        last = today + timedelta(days=(366 * count if self.kind == "holiday" else 366))
        people = Counter()
        for day, repeats, number in rows:
            for one in self._occurrences(day, repeats, today, last):
                people[one.date] += number
        return sorted(people.items())[:count]
