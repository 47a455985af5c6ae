from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..models.pipeline.crm_stage import PHASES

DEFAULT_DAYS = 90
FIRST_DAY = fields.Date.to_date("1970-01-02")
LAST_DAY = fields.Date.to_date("2200-01-01")


class CrmSalesProcessExport(models.TransientModel):
    """What to put into a *Sales process* workbook, and the button that downloads it.

    The period is of whole days in the user's time zone. The one beside it is as long and ends
    the day before.
    """

    _name = "crm.sales.process.export"
    _inherit = ["crm.workbook.export"]
    _description = "Sales Process (Excel)"

    _route = "/lifecycle/sales_process"
    _report = "crm.sales.process.report"
    _rows_model = "crm.lead"

    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=DEFAULT_DAYS - 1),
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    phase = fields.Selection(PHASES, "Process", help="Empty: both.")
    team_ids = fields.Many2many("crm.team", string="Sales Teams")
    previous_period = fields.Char("Compared With", compute="_compute_contents")
    lead_count = fields.Integer("Leads", compute="_compute_contents")
    contents = fields.Text("Sheets", compute="_compute_contents")

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for export in self:
            if not FIRST_DAY <= export.date_from <= export.date_to <= LAST_DAY:
                raise ValidationError(
                    self.env._("The period ends before it begins. Choose other days.")
                )

    @api.depends("date_from", "date_to", "phase", "team_ids", "company_id")
    def _compute_contents(self):
        sheets = self.env["crm.sales.process.report"]._titles()
        for export in self:
            export.contents = ", ".join(sheets)
            dated = export.date_from and export.date_to and export.date_from <= export.date_to
            export.previous_period = export._previous_text() if dated else False
            export.lead_count = export._count_leads() if dated else 0

    def _compute_display_name(self):
        for export in self:
            export.display_name = self.env._("Sales process (Excel)")

    # ------------------------------------------------------------------ what is asked for
    def _previous(self):
        """The first and the last day of the period beside: as long, ended the day before."""
        last = self.date_from - timedelta(days=1)
        return last - (self.date_to - self.date_from), last

    def _previous_text(self):
        return " - ".join(format_date(self.env, day) for day in self._previous())

    @staticmethod
    def _period_label(first, last):
        return f"{fields.Date.to_string(first)} - {fields.Date.to_string(last)}"

    def _bounds(self, first, last):
        """Those days in the user's time zone as moments in UTC: (from, up to, not included)."""
        zone = ZoneInfo(self.env.context.get("tz") or self.env.user.tz or "UTC")
        utc = ZoneInfo("UTC")
        return tuple(
            datetime.combine(day, time.min, zone).astimezone(utc).replace(tzinfo=None)
            for day in (first, last + timedelta(days=1))
        )

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
            (self.env._("Period"), self._period_label(self.date_from, self.date_to)),
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
