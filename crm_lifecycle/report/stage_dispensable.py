from odoo import fields, models
from odoo.tools import SQL

from .pipeline_report import FEW, STAY_COLUMNS

# A shorter stay is none: the lead was only passed through.
THROUGH_MINUTES = 10
NEARLY_ALL = 0.9


class CrmStageDispensable(models.Model):
    """Stages that almost everybody passes straight through: candidates to be dropped.

    Counted are the stays that ended in the period and the stages jumped over in it. Straight
    through: jumped over, or left forward within ten minutes (``_through_minutes``). A stage is
    a candidate when that is so for 90 % of at least five.
    """

    _name = "crm.stage.dispensable"
    _description = "Stages Passed Straight Through"
    _inherit = ["crm.pipeline.figure.report"]
    _auto = False
    _log_access = False
    _order = "through_share desc, stay_count desc, id"
    _period_bit = 2
    _depends = {
        "crm.stage": ["is_won"],
        "crm.stage.passage": STAY_COLUMNS,
    }

    stage_id = fields.Many2one("crm.stage", readonly=True)
    stay_count = fields.Integer("Stays", readonly=True)
    skipped_count = fields.Integer("Jumped Over", readonly=True)
    through_count = fields.Integer("Straight Through", readonly=True)
    through_share = fields.Float("Straight Through (Share)", readonly=True, aggregator=None)
    is_candidate = fields.Boolean("Candidate to Drop", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """WITH figure AS (%(figures)s)
               SELECT (figure.stage_id::bigint << 5) | (figure.number << 2) | figure.phase AS id,
                      figure.stage_id, %(phase)s AS lifecycle_phase, figure.period,
                      figure.stay_count, figure.skipped_count, figure.through_count,
                      figure.through_count::float8 / figure.stay_count AS through_share,
                      %(thin)s AS is_thin,
                      figure.stay_count >= %(few)s
                      AND figure.through_count >= %(share)s * figure.stay_count AS is_candidate
                 FROM figure""",
            figures=self._figures_sql(),
            phase=self._phase_name(SQL("figure.phase")),
            thin=self._thin_sql(SQL("figure.stay_count")),
            few=FEW,
            share=NEARLY_ALL,
        )

    def _figures_sql(self):
        """The figures of the periods: each slice of time is counted once, and then added up."""
        domain = [("date_out", "!=", False), ("is_won", "=", False)]
        domain += self._span_domain("date_out")
        return SQL(
            """SELECT slice.stage_id, slice.phase, period.number, period.name AS period,
                      SUM(slice.stay_count)::int AS stay_count,
                      SUM(slice.skipped_count)::int AS skipped_count,
                      SUM(slice.through_count)::int AS through_count
                 FROM (SELECT stay.stage_id, %(phase)s AS phase, %(slice)s AS slice,
                              COUNT(*) AS stay_count,
                              COUNT(*) FILTER (WHERE stay.state = 'skipped') AS skipped_count,
                              COUNT(*) FILTER (
                                  WHERE stay.state = 'skipped'
                                     OR (stay.exit = 'forward'
                                         AND stay.calendar_minutes < %(minutes)s))
                                  AS through_count
                         FROM (%(stays)s) AS stay
                        GROUP BY %(keys)s) slice
                 JOIN %(periods)s ON %(within)s
                GROUP BY 1, 2, 3, 4""",
            keys=self._slice_keys("stay", "date_out", "stage_id", "lifecycle_phase"),
            stays=self._stays_sql(domain),
            phase=self._phase_number(SQL("stay.lifecycle_phase")),
            slice=self._slice(SQL.identifier("stay", "date_out")),
            minutes=self._through_minutes(),
            periods=self._periods_sql(),
            within=self._slice_within(SQL("period")),
        )

    def _through_minutes(self):
        """A stay of fewer minutes counts as none. Override to set another limit."""
        return THROUGH_MINUTES

    def action_open_stays(self):
        """Open the stays that went straight through."""
        domain = [("is_won", "=", False), "|", ("state", "=", "skipped"), "&"]
        domain += [("exit", "=", "forward"), ("calendar_minutes", "<", self._through_minutes())]
        return self._stays_action(self.env._("Straight Through"), domain)
