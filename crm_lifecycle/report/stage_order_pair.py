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
            """WITH pair AS (%(pairs)s)
               SELECT (pair.stage_id::bigint << 29) | (pair.other_stage_id::bigint << 5)
                      | (period.number << 2) | %(phase)s AS id,
                      pair.stage_id, pair.other_stage_id, pair.lifecycle_phase,
                      period.name AS period, COUNT(*) AS lead_count,
                      COUNT(*) FILTER (WHERE pair.is_reversed) AS reversed_count,
                      AVG(pair.is_reversed::int)::float8 AS reversed_share,
                      %(thin)s AS is_thin
                 FROM pair
                 JOIN %(periods)s ON %(within)s
                GROUP BY pair.stage_id, pair.other_stage_id, pair.lifecycle_phase, period.number,
                         period.name""",
            pairs=self._pairs_sql(),
            phase=self._phase_number(SQL("pair.lifecycle_phase")),
            thin=self._thin_sql(SQL("COUNT(*)")),
            periods=self._periods_sql(),
            within=self._in_period(SQL("pair.moment")),
        )

    def _pairs_sql(self):
        """A row for each lead and pair of stages it stood in."""
        return SQL(
            """WITH visit AS MATERIALIZED (
                    SELECT stay.lead_id, stay.lifecycle_phase, stay.stage_id,
                           MIN(stay.date_in) AS first_in
                      FROM (%(stays)s) AS stay
                     GROUP BY 1, 2, 3)
               SELECT one.lead_id, one.lifecycle_phase, one.stage_id,
                      other.stage_id AS other_stage_id,
                      other.first_in < one.first_in AS is_reversed,
                      GREATEST(one.first_in, other.first_in) AS moment
                 FROM visit one
                 JOIN crm_stage stage ON stage.id = one.stage_id
                 JOIN visit other ON other.lead_id = one.lead_id
                  AND other.lifecycle_phase IS NOT DISTINCT FROM one.lifecycle_phase
                 JOIN crm_stage other_stage ON other_stage.id = other.stage_id
                WHERE (stage.sequence, stage.id) < (other_stage.sequence, other_stage.id)""",
            stays=self._stays_sql([("state", "!=", "skipped")]),
        )

    def action_open_leads(self):
        """Open the leads that went the other way round."""
        self.ensure_one()
        self.check_access("read")
        rows = self.env.execute_query(
            SQL(
                """WITH pair AS (%(pairs)s)
                   SELECT pair.lead_id FROM pair JOIN %(periods)s ON %(within)s
                    WHERE pair.is_reversed AND pair.stage_id = %(stage)s
                      AND pair.other_stage_id = %(other)s AND period.name = %(period)s
                      AND pair.lifecycle_phase IS NOT DISTINCT FROM %(phase)s""",
                pairs=self._pairs_sql(),
                periods=self._periods_sql(),
                within=self._in_period(SQL("pair.moment")),
                stage=self.stage_id.id,
                other=self.other_stage_id.id,
                period=self.period,
                phase=self.lifecycle_phase or None,
            )
        )
        domain = [("id", "in", [lead for (lead,) in rows])]
        return self._rows_action(self.env._("The Other Way Round"), "crm.lead", domain)
