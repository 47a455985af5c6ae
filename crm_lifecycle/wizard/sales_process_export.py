from odoo import api, fields, models
from odoo.fields import Domain

from ..models.pipeline.crm_stage import PHASES


class CrmSalesProcessExport(models.TransientModel):
    """What to put into a *Sales process* workbook, and the button that downloads it.

    The leads are those that came or were closed in the period.
    """

    _name = "crm.sales.process.export"
    _inherit = ["crm.period.workbook.export"]
    _description = "Sales Process (Excel)"

    _route = "/lifecycle/sales_process"
    _report = "crm.sales.process.report"
    _rows_model = "crm.lead"

    phase = fields.Selection(PHASES, "Process", help="Empty: both.")
    team_ids = fields.Many2many("crm.team", string="Sales Teams")
    lead_count = fields.Integer("Leads", compute="_compute_lead_count")

    @api.depends("date_from", "date_to", "phase", "team_ids", "company_id")
    def _compute_lead_count(self):
        for export in self:
            export.lead_count = export._count_leads() if export._is_dated() else 0

    def _compute_display_name(self):
        for export in self:
            export.display_name = self.env._("Sales process (Excel)")

    # ------------------------------------------------------------------ what is asked for
    def _count_leads(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        if not leads.has_access("read"):
            return 0
        start, end = self._bounds(self.date_from, self.date_to)
        came, closed = (
            Domain(name, ">=", start) & Domain(name, "<", end)
            for name in ("create_date", "date_closed")
        )
        return leads.search_count(self._lead_domain() & (came | closed))

    def _lead_domain(self):
        """The leads to look at, whenever they came. Override to limit by more.

        A lead without a company is of that of its team; without one, of every company.
        """
        companies = [self.company_id.id, False]
        domain = Domain("company_id", "=", self.company_id.id) | (
            Domain("company_id", "=", False)
            & (Domain("team_id", "=", False) | Domain("team_id.company_id", "in", companies))
        )
        if self.phase:
            domain &= Domain("lifecycle_phase", "=", self.phase)
        if self.team_ids:
            domain &= Domain("team_id", "in", self.team_ids.ids)
        return domain

    def _filters(self):
        """The filters in words: list of pairs of label and what was chosen."""
        phases = dict(self._fields["phase"]._description_selection(self.env))
        filters = [
            *super()._filters(),
            (self._label("phase"), phases.get(self.phase)),
            (self._label("team_ids"), ", ".join(self.team_ids.sudo().mapped("display_name"))),
        ]
        return [(label, chosen) for label, chosen in filters if chosen]

    def _file_name(self):
        return self.env._(
            "Sales process %(company)s %(period)s",
            company=self.company_id.name,
            period=self._period_label(self.date_from, self.date_to),
        )
