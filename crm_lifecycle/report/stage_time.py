from odoo import fields, models
from odoo.tools import SQL

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
            """WITH stay AS (%(stays)s), figure AS MATERIALIZED (%(figures)s)
               SELECT (figure.stage_id::bigint << 26) | (COALESCE(figure.team_id, 0)::bigint << 6)
                      | (figure.number << 3) | (%(phase)s << 1) | figure.all_teams::int AS id,
                      figure.stage_id, stage.sequence AS stage_sequence, figure.lifecycle_phase,
                      figure.team_id, figure.all_teams, figure.period, figure.stay_count,
                      %(thin)s AS is_thin, figure.conversion,
                      figure.days[1] AS median_days, figure.days[2] AS p90_days,
                      figure.hours IS NOT NULL AS has_working,
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
                       AND before.lifecycle_phase IS NOT DISTINCT FROM figure.lifecycle_phase""",
            stays=self._stays_sql([("state", "!=", "skipped"), ("date_out", "!=", False)]),
            figures=self._figures_sql(),
            phase=self._phase_number(SQL("figure.lifecycle_phase")),
            thin=self._thin_sql(SQL("figure.stay_count")),
        )

    def _figures_sql(self):
        return SQL(
            """SELECT stay.stage_id, stay.lifecycle_phase, stay.team_id, period.number,
                      period.name AS period, GROUPING(stay.team_id) = 1 AS all_teams,
                      COUNT(*) AS stay_count,
                      AVG((stay.exit = 'forward')::int)::float8 AS conversion,
                      percentile_cont(ARRAY[0.5, 0.9])
                          WITHIN GROUP (ORDER BY stay.calendar_minutes / 1440) AS days,
                      percentile_cont(ARRAY[0.5, 0.9])
                          WITHIN GROUP (ORDER BY stay.working_minutes / 60) AS hours
                 FROM stay
                 JOIN %(periods)s ON %(within)s
                GROUP BY GROUPING SETS (
                      (stay.stage_id, stay.lifecycle_phase, period.number, period.name),
                      (stay.stage_id, stay.lifecycle_phase, period.number, period.name,
                       stay.team_id))""",
            periods=self._periods_sql(),
            within=self._in_period(SQL("stay.date_out")),
        )

    def action_open_stays(self):
        """Open the stays counted."""
        domain = [("state", "not in", ["open", "skipped"])]
        if not self.all_teams:
            domain.append(("team_id", "=", self.team_id.id))
        return self._stays_action(self.env._("Stays Counted"), domain)
