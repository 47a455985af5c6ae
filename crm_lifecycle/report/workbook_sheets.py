from odoo import api, models

from .sales_process_workbook import Chart, Column, Sheet, beside, interleaved


class CrmWorkbookSheets(models.AbstractModel):
    """Sheets of figures, each beside that of the period before.

    ``_sheet_<name>`` of each name in ``_titles`` takes the export, a
    ``crm.period.workbook.export``, and returns the sheet.
    """

    _name = "crm.workbook.sheets"
    _description = "Sheets of a Workbook of a Period"

    @api.model
    def _titles(self):
        """The titles by name, in the order of the sheets. Extend to add one."""
        return {}

    @api.model
    def _sheets(self, export):
        return [getattr(self, f"_sheet_{name}")(export) for name in self._titles()]

    # ------------------------------------------------------------------ periods
    @api.model
    def _days(self, export):
        """The first and last days of the period and of the one before it."""
        return (export.date_from, export.date_to), export._previous()

    @api.model
    def _periods(self, export):
        """The same as moments in UTC."""
        return tuple(export._bounds(*days) for days in self._days(export))

    @api.model
    def _days_label(self, export, place):
        return export._period_label(*self._days(export)[place])

    @api.model
    def _note(self, export):
        return self.env._(
            "%(period)s, beside it %(before)s",
            period=self._days_label(export, 0),
            before=self._days_label(export, 1),
        )

    # ------------------------------------------------------------------ putting together
    @api.model
    def _analysis(self, export, name, of, figures, rows, chart=None):
        """A sheet of figures beside those of the period before.

        :param of: columns of what a row is of
        :param figures: columns of its figures
        :param rows: the rows of the two periods, pairs of (what it is of, its figures)
        :param chart: place of the label among ``of``, and places of the figures to draw
        """
        title = self._titles()[name]
        columns = list(of)
        for column in figures:
            label = self.env._("%(figure)s, Before", figure=column.label)
            columns += [column, Column(label, column.kind, width=column.width)]
        drawn = None
        if chart:
            category, places = chart
            drawn = Chart(title, category, [len(of) + 2 * place for place in places])
        cells = [
            [*self._shown(key, len(of)), *interleaved(figures, now, before)]
            for key, now, before in beside(*rows, len(figures))
        ]
        return Sheet(title, columns, cells, self._note(export), drawn)

    @staticmethod
    def _shown(key, width):
        """Of what the row is: the last values, those before only tell it from others."""
        return key[-width:]
