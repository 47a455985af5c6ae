from odoo import api, fields, models
from odoo.tools import SQL

from ..models.pipeline.crm_stage import PHASES
from .pipeline_report import FEW, PERIODS


class CrmPipelineFigureReport(models.AbstractModel):
    """A report whose rows are figures already, such as medians, which no pivot can add up.

    A row is for one period and one sales team, or all of them; lists filter to one of each. The
    figures are made of what the viewer may read.
    """

    _name = "crm.pipeline.figure.report"
    _description = "Figures of the Sales Process"
    _inherit = ["crm.pipeline.report"]
    _auto = False
    _log_access = False

    period = fields.Selection(PERIODS, readonly=True)
    lifecycle_phase = fields.Selection(PHASES, "Process", readonly=True)
    is_thin = fields.Boolean("Of Few", readonly=True, help="A rate on fewer than five is greyed.")

    @api.depends("period")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._("Row %(id)s", id=row.id)

    @api.model
    def _thin_sql(self, count):
        return SQL("%s < %s", count, FEW)

    @api.model
    def _phase_number(self, column):
        """A process as a number of two bits, for ids."""
        return SQL("CASE %s WHEN 'acquisition' THEN 1 WHEN 'enhancement' THEN 2 ELSE 0 END", column)

    @api.model
    def _stays_sql(self, domain=()):
        """The stays the viewer may read; stages that are gone and merged leads' are left out."""
        domain = [("stage_id", "!=", False), ("is_merged", "=", False), *domain]
        columns = ["id", "lead_id", "stage_id", "lifecycle_phase", "team_id", "state", "exit"]
        columns += ["date_in", "date_out", "calendar_minutes", "working_minutes"]
        return self._allowed("crm.stage.passage", domain, *columns)

    def _stays_action(self, name, domain):
        """Open the stays that a row counts.

        :param list domain: beside stage, process and period of leaving
        """
        self.ensure_one()
        self.check_access("read")
        return self._rows_action(
            name,
            "crm.stage.passage",
            [
                ("stage_id", "=", self.stage_id.id),
                ("lifecycle_phase", "=", self.lifecycle_phase),
                ("is_merged", "=", False),
                *self._period_domain(self.period, "date_out"),
                *domain,
            ],
        )
