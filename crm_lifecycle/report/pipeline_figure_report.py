from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.pipeline.crm_stage import PHASES
from .domain_reach import named, reach
from .pipeline_report import FEW, PERIODS

NAMES = frozenset(name for name, _label in PERIODS)


class CrmPipelineFigureReport(models.AbstractModel):
    """A report whose rows are figures already, such as medians, which no pivot can add up.

    A row is for one period and one sales team, or all of them; lists filter to one of each. The
    figures are made of what the viewer may read.

    Only what a search can find is counted: ``_narrow`` puts the periods that its domain leaves
    into the context, ``_counted`` reads them there. The context can only leave rows out.
    """

    _name = "crm.pipeline.figure.report"
    _description = "Figures of the Sales Process"
    _inherit = ["crm.pipeline.report"]
    _auto = False
    _log_access = False

    period = fields.Selection(PERIODS, readonly=True)
    lifecycle_phase = fields.Selection(PHASES, "Process", readonly=True)
    is_thin = fields.Boolean("Of Few", readonly=True, help="A rate on fewer than five is greyed.")

    # Where the ids of the rows keep the number of the period: three bits from this one on.
    _period_bit = 0
    # Whether the rows it counts may have begun before the periods that it counts.
    _looks_back = False

    @api.depends("period")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._("Row %(id)s", id=row.id)

    # ------------------------------------------------------------------ counting what is asked
    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        """Count no more than what the rows of the domain are made of."""
        narrow = self._narrow(Domain(domain))
        return super(CrmPipelineFigureReport, narrow)._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access
        )

    @api.model
    def _narrow(self, domain):
        """The report, counting no period that a domain leaves out. Extend to leave out more."""
        periods = reach(domain, NAMES, self._periods_told, self)
        return self.with_context(lifecycle_periods=sorted(periods))

    @api.model
    def _periods_told(self, condition):
        ids = named(condition, "id", frozenset())
        if not ids or not all(isinstance(number, int) for number in ids):
            return named(condition, "period", NAMES)
        periods = dict(enumerate(self._periods()))
        return {periods.get(number >> self._period_bit & 7) for number in ids}

    @api.model
    def _counted(self):
        """The names of the periods to count; at least one, as there is no SQL without."""
        return NAMES.intersection(self.env.context.get("lifecycle_periods", NAMES)) or {"month"}

    @api.model
    def _periods_sql(self):
        """Rows of (number, name, date_from, date_to, slice_from, slice_to), for a ``JOIN``.

        They are the periods to count. ``slice_to`` is the first slice after the period.
        """
        counted, cuts = self._counted(), self._cuts()
        rows = [
            SQL(
                "(%s, %s, %s::timestamp, %s::timestamp, %s, %s)",
                *(number, name, start, end),
                cuts.index(start) + 1 if start in cuts else 0,
                cuts.index(end) + 1 if end in cuts else len(cuts) + 1,
            )
            for number, (name, (start, end)) in enumerate(self._periods().items())
            if name in counted
        ]
        return SQL(
            """(VALUES %s) AS period (number, name, date_from, date_to, slice_from, slice_to)""",
            SQL(", ").join(rows),
        )

    @api.model
    def _span(self):
        """From when to when the periods to count last together; None: without a bound."""
        counted = self._counted()
        bounds = [bound for name, bound in self._periods().items() if name in counted]
        starts, ends = zip(*bounds, strict=True)
        return None if None in starts else min(starts), None if None in ends else max(ends)

    @api.model
    def _span_domain(self, field):
        """The domain of what may lie in a period to count."""
        start, end = self._span()
        domain = [(field, ">=", start)] if start else []
        return domain + ([(field, "<", end)] if end else [])

    # ------------------------------------------------------------------ slices of time
    @api.model
    def _cuts(self):
        """All moments at which a period to count begins or ends, in their order.

        Not those at which all of them begin or end, as ``_span_domain`` has cut there.
        """
        counted = self._counted()
        bounds = [bound for name, bound in self._periods().items() if name in counted]
        start, end = self._span()
        edges = {None, end} if self._looks_back else {None, start, end}
        return sorted({moment for bound in bounds for moment in bound} - edges)

    @api.model
    def _after_cuts(self, column):
        """Whether a moment lies after each cut: what to group by, beside other columns.

        Of booleans PostgreSQL knows that there are few, and hashes instead of sorting.
        """
        return [SQL("(%s >= %s::timestamp)", column, cut) for cut in self._cuts()]

    @api.model
    def _slice(self, column):
        """The slice of time between two cuts that a moment lies in, as a number from 0 on.

        What can be added up is counted by slice, once, however many periods it is part of.
        """
        after = [SQL("%s::int", cut) for cut in self._after_cuts(column)]
        return SQL(" + ").join(after) if after else SQL("0")

    @api.model
    def _slice_keys(self, table, moment, *columns):
        """What to group by: columns of a table, and the slice of time of a moment of it."""
        keys = [SQL.identifier(table, column) for column in columns]
        return SQL(", ").join(keys + self._after_cuts(SQL.identifier(table, moment)))

    @api.model
    def _slice_within(self, period):
        """Whether ``slice.slice`` is part of a row of ``_periods_sql``."""
        return SQL(
            """slice.slice >= %(period)s.slice_from AND slice.slice < %(period)s.slice_to""",
            period=period,
        )

    # ------------------------------------------------------------------ SQL

    @api.model
    def _thin_sql(self, count):
        return SQL("%s < %s", count, FEW)

    @api.model
    def _phase_number(self, column):
        """A process as a number of two bits, for ids."""
        return SQL("CASE %s WHEN 'acquisition' THEN 1 WHEN 'enhancement' THEN 2 ELSE 0 END", column)

    @api.model
    def _phase_name(self, column):
        """The process of a ``_phase_number``. Numbers group and sort faster than names."""
        return SQL("CASE %s WHEN 1 THEN 'acquisition' WHEN 2 THEN 'enhancement' END", column)

    @api.model
    def _stays_sql(self, domain=()):
        """The stays the viewer may read; stages that are gone and merged leads' are left out."""
        domain = [("stage_id", "!=", False), ("is_merged", "=", False), *domain]
        columns = ["id", "lead_id", "stage_id", "lifecycle_phase", "team_id", "state", "exit"]
        columns += ["date_in", "date_out", "calendar_minutes", "working_minutes"]
        return self._allowed("crm.stage.passage", domain, *columns)

    def _stays_action(self, name, domain):
        """Open the stays that a row counts.

        :param list domain: beside stage, process and period of leaving
        """
        self.ensure_one()
        self.check_access("read")
        return self._rows_action(
            name,
            "crm.stage.passage",
            [
                ("stage_id", "=", self.stage_id.id),
                ("lifecycle_phase", "=", self.lifecycle_phase),
                ("is_merged", "=", False),
                *self._period_domain(self.period, "date_out"),
                *domain,
            ],
        )
