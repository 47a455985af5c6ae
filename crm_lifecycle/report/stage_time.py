from odoo import api, fields, models
from odoo.tools import SQL

from .domain_reach import named, reach
from .pipeline_figure_report import NAMES
from .pipeline_report import STAY_COLUMNS


class CrmStageTime(models.Model):
    """How long leads stay in a stage and how many go on, by process, team and period.

    Counted are the stays that *ended* in the period, won, lost and archived included; a stage
    that was jumped over had none. Conversion: the share of them that went on to a later stage.
    Median and 90th percentile as PostgreSQL's ``percentile_cont``: between two values it lies
    in proportion. Working hours are of those stays where they are known.
    """

    _name = "crm.stage.time"
    _description = "Time in Stages"
    _inherit = ["crm.pipeline.figure.report"]
    _auto = False
    _log_access = False
    _order = "lifecycle_phase, stage_sequence, stage_id, all_teams desc, team_id, period"
    _period_bit = 3
    _depends = {
        "crm.stage": ["sequence", "is_won"],
        "crm.stage.passage": STAY_COLUMNS,
    }

    stage_id = fields.Many2one("crm.stage", readonly=True)
    stage_sequence = fields.Integer("Order of Stage", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    all_teams = fields.Boolean(readonly=True)
    stay_count = fields.Integer("Stays", readonly=True)
    conversion = fields.Float("Went On (Share)", readonly=True, aggregator=None)
    median_days = fields.Float(readonly=True, aggregator=None)
    p90_days = fields.Float("90th Percentile Days", readonly=True, aggregator=None)
    has_working = fields.Boolean("Working Hours Known", readonly=True)
    median_hours = fields.Float("Median Working Hours", readonly=True, aggregator=None)
    p90_hours = fields.Float("90th Percentile Working Hours", readonly=True, aggregator=None)
    # The period before, beside this one
    has_before = fields.Boolean("Previous Known", readonly=True)
    stay_count_before = fields.Integer("Stays Before", readonly=True)
    conversion_before = fields.Float("Went On Before (Share)", readonly=True, aggregator=None)
    median_days_before = fields.Float(readonly=True, aggregator=None)

    @property
    def _table_query(self):
        return SQL(
            """WITH slice AS MATERIALIZED (%(slices)s), figure AS MATERIALIZED (%(figures)s)
               SELECT (figure.stage_id::bigint << 26) | (COALESCE(figure.team_id, 0)::bigint << 6)
                      | (figure.number << 3) | (figure.phase << 1) | figure.all_teams::int AS id,
                      figure.stage_id, stage.sequence AS stage_sequence,
                      %(phase)s AS lifecycle_phase, figure.team_id, figure.all_teams,
                      figure.period, figure.stay_count, %(thin)s AS is_thin,
                      figure.conversion, figure.days[1] AS median_days,
                      figure.days[2] AS p90_days, figure.hours IS NOT NULL AS has_working,
                      figure.hours[1] AS median_hours, figure.hours[2] AS p90_hours,
                      before.stay_count IS NOT NULL AS has_before,
                      before.stay_count AS stay_count_before,
                      before.conversion AS conversion_before, before.days[1] AS median_days_before
                 FROM figure
                 JOIN crm_stage stage ON stage.id = figure.stage_id
                 LEFT JOIN figure before
                        ON before.period = figure.period || '_before'
                       AND before.stage_id = figure.stage_id
                       AND before.all_teams = figure.all_teams
                       AND before.team_id IS NOT DISTINCT FROM figure.team_id
                       AND before.phase = figure.phase""",
            slices=self._slices_sql(),
            figures=self._figures_sql(),
            phase=self._phase_name(SQL("figure.phase")),
            thin=self._thin_sql(SQL("figure.stay_count")),
        )

    def _slices_sql(self):
        """The stays of each slice of time, read once, with the minutes of each."""
        domain = [("state", "!=", "skipped"), ("date_out", "!=", False)]
        domain += self._span_domain("date_out")
        by_team = ["team_id"] if False in self._asked_teams() else []
        return SQL(
            """SELECT stay.stage_id, %(team)s AS team_id, %(phase)s AS phase, %(slice)s AS slice,
                      COUNT(*) AS stay_count,
                      COUNT(*) FILTER (WHERE stay.exit = 'forward') AS forward_count,
                      ARRAY_AGG(stay.calendar_minutes) AS minutes,
                      ARRAY_AGG(stay.working_minutes)
                          FILTER (WHERE stay.working_minutes IS NOT NULL) AS working
                 FROM (%(stays)s) AS stay
                GROUP BY %(keys)s""",
            team=SQL.identifier("stay", "team_id") if by_team else SQL("NULL::int"),
            keys=self._slice_keys("stay", "date_out", "stage_id", "lifecycle_phase", *by_team),
            stays=self._stays_sql(domain),
            phase=self._phase_number(SQL("stay.lifecycle_phase")),
            slice=self._slice(SQL.identifier("stay", "date_out")),
        )

    def _figures_sql(self):
        """The figures of the periods, added up of their slices."""
        return SQL(
            """SELECT total.*, %(days)s AS days, %(hours)s AS hours
                 FROM (SELECT slice.stage_id, slice.phase, period.number, period.name AS period,
                              period.slice_from, period.slice_to, slice.team_id,
                              GROUPING(slice.team_id) = 1 AS all_teams,
                              SUM(slice.stay_count)::int AS stay_count,
                              (SUM(slice.forward_count) / SUM(slice.stay_count))::float8
                                  AS conversion
                         FROM slice
                         JOIN %(periods)s ON %(within)s
                        GROUP BY slice.stage_id, slice.phase, period.number, period.name,
                                 period.slice_from, period.slice_to,
                                 GROUPING SETS ((), (slice.team_id))) AS total
                WHERE total.all_teams = ANY(%(asked)s)""",
            days=self._percentiles_sql(SQL("minutes"), 1440),
            hours=self._percentiles_sql(SQL("working"), 60),
            periods=self._periods_sql(),
            within=self._slice_within(SQL("period")),
            asked=self._asked_teams(),
        )

    def _percentiles_sql(self, minutes, unit):
        """Median and 90th percentile of a column of minutes, in units of so many."""
        return SQL(
            """(SELECT percentile_cont(ARRAY[0.5, 0.9])
                       WITHIN GROUP (ORDER BY one.minutes / %(unit)s)
                  FROM slice
                 CROSS JOIN UNNEST(slice.%(minutes)s) AS one (minutes)
                 WHERE slice.stage_id = total.stage_id AND slice.phase = total.phase
                   AND (total.all_teams OR slice.team_id IS NOT DISTINCT FROM total.team_id)
                   AND %(within)s)""",
            unit=unit,
            minutes=minutes,
            within=self._slice_within(SQL("total")),
        )

    @api.model
    def _asked_teams(self):
        """Whether rows of all teams, of each, or both are asked for: a list of booleans."""
        return self.env.context.get("lifecycle_all_teams", [False, True])

    @api.model
    def _narrow(self, domain):
        teams = reach(domain, frozenset([True, False]), self._all_teams_told, self)
        narrow = super()._narrow(domain)
        return narrow.with_context(lifecycle_all_teams=sorted(teams))

    @api.model
    def _all_teams_told(self, condition):
        return named(condition, "all_teams", frozenset([True, False]))

    def _counted(self):
        """With each period the one before, which stands beside it."""
        counted = super()._counted()
        return counted | NAMES.intersection(f"{name}_before" for name in counted)

    def action_open_stays(self):
        """Open the stays counted."""
        domain = [("state", "not in", ["open", "skipped"])]
        if not self.all_teams:
            domain.append(("team_id", "=", self.team_id.id))
        return self._stays_action(self.env._("Stays Counted"), domain)
