from datetime import datetime, time

import pytz
from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.periods import MONTHS, compared_periods

PERIODS = [
    ("month", "This Month"),
    ("month_before", "Previous Month"),
    ("quarter", "This Quarter"),
    ("quarter_before", "Previous Quarter"),
    ("year", "This Year"),
    ("year_before", "Previous Year"),
    ("all", "All Time"),
]
WHEN = [("this", "This"), ("before", "Previous"), ("earlier", "Earlier"), ("later", "Later")]
# What the reports read, to be written to the database before they do.
LEAD_COLUMNS = (
    "stage_id",
    "team_id",
    "user_id",
    "company_id",
    "lifecycle_phase",
    "won_status",
    "active",
    "date_closed",
    "lost_reason_id",
    "lost_to_id",
    "expected_revenue",
    "source_id",
    "campaign_id",
    "medium_id",
)
STAY_COLUMNS = (
    "lead_id",
    "stage_id",
    "team_id",
    "lifecycle_phase",
    "state",
    "exit",
    "date_in",
    "date_out",
    "calendar_minutes",
    "working_minutes",
    "is_merged",
    "is_won",
)
# Rates on fewer are greyed.
FEW = 5


class CrmPipelineReport(models.AbstractModel):
    """What the reports on the sales processes share: periods, and the viewer's rights.

    A report reads what its viewer may read: ``_allowed`` asks ``_search()``, so that the rules
    of the rows bind the figures made of them. Months begin at midnight of the viewer's time
    zone.
    """

    _name = "crm.pipeline.report"
    _description = "Report on the Sales Process"
    _auto = False
    _log_access = False

    # ------------------------------------------------------------------ periods
    @api.model
    def _periods(self):
        """The periods that are compared, as in ``PERIODS``.

        :return: dict of name to (start, end), in UTC without a time zone; None: no bound
        """
        today = fields.Date.context_today(self)
        return {
            period.name: (self._midnight(period.start), self._midnight(period.end))
            for period in compared_periods(today)
        }

    @api.model
    def _midnight(self, day):
        if not day:
            return None
        local = self.env.tz.localize(datetime.combine(day, time.min))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _in_period(self, column):
        """Whether a moment lies in ``period``: a row with ``date_from`` and ``date_to``."""
        return SQL(
            """(period.date_from IS NULL OR %(column)s >= period.date_from)
               AND (period.date_to IS NULL OR %(column)s < period.date_to)""",
            column=column,
        )

    @api.model
    def _when_sql(self, column):
        """A column for month, quarter and year each: this one, the previous, earlier or later."""
        periods = self._periods()
        cases = [
            SQL(
                """CASE WHEN %(column)s IS NULL THEN NULL
                        WHEN %(column)s >= %(end)s THEN 'later'
                        WHEN %(column)s >= %(start)s THEN 'this'
                        WHEN %(column)s >= %(before)s THEN 'before'
                        ELSE 'earlier' END AS %(name)s""",
                column=column,
                end=periods[unit][1],
                start=periods[unit][0],
                before=periods[f"{unit}_before"][0],
                name=SQL.identifier(f"in_{unit}"),
            )
            for unit in MONTHS
        ]
        return SQL(", ").join(cases)

    @api.model
    def _period_domain(self, name, field):
        """The domain of a period on a field."""
        start, end = self._periods()[name]
        domain = [(field, ">=", start)] if start else []
        return domain + ([(field, "<", end)] if end else [])

    # ------------------------------------------------------------------ rights
    @api.model
    def _allowed(self, model, domain, *columns):
        """The rows of a model that the viewer may read, as a subquery.

        :param str model: the name of a model
        :param columns: of its table, the names that come out
        """
        table = self.env[model]
        if not table.has_access("read"):
            domain = [(0, "=", 1)]
            table = table.sudo()
        query = table.with_context(active_test=False)._search(domain)
        query.order = None
        return query.select(*[SQL.identifier(query.table, column) for column in columns])

    @api.model
    def _lead_column(self, name, default="NULL"):
        """A column of crm.lead that another part of the room may have brought, as SQL."""
        field = self.env["crm.lead"]._fields.get(name)
        if field is None or not field.store:
            return SQL(default)  # pylint: disable=sql-injection
        return SQL.identifier("lead", name)

    @api.model
    def _arrival(self):
        """When a lead came: ``arrived_at`` where it is kept, else when it was created."""
        return SQL(
            "COALESCE(%s, lead.create_date)", self._lead_column("arrived_at", "NULL::timestamp")
        )

    @api.model
    def _lead_company(self):
        """The company of a lead, which may have none of its own."""
        return SQL("COALESCE(lead.company_id, team.company_id)")

    @api.model
    def _win_join(self):
        """A join for ``_closed_at``: when a lead that is won came into a won stage, to stay in one.

        Odoo's own ``date_closed`` moves when a won lead is archived; this does not, nor when it
        is taken out of the archive again.
        """
        return SQL(
            """LEFT JOIN LATERAL (
                    SELECT MIN(stay.date_in) AS date
                      FROM crm_stage_passage stay
                     WHERE lead.won_status = 'won' AND stay.lead_id = lead.id AND stay.is_won
                       AND stay.is_merged IS NOT TRUE AND stay.state != 'skipped'
                       AND stay.date_in >= COALESCE(
                           (SELECT MAX(other.date_in)
                              FROM crm_stage_passage other
                             WHERE other.lead_id = lead.id AND other.is_won IS NOT TRUE
                               AND other.is_merged IS NOT TRUE AND other.state != 'skipped'),
                           '-infinity')) win ON TRUE"""
        )

    @api.model
    def _closed_at(self):
        """When a lead was won or lost, as far as that is kept. It needs ``_win_join``."""
        return SQL("COALESCE(win.date, lead.date_closed)")

    # ------------------------------------------------------------------ opening
    @api.model
    def _rows_action(self, name, model, domain, views="list,form"):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": views,
            "views": [(False, view) for view in views.split(",")],
            "domain": domain,
            "context": {"active_test": False, "create": False},
        }
