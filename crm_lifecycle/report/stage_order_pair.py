from odoo import fields, models
from odoo.tools import SQL

from .pipeline_report import STAY_COLUMNS


class CrmStageOrderPair(models.Model):
    """Pairs of stages, the one before the other in the process, and how often it went otherwise.

    Counted are leads that stood in both stages, in the period in which they first stood in the
    second of them. Reversed: the first stay in the later stage began before the first stay in
    the earlier one. A stage that was jumped over was not stood in.
    """

    _name = "crm.stage.order.pair"
    _description = "Order of Stages"
    _inherit = ["crm.pipeline.figure.report"]
    _auto = False
    _log_access = False
    _order = "reversed_share desc, reversed_count desc, id"
    _period_bit = 2
    _looks_back = True
    _depends = {
        "crm.stage": ["sequence"],
        "crm.stage.passage": STAY_COLUMNS,
    }

    stage_id = fields.Many2one("crm.stage", "Earlier Stage", readonly=True)
    other_stage_id = fields.Many2one("crm.stage", "Later Stage", readonly=True)
    lead_count = fields.Integer("Leads in Both", readonly=True)
    reversed_count = fields.Integer("The Other Way Round", readonly=True)
    reversed_share = fields.Float("The Other Way Round (Share)", readonly=True, aggregator=None)

    @property
    def _table_query(self):
        return SQL(
            """WITH place AS MATERIALIZED (%(places)s), figure AS (%(figures)s)
               SELECT (one.id::bigint << 29) | (other.id::bigint << 5)
                      | (figure.number << 2) | figure.phase AS id,
                      one.id AS stage_id, other.id AS other_stage_id,
                      %(phase)s AS lifecycle_phase, figure.period, figure.lead_count,
                      COALESCE(figure.reversed_count, 0) AS reversed_count,
                      COALESCE(figure.reversed_count, 0)::float8 / figure.lead_count
                          AS reversed_share,
                      %(thin)s AS is_thin
                 FROM figure
                 JOIN place one ON one.position = figure.position
                 JOIN place other ON other.position = figure.other_position""",
            places=self._places_sql(),
            figures=self._figures_sql(),
            phase=self._phase_name(SQL("figure.phase")),
            thin=self._thin_sql(SQL("figure.lead_count")),
        )

    def _figures_sql(self):
        """The figures of the periods, added up of their slices of time."""
        return SQL(
            """SELECT slice.position, slice.other_position, slice.phase, period.number,
                      period.name AS period, SUM(slice.lead_count)::int AS lead_count,
                      (SUM(slice.lead_count) FILTER (WHERE slice.is_reversed))::int
                          AS reversed_count
                 FROM (%(pairs)s) AS slice
                 JOIN %(periods)s ON %(within)s
                GROUP BY 1, 2, 3, 4, 5""",
            pairs=self._pairs_sql(),
            periods=self._periods_sql(),
            within=self._slice_within(SQL("period")),
        )

    def _places_sql(self):
        """The stages in their order."""
        return SQL(
            """SELECT id, (ROW_NUMBER() OVER (ORDER BY sequence, id))::int AS position
                 FROM crm_stage"""
        )

    def _pairs_sql(self):
        """Of each pair of stages and slice of time, how many leads: the second's first stay in it.

        Leads that took the same way in the same slices are counted together before their way is
        taken apart into pairs.
        """
        return SQL(
            """SELECT LEAST(one.position, other.position) AS position,
                      GREATEST(one.position, other.position) AS other_position, way.phase,
                      one.position > other.position AS is_reversed, other.slice,
                      SUM(way.lead_count) AS lead_count
                 FROM (SELECT path.phase, path.positions, path.slices, COUNT(*) AS lead_count
                         FROM (SELECT visit.phase,
                                      ARRAY_AGG(visit.position ORDER BY first_in, position)
                                          AS positions,
                                      ARRAY_AGG(%(slice)s ORDER BY first_in, position) AS slices
                                 FROM (%(visits)s) AS visit
                                WHERE visit.lead_id IS NOT NULL
                                GROUP BY visit.lead_id, visit.phase) AS path
                        GROUP BY 1, 2, 3) AS way
                CROSS JOIN UNNEST(way.positions) WITH ORDINALITY AS one (position, number)
                 JOIN UNNEST(way.positions, way.slices) WITH ORDINALITY
                      AS other (position, slice, number) ON one.number < other.number
                GROUP BY 1, 2, 3, 4, 5""",
            slice=self._slice(SQL("visit.first_in")),
            visits=self._visits_sql(),
        )

    def _visits_sql(self):
        """When each lead was first in each stage. It needs ``place``.

        A lead that came into no stage in the time asked for makes no pair in it.
        """
        start, end = self._span()
        stood = [("state", "!=", "skipped")]
        recent = [*stood, ("date_in", ">=", start)] if start else []
        return SQL(
            """SELECT first.*, place.position
                 FROM (SELECT stay.lead_id, stay.stage_id, %(phase)s AS phase,
                              MIN(stay.date_in) AS first_in
                         FROM (%(stays)s) AS stay
                         %(recent)s
                        GROUP BY 1, 2, 3) AS first
                 JOIN place ON place.id = first.stage_id""",
            phase=self._phase_number(SQL("stay.lifecycle_phase")),
            stays=self._stays_sql([*stood, ("date_in", "<", end)] if end else stood),
            recent=SQL(
                "WHERE stay.lead_id IN (SELECT lead_id FROM (%s) AS recent)",
                self._stays_sql(recent),
            )
            if recent
            else SQL(),
        )

    def action_open_leads(self):
        """Open the leads that went the other way round."""
        self.ensure_one()
        self.check_access("read")
        asked = self.with_context(lifecycle_periods=[self.period])
        rows = self.env.execute_query(
            SQL(
                """WITH place AS MATERIALIZED (%(places)s), visit AS MATERIALIZED (%(visits)s)
                   SELECT one.lead_id
                     FROM visit one
                     JOIN visit other ON other.lead_id = one.lead_id AND other.phase = one.phase
                      AND other.stage_id = %(other)s AND other.first_in < one.first_in
                     JOIN %(periods)s ON %(within)s
                    WHERE one.stage_id = %(stage)s AND one.phase = %(phase)s""",
                places=asked._places_sql(),
                visits=asked._visits_sql(),
                periods=asked._periods_sql(),
                within=asked._in_period(SQL("one.first_in")),
                stage=self.stage_id.id,
                other=self.other_stage_id.id,
                phase=self._phase_number(SQL("%s", self.lifecycle_phase or None)),
            )
        )
        domain = [("id", "in", [lead for (lead,) in rows])]
        return self._rows_action(self.env._("The Other Way Round"), "crm.lead", domain)
