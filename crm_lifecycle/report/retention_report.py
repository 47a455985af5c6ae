from odoo import api, models

from .retention_sheets import COMPLIANCE, NEGLECT, PURCHASES, RATES
from .sales_process_workbook import FEWEST


class CrmRetentionReport(models.AbstractModel):
    """The *Retention* workbook of a ``crm.retention.export``, in the user's language.

    ``_build(export, path)`` is all there is to call: the figures come from
    ``crm.retention.source``, the sheets from ``crm.retention.sheets``.
    """

    _name = "crm.retention.report"
    _inherit = ["crm.period.workbook"]
    _description = "Retention Workbook"

    @api.model
    def _build(self, export, path):
        """Write the workbook of an export.

        :param str path: a file in a folder of its own, which the caller removes
        :return: number of customers on its last sheet
        """
        return self._write_book(export, path, self.env._("Retention"))[-1]

    @api.model
    def _sheets(self, export):
        return [self._summary(export), *self.env["crm.retention.sheets"]._sheets(export)]

    @api.model
    def _titles(self):
        return [self.env._("Summary"), *self.env["crm.retention.sheets"]._titles().values()]

    @api.model
    def _whose(self):
        return (
            self.env._("Whose customers"),
            self.env._("Those that the person named above may see in Odoo."),
        )

    # ------------------------------------------------------------------ summary
    @api.model
    def _summary(self, export):
        sheets = self.env["crm.retention.sheets"]
        lines = self._summary_lines()
        neglected = self._neglected(export)
        now, before = (
            self._with_few(lines, [*self._figures(export, days), *figures])
            for days, figures in zip(sheets._days(export), (neglected, (None, None)), strict=True)
        )
        return self._summary_sheet(export, sheets, lines, now, before)

    @api.model
    def _summary_lines(self):
        """Label, kind, number of the figure it is a rate of, and definition of each line."""
        bought = self.env._("Customers who bought in the period, each once.")
        return [
            (self.env._("Due Contacts"), "integer", None, self.env._("Came due in the period.")),
            (self.env._("On Time"), "integer", None, self.env._("Done by the latest day.")),
            (self.env._("On Time (Rate)"), "percent", 0, self.env._("On time / due.")),
            (self.env._("Missed"), "integer", None, self.env._("Nobody did it.")),
            (
                self.env._("Purchases after a Contact"),
                "integer",
                None,
                self.env._("On the day or before."),
            ),
            (
                self.env._("Median Days to Purchase"),
                "decimal",
                4,
                self.env._("From the last contact to the purchase."),
            ),
            (self.env._("Customers"), "integer", None, bought),
            (self.env._("Complaints"), "integer", None, self.env._("Of the period.")),
            (
                self.env._("Complaints per Hundred"),
                "decimal",
                6,
                self.env._("100 x complaints / customers."),
            ),
            (
                self.env._("Neglected Customers"),
                "integer",
                None,
                self.env._("As of today: untouched for longer than their maximum."),
            ),
            (self.env._("Neglected Worth"), "money", None, self.env._("What they are worth.")),
        ]

    @api.model
    def _figures(self, export, days):
        """The figures of the summary that are of a period."""
        source = self.env["crm.retention.source"]
        domain = source._within(export, days)
        asked = (
            ("crm.touchpoint.report", COMPLIANCE, (0, 1, 8, 3)),
            ("crm.purchase.contact", PURCHASES, (1, 2)),
            ("crm.contact.rate", RATES, (0, 1, 2)),
        )
        found = []
        for model, aggregates, places in asked:
            figures = source._total(model, domain, aggregates)
            found += [figures[place] for place in places]
        return found

    @api.model
    def _neglected(self, export):
        source = self.env["crm.retention.source"]
        figures = source._total("crm.customer.neglect", source._of_export(export), NEGLECT)
        return figures[:2]

    @staticmethod
    def _with_few(lines, values):
        """Pairs of the figure, and whether it is a rate of few."""
        return [
            (value, base is not None and (values[base] or 0) < FEWEST)
            for value, (_label, _kind, base, _note) in zip(values, lines, strict=True)
        ]
