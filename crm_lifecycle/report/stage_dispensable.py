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
            """WITH stay AS (%(stays)s), figure AS (%(figures)s)
               SELECT (figure.stage_id::bigint << 5) | (figure.number << 2) | %(phase)s AS id,
                      figure.stage_id, figure.lifecycle_phase, figure.period, figure.stay_count,
                      figure.skipped_count, figure.through_count,
                      figure.through_count::float8 / figure.stay_count AS through_share,
                      %(thin)s AS is_thin,
                      figure.stay_count >= %(few)s
                      AND figure.through_count >= %(share)s * figure.stay_count AS is_candidate
                 FROM figure""",
            stays=self._stays_sql([("date_out", "!=", False), ("is_won", "=", False)]),
            figures=self._figures_sql(),
            phase=self._phase_number(SQL("figure.lifecycle_phase")),
            thin=self._thin_sql(SQL("figure.stay_count")),
            few=FEW,
            share=NEARLY_ALL,
        )

    def _figures_sql(self):
        return SQL(
            """SELECT stay.stage_id, stay.lifecycle_phase, period.number, period.name AS period,
                      COUNT(*) AS stay_count,
                      COUNT(*) FILTER (WHERE stay.state = 'skipped') AS skipped_count,
                      COUNT(*) FILTER (WHERE stay.state = 'skipped'
                                       OR (stay.exit = 'forward' AND stay.calendar_minutes < %s))
                          AS through_count
                 FROM stay
                 JOIN %s ON %s
                GROUP BY stay.stage_id, stay.lifecycle_phase, period.number, period.name""",
            self._through_minutes(),
            self._periods_sql(),
            self._in_period(SQL("stay.date_out")),
        )

    def _through_minutes(self):
        """A stay of fewer minutes counts as none. Override to set another limit."""
        return THROUGH_MINUTES

    def action_open_stays(self):
        """Open the stays that went straight through."""
        domain = [("is_won", "=", False), "|", ("state", "=", "skipped"), "&"]
        domain += [("exit", "=", "forward"), ("calendar_minutes", "<", self._through_minutes())]
        return self._stays_action(self.env._("Straight Through"), domain)
