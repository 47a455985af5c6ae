from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

DEFAULT_DAYS = 90
FIRST_DAY = fields.Date.to_date("1970-01-02")
LAST_DAY = fields.Date.to_date("2200-01-01")


class CrmPeriodWorkbookExport(models.AbstractModel):
    """The export of a workbook of a period, with the period before beside it.

    The period is of whole days in the user's time zone. The one beside it is as long and ends
    the day before.
    """

    _name = "crm.period.workbook.export"
    _inherit = ["crm.workbook.export"]
    _description = "Export of a Workbook of a Period"

    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=DEFAULT_DAYS - 1),
    )
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    previous_period = fields.Char("Compared With", compute="_compute_contents")
    contents = fields.Text("Sheets", compute="_compute_contents")

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for export in self:
            if not FIRST_DAY <= export.date_from <= export.date_to <= LAST_DAY:
                raise ValidationError(
                    self.env._("The period ends before it begins. Choose other days.")
                )

    @api.depends("date_from", "date_to")
    def _compute_contents(self):
        sheets = self.env[self._report]._titles()
        for export in self:
            export.contents = ", ".join(sheets)
            dated = export._is_dated()
            export.previous_period = export._previous_text() if dated else False

    def _is_dated(self):
        """Whether the form has a period already."""
        return bool(self.date_from and self.date_to and self.date_from <= self.date_to)

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

    def _filters(self):
        """The filters in words: list of pairs of label and what was chosen."""
        return [(self.env._("Period"), self._period_label(self.date_from, self.date_to))]
