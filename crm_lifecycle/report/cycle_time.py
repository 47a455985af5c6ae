from odoo import fields, models
from odoo.tools import SQL

from .pipeline_cycle import OUTCOMES
from .pipeline_report import LEAD_COLUMNS, STAY_COLUMNS


class CrmCycleTime(models.Model):
    """Median and 90th percentile of the days from arrival to won, and to lost.

    Made of the rows of ``crm.pipeline.cycle`` that the viewer may read, by the period in which
    the lead closed. A loss is cut by stage and reason, and by competitor, too; *Share* is that of
    the row among all leads that closed with the same outcome, in the same process and period.
    Competitors whom the viewer may not see are one row with the losses to nobody in particular.
    """

    _name = "crm.cycle.time"
    _description = "Cycle Time and Loss Reasons"
    _inherit = ["crm.pipeline.figure.report"]
    _auto = False
    _log_access = False
    _order = "lifecycle_phase, outcome desc, cut, lead_count desc, id"
    _period_bit = 5
    _depends = {
        "crm.lead": LEAD_COLUMNS,
        "crm.stage.passage": STAY_COLUMNS,
    }

    cut = fields.Selection(
        [
            ("all", "Together"),
            ("team", "By Team"),
            ("stage", "By Stage and Reason"),
            ("competitor", "By Competitor"),
        ],
        readonly=True,
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    stage_id = fields.Many2one("crm.stage", "Stage at the End", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    lost_to_id = fields.Many2one("res.partner", "Competitor", readonly=True)
    lead_count = fields.Integer("Leads", readonly=True)
    share = fields.Float(readonly=True, aggregator=None)
    median_days = fields.Float(readonly=True, aggregator=None)
    p90_days = fields.Float("90th Percentile Days", readonly=True, aggregator=None)

    @property
    def _table_query(self):
        return SQL(
            """WITH closed AS (%(closed)s), figure AS (%(figures)s)
               SELECT (COALESCE(figure.stage_id, figure.team_id, figure.lost_to_id, 0)::bigint
                       << 30)
                      | (COALESCE(figure.lost_reason_id, 0)::bigint << 8)
                      | (figure.number << 5) | (%(phase)s << 3)
                      | CASE figure.cut WHEN 'all' THEN 0 WHEN 'team' THEN 2
                                        WHEN 'stage' THEN 4 ELSE 6 END
                      | (figure.outcome = 'won')::int AS id,
                      figure.cut, figure.outcome, figure.lifecycle_phase, figure.period,
                      figure.team_id, figure.stage_id, figure.lost_reason_id, figure.lost_to_id,
                      figure.lead_count,
                      figure.lead_count::float8 / MAX(figure.lead_count) OVER (
                          PARTITION BY figure.number, figure.outcome, figure.lifecycle_phase)
                          AS share,
                      figure.days[1] AS median_days, figure.days[2] AS p90_days,
                      %(thin)s AS is_thin
                 FROM figure
                WHERE figure.cut IN ('all', 'team') OR figure.outcome = 'lost'""",
            closed=self._allowed(
                "crm.pipeline.cycle",
                self._span_domain("date_closed"),
                *("outcome", "lifecycle_phase", "team_id", "stage_id", "lost_reason_id"),
                *("lost_to_id", "date_closed", "days"),
            ),
            figures=self._figures_sql(),
            phase=self._phase_number(SQL("figure.lifecycle_phase")),
            thin=self._thin_sql(SQL("figure.lead_count")),
        )

    def _figures_sql(self):
        return SQL(
            """SELECT closed.outcome, closed.lifecycle_phase, period.number,
                      period.name AS period, closed.team_id, closed.stage_id,
                      closed.lost_reason_id, closed.lost_to_id,
                      CASE WHEN GROUPING(closed.team_id) = 0 THEN 'team'
                           WHEN GROUPING(closed.stage_id) = 0 THEN 'stage'
                           WHEN GROUPING(closed.lost_to_id) = 0 THEN 'competitor'
                           ELSE 'all' END AS cut,
                      COUNT(*) AS lead_count,
                      percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY closed.days) AS days
                 FROM closed
                 JOIN %(periods)s ON %(within)s
                GROUP BY closed.outcome, closed.lifecycle_phase, period.number, period.name,
                         GROUPING SETS ((), (closed.team_id),
                                        (closed.stage_id, closed.lost_reason_id),
                                        (closed.lost_to_id))""",
            periods=self._periods_sql(),
            within=self._in_period(SQL("closed.date_closed")),
        )

    def action_open_leads(self):
        """Open the leads counted, each with its days."""
        self.ensure_one()
        self.check_access("read")
        domain = [
            ("outcome", "=", self.outcome),
            ("lifecycle_phase", "=", self.lifecycle_phase),
            *self._period_domain(self.period, "date_closed"),
        ]
        if self.cut == "team":
            domain.append(("team_id", "=", self.team_id.id))
        elif self.cut == "stage":
            domain.append(("stage_id", "=", self.stage_id.id))
            domain.append(("lost_reason_id", "=", self.lost_reason_id.id))
        elif self.cut == "competitor":
            domain.append(("lost_to_id", "=", self.lost_to_id.id))
        return self._rows_action(self.env._("Leads Counted"), "crm.pipeline.cycle", domain, "list")
