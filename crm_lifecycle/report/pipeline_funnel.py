from odoo import fields, models
from odoo.tools import SQL

from .pipeline_report import LEAD_COLUMNS


class CrmPipelineFunnel(models.Model):
    """A row for each lead and stage of its process that it *reached*, whenever that was.

    Reached is what a lead stood in, and every earlier stage of its process and team: one that
    was jumped over was reached as well. A won stage is reached by those who were won only. A
    stage of another process counts for nothing. What was merged in is not the lead's own way.

    The rates are averages of flags of 0 and 1, so that any grouping has its own: over leads that
    reached the stage, how many reached a later one, and how many are won.
    """

    _name = "crm.pipeline.funnel"
    _description = "Funnel"
    _inherit = ["crm.pipeline.lead.report"]
    _auto = False
    _log_access = False
    _order = "cohort_date desc, lead_id desc, position"
    _depends = {
        "crm.lead": LEAD_COLUMNS,
        "crm.stage": ["sequence", "is_won", "lifecycle_phase", "active", "team_ids"],
        "crm.stage.passage": ["lead_id", "stage_id", "is_merged"],
    }

    stage_id = fields.Many2one("crm.stage", "Stage Reached", readonly=True)
    position = fields.Integer("Order of Stage", readonly=True, aggregator=None)
    cohort_date = fields.Datetime("Arrived", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    is_closed = fields.Boolean("Won or Lost", readonly=True)
    reached = fields.Integer("Leads that Reached", readonly=True)
    next_count = fields.Integer("Reached the Next", readonly=True)
    won_count = fields.Integer("Won", readonly=True)
    lost_count = fields.Integer("Lost", readonly=True)
    next_rate = fields.Float("Went On (Share)", readonly=True, aggregator="avg")
    won_rate = fields.Float("Won (Share)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            """WITH place AS (%(places)s), furthest AS (%(furthest)s), reached AS (%(reached)s)
               SELECT (lead.id::bigint << 20) | reached.stage_id AS id,
                      lead.id AS lead_id, lead.lifecycle_phase, %(company)s AS company_id,
                      lead.team_id, lead.user_id, reached.stage_id, reached.position,
                      %(arrival)s AS cohort_date, %(when)s,
                      lead.source_id, lead.campaign_id, lead.medium_id,
                      lead.won_status IN ('won', 'lost') AS is_closed,
                      1 AS reached, reached.went_on AS next_count,
                      (lead.won_status = 'won')::int AS won_count,
                      (lead.won_status = 'lost')::int AS lost_count,
                      CASE WHEN reached.is_won IS NOT TRUE THEN reached.went_on END AS next_rate,
                      (lead.won_status = 'won')::int AS won_rate
                 FROM reached
                 JOIN crm_lead lead ON lead.id = reached.lead_id
                 LEFT JOIN crm_team team ON team.id = lead.team_id""",
            places=self._places_sql(),
            furthest=self._furthest_sql(),
            reached=self._reached_sql(),
            company=self._lead_company(),
            arrival=self._arrival(),
            when=self._when_sql(self._arrival()),
        )

    def _places_sql(self):
        """The stages in their order, each with its teams; None: of every team."""
        field = self.env["crm.stage"]._fields["team_ids"]
        table, stage, team = map(SQL.identifier, (field.relation, field.column1, field.column2))
        return SQL(
            """SELECT id, is_won, active, lifecycle_phase,
                      (SELECT ARRAY_AGG(%(team)s) FROM %(table)s WHERE %(stage)s = crm_stage.id)
                          AS team_ids,
                      ROW_NUMBER() OVER (ORDER BY sequence, id) AS position
                 FROM crm_stage""",
            table=table,
            stage=stage,
            team=team,
        )

    def _furthest_sql(self):
        """How far each lead came in its own process, and where it stood."""
        return SQL(
            """SELECT lead.id AS lead_id, lead.lifecycle_phase, lead.team_id,
                      MAX(place.position) AS position, ARRAY_AGG(place.id) AS stage_ids
                 FROM crm_stage_passage passage
                 JOIN crm_lead lead ON lead.id = passage.lead_id
                 JOIN place ON place.id = passage.stage_id
                WHERE passage.is_merged IS NOT TRUE
                  AND (place.lifecycle_phase IS NULL
                       OR place.lifecycle_phase = lead.lifecycle_phase)
                GROUP BY lead.id""",
        )

    def _reached_sql(self):
        """Each lead's stages up to the furthest; of the won ones, where it stood."""
        return SQL(
            """SELECT furthest.lead_id, place.id AS stage_id, place.position, place.is_won,
                      (place.position < furthest.position)::int AS went_on
                 FROM furthest
                 JOIN place ON place.position <= furthest.position
                  AND (place.id = ANY(furthest.stage_ids)
                       OR (place.active AND place.is_won IS NOT TRUE
                           AND (place.lifecycle_phase IS NULL
                                OR place.lifecycle_phase = furthest.lifecycle_phase)
                           AND (place.team_ids IS NULL
                                OR furthest.team_id = ANY(place.team_ids))))"""
        )
