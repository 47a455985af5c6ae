import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine.levelling import level, rank
from ..value.customer_value_refresh import LOST_RACES
from .touchpoint_level_source import HORIZON

_logger = logging.getLogger(__name__)


class CrmTouchpointLevel(models.AbstractModel):
    """Give open touchpoints their days, a company a transaction: the writing half.

    Only differences are written, and the days that were written come out again: killed
    anywhere, run twice or by two workers, the days are the same.
    """

    _inherit = "crm.touchpoint.level"

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_level(self):
        """Level each company, and make today's tasks."""
        if not self.env["crm.cadence"]._are_there():
            return
        companies = self._companies()
        self.env["ir.cron"]._commit_progress(remaining=len(companies) + 1)
        for company in companies:
            try:
                self._level_and_schedule(company)
            except LOST_RACES:
                _logger.warning("Due contacts: too many lost races, levelling tomorrow")
            if not self.env["ir.cron"]._commit_progress(1):
                return
        self.env["ir.cron"]._commit_progress(remaining=0)

    @api.model
    def _companies(self):
        """The companies that have open due contacts, in order."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT company_id FROM crm_touchpoint
                    WHERE state IN ('planned', 'scheduled', 'put_off') ORDER BY company_id""",
                to_flush=self.env["crm.touchpoint"]._fields["state"],
            )
        )
        return self.env["res.company"].sudo().browse(company_id for (company_id,) in rows)

    @api.model
    def _level_and_schedule(self, company):
        """All that is done for a company in a day, each part in transactions of its own."""
        retry, progress = self.env["crm.customer.value.refresh"]._retry, self.env["ir.cron"]
        as_of = self.env["crm.touchpoint.plan"]._today()
        retry(lambda _attempt: self._level(company, as_of))
        progress._commit_progress()
        retry(lambda _attempt: self._offer_service(company, as_of))
        progress._commit_progress()
        touchpoints = self.env["crm.touchpoint"].sudo()
        while retry(lambda _attempt: touchpoints._tend_tasks(company, as_of)):
            progress._commit_progress()

    # ------------------------------------------------------------------ a company
    @api.model
    def _level(self, company, as_of):
        """Give the company's open touchpoints their days, in the caller's transaction.

        :param company: a ``res.company``
        :param date as_of: the day it is
        :return: number of touchpoints that were written
        """
        self._take_back_up(company, as_of)
        rows = self._open_rows(company, as_of)
        if not rows:
            return 0
        contacts = self._contacts(company, rows)
        to_level = [contacts[row["id"]] for row in rows if self._wants_a_day(row)]
        people = self.env["res.users"].sudo().browse({one.user for one in to_level}).exists()
        found = level(
            to_level,
            self._taken(company, rows, as_of),
            people._contact_capacity(company, as_of, HORIZON),
            company.sudo()._lifecycle_caps(),
            as_of,
            HORIZON,
        )
        return self._write_days(self._values(row, contacts, found, as_of) for row in rows)

    @api.model
    def _take_back_up(self, company, as_of):
        """Open again what was put off until now; cadences' own come back when they are planned."""
        rows = (
            self.env["crm.touchpoint"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "put_off"),
                    ("put_off_until", "<=", as_of),
                ]
            )
        )
        rows.write({"state": "planned"})

    @api.model
    def _contacts(self, company, rows):
        """The rows as the engine takes them, by id."""
        quiet = company.sudo()._lifecycle_quiet()
        hours = {(row["hour_from"], row["hour_to"]) for row in rows}
        suits = {key: quiet.weekdays(*key) for key in hours}
        return {row["id"]: self._contact(row, suits) for row in rows}

    @api.model
    def _wants_a_day(self, row):
        """Whether the levelling gives the row a day."""
        return (
            row["state"] != "put_off"
            and row["user_id"]
            and not row["in_peace"]
            and row["waits_for"] != "complaint"
        )

    @api.model
    def _values(self, row, contacts, found, as_of):
        """What a row has to hold: (id, planned day, what it waits for, order, worth)."""
        placed = found.get(row["id"])
        if placed:
            day, waits, order = placed.day, placed.reason, placed.rank
        else:
            day, waits, order = row["planned_date"], None, rank(contacts[row["id"]], as_of)
            if row["in_peace"]:
                day, waits = None, "do_not_contact"
            if row["state"] == "put_off":
                day = row["planned_date"]
            if row["waits_for"] == "complaint" or not row["user_id"]:
                day, waits = None, row["waits_for"] or "nobody"
        return row["id"], day, waits, order, row["worth"]

    @api.model
    def _write_days(self, values):
        """Write what differs, and the customers' next contact along with it."""
        columns = [list(column) for column in zip(*values, strict=True)]
        rows = self.env.execute_query(
            SQL(
                """UPDATE crm_touchpoint touchpoint
                      SET planned_date = given.day, waits_for = given.waits,
                          rank = given.rank, worth = given.worth,
                          write_date = %(now)s, write_uid = %(uid)s
                     FROM unnest(%(ids)s::int[], %(days)s::date[], %(waits)s::varchar[],
                                 %(ranks)s::float8[], %(worths)s::numeric[])
                          AS given (id, day, waits, rank, worth)
                    WHERE touchpoint.id = given.id
                      AND touchpoint.state IN ('planned', 'scheduled', 'put_off')
                      AND (touchpoint.planned_date, touchpoint.waits_for,
                           touchpoint.rank, touchpoint.worth)
                          IS DISTINCT FROM (given.day, given.waits, given.rank, given.worth)
                RETURNING touchpoint.partner_id""",
                **dict(zip(("ids", "days", "waits", "ranks", "worths"), columns, strict=True)),
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        if rows:
            self.env["crm.touchpoint"].invalidate_model()
            planner = self.env["crm.touchpoint.plan"]
            planner._note_next(planner._scope({partner for (partner,) in rows}))
        return len(rows)
