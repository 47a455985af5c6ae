from odoo import api, models

from .sales_process_workbook import FEWEST, Column, Sheet


class CrmSalesProcessReport(models.AbstractModel):
    """The *Sales process* workbook of a ``crm.sales.process.export``, in the user's language.

    ``_build(export, path)`` is all there is to call: the figures come from
    ``crm.sales.process.source``, the sheets from ``crm.sales.process.sheets``.
    """

    _name = "crm.sales.process.report"
    _inherit = ["crm.period.workbook"]
    _description = "Sales Process Workbook"

    @api.model
    def _build(self, export, path):
        """Write the workbook of an export.

        :param str path: a file in a folder of its own, which the caller removes
        :return: number of leads on its last sheet
        :raises AccessError: when the user may not read leads
        :raises UserError: when there are too many leads
        """
        self.env["crm.sales.process.source"]._stage(export)
        return self._write_book(export, path, self.env._("Sales Process"))[-1]

    @api.model
    def _sheets(self, export):
        """The sheets, in their order. Extend to add one, and its title to ``_titles``."""
        analyses = self.env["crm.sales.process.sheets"]._sheets(export)
        return [self._summary(export), *analyses, self._leads(export)]

    @api.model
    def _titles(self):
        """The titles of all sheets."""
        analyses = self.env["crm.sales.process.sheets"]._titles()
        return [self.env._("Summary"), *analyses.values(), self.env._("Leads")]

    # ------------------------------------------------------------------ summary
    @api.model
    def _summary(self, export):
        source, sheets = self.env["crm.sales.process.source"], self.env["crm.sales.process.sheets"]
        now, before = (
            self._summary_figures(source._summary(period)[0][1])
            for period in sheets._periods(export)
        )
        return self._summary_sheet(export, sheets, self._summary_lines(), now, before)

    @api.model
    def _summary_lines(self):
        """Label, kind, number of the figure it is a rate of, and definition of each line."""
        return [
            (self.env._("Leads"), "integer", None, self.env._("Came in the period.")),
            (
                self.env._("Won"),
                "integer",
                None,
                self.env._("Won in the period, whenever they came."),
            ),
            (
                self.env._("Lost"),
                "integer",
                None,
                self.env._("Lost in the period, whenever they came."),
            ),
            (self.env._("Closed"), "integer", None, self.env._("Won and lost in the period.")),
            (
                self.env._("Close Rate"),
                "percent",
                3,
                self.env._("Won / (won + lost), of those closed in the period."),
            ),
            (
                self.env._("Amount Won"),
                "money",
                None,
                self.env._("Expected revenue of the leads won in the period."),
            ),
            (
                self.env._("Days to Win"),
                "decimal",
                1,
                self.env._("Median of the days from coming to won, of those won in the period."),
            ),
        ]

    @api.model
    def _summary_figures(self, figures):
        came, won, lost, amount, days = figures
        rate = won / (won + lost) if won + lost else None
        values = [came, won, lost, won + lost, rate, amount, days]
        bases = [line[2] for line in self._summary_lines()]
        return [
            (value, base is not None and values[base] < FEWEST)
            for value, base in zip(values, bases, strict=True)
        ]

    @api.model
    def _whose(self):
        return (
            self.env._("Whose leads"),
            self.env._("Those that the person named above may see in Odoo."),
        )

    # ------------------------------------------------------------------ leads
    @api.model
    def _leads(self, export):
        """The leads that came or were closed in the period."""
        source, sheets = self.env["crm.sales.process.source"], self.env["crm.sales.process.sheets"]
        batches = source._lead_batches(sheets._periods(export)[0])
        return Sheet(
            self._titles()[-1],
            self._lead_columns(),
            self._lead_rows(batches),
            note=self.env._("Leads that came or were closed in the period."),
        )

    @api.model
    def _lead_columns(self):
        return [
            Column(self.env._("Lead"), width=34),
            Column(self.env._("Customer"), width=26),
            Column(self.env._("Process")),
            Column(self.env._("Stage"), width=18, note=self.env._("Where it stands, or stood.")),
            Column(self.env._("Sales Team"), width=18),
            Column(self.env._("Salesperson"), width=20),
            Column(self.env._("Campaign"), width=18),
            Column(self.env._("Source"), width=18),
            Column(self.env._("Came"), "date"),
            Column(self.env._("Closed"), "date", note=self.env._("Won, lost or archived.")),
            Column(self.env._("Outcome")),
            Column(self.env._("Lost Reason"), width=20),
            Column(self.env._("Competitor"), width=20),
            Column(self.env._("Expected Revenue"), "money", width=17),
        ]

    @api.model
    def _lead_rows(self, batches):
        phases = self.env["crm.sales.process.sheets"]._choices("lifecycle_phase")
        outcomes = self.env["crm.sales.process.sheets"]._choices("won_status")
        for batch in batches:
            for values in batch:
                row = list(values)
                row[2], row[10] = phases.get(row[2]), outcomes.get(row[10])
                yield row
