from odoo import fields, models
from odoo.tools import SQL

from .pipeline_report import LEAD_COLUMNS, STAY_COLUMNS

OUTCOMES = [("won", "Won"), ("lost", "Lost")]


class CrmPipelineCycle(models.Model):
    """A row for each lead that was won or lost: how long it took, and where it was lost.

    The days are those from arrival to closing, with their fractions. The stage is the one it
    stood in when it closed. A lead that was archived without being lost is neither. Of the
    competitors it was lost to only those are named whom the viewer may see.
    """

    _name = "crm.pipeline.cycle"
    _description = "Cycle Time"
    _inherit = ["crm.pipeline.lead.report"]
    _auto = False
    _log_access = False
    _order = "date_closed desc, id desc"
    _depends = {
        "crm.lead": LEAD_COLUMNS,
        "crm.stage.passage": STAY_COLUMNS,
    }

    outcome = fields.Selection(OUTCOMES, readonly=True)
    stage_id = fields.Many2one("crm.stage", "Stage at the End", readonly=True)
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    lost_to_id = fields.Many2one("res.partner", "Competitor", readonly=True)
    date_arrived = fields.Datetime("Arrived", readonly=True)
    date_closed = fields.Datetime("Closed", readonly=True)
    closed_count = fields.Integer("Closed Leads", readonly=True)
    days = fields.Float("Days to Close (Average)", readonly=True, aggregator="avg")
    longest = fields.Float("Days to Close (Longest)", readonly=True, aggregator="max")

    @property
    def _table_query(self):
        closed = SQL("COALESCE(%s, lead.write_date)", self._closed_at())
        days = SQL(
            "GREATEST(EXTRACT(EPOCH FROM %s - %s) / 86400, 0)::float8", closed, self._arrival()
        )
        return SQL(
            """SELECT lead.id, lead.id AS lead_id, lead.won_status AS outcome,
                      lead.lifecycle_phase, %(company)s AS company_id, lead.team_id, lead.user_id,
                      lead.stage_id,
                      CASE WHEN lead.won_status = 'lost' THEN lead.lost_reason_id END
                           AS lost_reason_id,
                      %(competitor)s AS lost_to_id,
                      %(arrival)s AS date_arrived, %(closed)s AS date_closed, %(when)s,
                      1 AS closed_count, %(days)s AS days, %(days)s AS longest
                 FROM crm_lead lead
                 LEFT JOIN crm_team team ON team.id = lead.team_id
                 %(win)s
                WHERE lead.won_status IN ('won', 'lost')""",
            company=self._lead_company(),
            arrival=self._arrival(),
            closed=closed,
            when=self._when_sql(closed),
            days=days,
            competitor=self._competitor_sql(),
            win=self._win_join(),
        )

    def _competitor_sql(self):
        """To whom a lead was lost, where the viewer may see that contact."""
        return SQL(
            """CASE WHEN lead.won_status = 'lost' AND lead.lost_to_id IS NOT NULL
                    THEN (SELECT seen.id FROM (%s) AS seen WHERE seen.id = lead.lost_to_id) END""",
            self._allowed("res.partner", [], "id"),
        )
