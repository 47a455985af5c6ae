from odoo import api, models

from .sales_process_workbook import Book, Cell, Column, Sheet, write_book


class CrmPeriodWorkbook(models.AbstractModel):
    """A workbook of a period: a summary, and sheets beside the period before.

    ``_build(export, path)`` of each is what the controller calls.
    """

    _name = "crm.period.workbook"
    _inherit = ["crm.workbook"]
    _description = "Workbook of a Period"

    @api.model
    def _build(self, export, path):
        """Write the workbook of an export.

        :param str path: a file in a folder of its own, which the caller removes
        :return: number of rows, for the log of downloads
        """
        raise NotImplementedError

    @api.model
    def _sheets(self, export):
        """The sheets, in their order. Extend to add one, and its title to ``_titles``."""
        raise NotImplementedError

    @api.model
    def _titles(self):
        """The titles of all sheets."""
        return []

    @api.model
    def _write_book(self, export, path, title):
        """Write all sheets.

        :return: the number of rows of each
        """
        book = Book(
            sheets=self._sheets(export),
            money=self._money(export.company_id.currency_id),
            right_to_left=self._is_right_to_left(),
            properties={
                "title": title,
                "author": self.env.user.name,
                "company": export.company_id.name,
            },
        )
        return write_book(path, book)

    # ------------------------------------------------------------------ summary
    @api.model
    def _summary_sheet(self, export, sheets, lines, now, before):
        """The first sheet: each figure beside the one before, and what the workbook is of.

        :param sheets: the model of the other sheets, a ``crm.workbook.sheets``
        :param lines: label, kind, number of the figure it is a rate of, and definition of each
        :param now: pairs of figure and whether it is of few, a line each; ``before`` likewise
        """
        rows = [
            self._summary_line(line, value, past)
            for line, value, past in zip(lines, now, before, strict=True)
        ]
        return Sheet(
            self._titles()[0],
            [
                Column(self.env._("Figure"), width=30),
                Column(self.env._("Period"), width=34, note=sheets._days_label(export, 0)),
                Column(self.env._("Period Before"), width=24, note=sheets._days_label(export, 1)),
                Column(self.env._("Change"), width=16, note=self.env._("Period less before.")),
                Column(self.env._("Definition"), width=90),
            ],
            [*rows, [], *self._about(export)],
            note=sheets._note(export),
        )

    @staticmethod
    def _summary_line(line, figure, past):
        label, kind, _base, definition = line
        change = None
        if figure[0] is not None and past[0] is not None:
            change = figure[0] - past[0]
        grey = figure[1] or past[1]
        return [
            label,
            Cell(figure[0], kind, figure[1]),
            Cell(past[0], kind, past[1]),
            Cell(change, kind, grey),
            definition,
        ]

    @api.model
    def _about(self, export):
        """Of what, limited to what, when and by whom the workbook was made."""
        lines = [
            (self.env._("Company"), export.company_id.name),
            (self.env._("Currency"), export.company_id.currency_id.name),
            *export._filters(),
            *self._made(export),
            (
                self.env._("Grey"),
                self.env._("Rates, medians and percentiles of fewer than five."),
            ),
            self._whose(),
        ]
        return [[label, text] for label, text in lines]

    @api.model
    def _whose(self):
        """Whose rows are counted: label and sentence."""
        raise NotImplementedError
