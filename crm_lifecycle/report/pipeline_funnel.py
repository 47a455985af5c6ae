from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.pipeline.crm_stage import PHASES
from .domain_reach import compared, named, reach
from .pipeline_report import LEAD_COLUMNS

PROCESSES = frozenset([False, *(name for name, _label in PHASES)])
COMPARE = {">": SQL(">"), ">=": SQL(">="), "<": SQL("<"), "<=": SQL("<=")}


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

    # ------------------------------------------------------------------ reading what is asked
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
        """Follow the stays of no more leads than the domain asks for.

        The context that says so can only leave leads out.
        """
        told = Domain(domain).optimize(self)
        phases = reach(told, PROCESSES, partial(named, name="lifecycle_phase", every=PROCESSES))
        narrow = self.with_context(
            lifecycle_processes=None if phases == PROCESSES else [one or "" for one in phases],
            lifecycle_arrived=compared(told, "cohort_date"),
        )
        return super(CrmPipelineFunnel, narrow)._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access
        )

    @api.model
    def _asked_sql(self):
        """Of which leads the stays are followed."""
        asked = [
            SQL("%s %s %s", self._arrival(), COMPARE[operator], moment)
            for operator, moment in self.env.context.get("lifecycle_arrived") or []
            if operator in COMPARE
        ]
        processes = self.env.context.get("lifecycle_processes")
        if processes is not None:
            none = SQL("OR lead.lifecycle_phase IS NULL") if "" in processes else SQL()
            asked.append(SQL("(lead.lifecycle_phase = ANY(%s) %s)", processes, none))
        return SQL(" AND ").join(asked) if asked else SQL("TRUE")

    # ------------------------------------------------------------------ SQL
    @property
    def _table_query(self):
        return SQL(
            """WITH place AS MATERIALIZED (%(places)s), furthest AS (%(furthest)s),
                    reached AS (%(reached)s)
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
        """The stages in their order, each with a bit of its own and its teams; None: every team."""
        field = self.env["crm.stage"]._fields["team_ids"]
        table, stage, team = map(SQL.identifier, (field.relation, field.column1, field.column2))
        return SQL(
            """SELECT id, is_won, active, lifecycle_phase,
                      (SELECT ARRAY_AGG(%(team)s) FROM %(table)s WHERE %(stage)s = crm_stage.id)
                          AS team_ids,
                      ROW_NUMBER() OVER (ORDER BY sequence, id)::int AS position,
                      SET_BIT(REPEAT('0', (COUNT(*) OVER ())::int)::varbit,
                              ROW_NUMBER() OVER (ORDER BY sequence, id)::int - 1, 1) AS place_bit
                 FROM crm_stage""",
            table=table,
            stage=stage,
            team=team,
        )

    def _furthest_sql(self):
        """How far each lead came in its own process, and where it stood."""
        return SQL(
            """SELECT lead.id AS lead_id, lead.lifecycle_phase, lead.team_id,
                      MAX(place.position) AS position, BIT_OR(place.place_bit) AS stood
                 FROM crm_stage_passage passage
                 JOIN crm_lead lead ON lead.id = passage.lead_id
                 JOIN place ON place.id = passage.stage_id
                WHERE passage.is_merged IS NOT TRUE
                  AND (place.lifecycle_phase IS NULL
                       OR place.lifecycle_phase = lead.lifecycle_phase)
                  AND %s
                GROUP BY lead.id""",
            self._asked_sql(),
        )

    def _reached_sql(self):
        """Each lead's stages up to the furthest; of the won ones, where it stood."""
        return SQL(
            """SELECT furthest.lead_id, place.id AS stage_id, place.position, place.is_won,
                      (place.position < furthest.position)::int AS went_on
                 FROM furthest
                 JOIN place ON place.position <= furthest.position
                  AND (GET_BIT(furthest.stood, place.position - 1) = 1
                       OR (place.active AND place.is_won IS NOT TRUE
                           AND (place.lifecycle_phase IS NULL
                                OR place.lifecycle_phase = furthest.lifecycle_phase)
                           AND (place.team_ids IS NULL
                                OR furthest.team_id = ANY(place.team_ids))))"""
        )
