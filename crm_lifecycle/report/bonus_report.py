from odoo import api, models

from .sales_process_workbook import Book, Column, Sheet, write_book

AMOUNTS = ("revenue", "won", "kept", "grown")


class CrmBonusReport(models.AbstractModel):
    """The *Retention bonus* workbook of a ``crm.bonus.export``, in the user's language."""

    _name = "crm.bonus.report"
    _inherit = ["crm.workbook"]
    _description = "Retention Bonus Workbook"

    @api.model
    def _build(self, export, path):
        """Write the workbook of an export, with the user's own rights.

        :param str path: a file in a folder of its own, which the caller removes
        :return: number of invoices on its last sheet
        """
        book = Book(
            sheets=[self._about(export), self._people(export), self._invoices(export)],
            money=self._money(export.company_id.currency_id),
            right_to_left=self._is_right_to_left(),
            properties={
                "title": self.env._("Retention Bonus"),
                "author": self.env.user.name,
                "company": export.company_id.name,
            },
        )
        return write_book(path, book)[-1]

    @api.model
    def _about(self, export):
        """Of what, at which rates, when and by whom the workbook was made."""
        period = export.period_id
        choices = {
            name: dict(period._fields[name]._description_selection(self.env))[period[name]]
            for name in ("state", "by")
        }
        before = f"{period.previous_from} - {period.previous_to}"
        rates = [period.won_percent, period.kept_percent, period.grown_percent]
        rows = [
            [self.env._("Company"), export.company_id.name],
            [self.env._("Currency"), export.company_id.currency_id.name],
            [self.env._("Period"), period.display_name],
            [self.env._("Compared with"), before],
            [self.env._("State"), choices["state"]],
            [self.env._("Goes to"), choices["by"]],
            [self.env._("Won, kept, grown (%)"), ", ".join(f"{rate:g}" for rate in rates)],
            *map(list, self._made(export)),
        ]
        columns = [Column(self.env._("About"), width=30), Column("", width=60)]
        return Sheet(self.env._("Summary"), columns, rows)

    @api.model
    def _amount_columns(self):
        return [
            Column(
                self.env._("Revenue"),
                "money",
                self.env._("Invoices less credit notes, untaxed: won + kept + grown."),
            ),
            Column(
                self.env._("Won"),
                "money",
                self.env._("Of customers in the first 365 days since their first purchase."),
            ),
            Column(
                self.env._("Kept"),
                "money",
                self.env._("Of other customers, up to what they bought in the period before."),
            ),
            Column(
                self.env._("Grown"),
                "money",
                self.env._("Of other customers, above what they bought in the period before."),
            ),
        ]

    @api.model
    def _people(self, export):
        lines = self.env["crm.bonus.line"].search([("period_id", "=", export.period_id.id)])
        columns = [
            Column(self.env._("Person"), width=26),
            Column(self.env._("Invoices"), "integer"),
            *self._amount_columns(),
            Column(self.env._("Bonus"), "money", self.env._("Each by its rate.")),
        ]
        rows = [
            [
                line.user_id.sudo().name or self.env._("Nobody"),
                line.invoice_count,
                *(line[name] for name in AMOUNTS),
                line.bonus,
            ]
            for line in lines
        ]
        return Sheet(self.env._("People"), columns, rows)

    @api.model
    def _invoices(self, export):
        domain = [("line_id.period_id", "=", export.period_id.id)]
        invoices = self.env["crm.bonus.invoice"].search(domain, order="user_id, invoice_date, id")
        columns = [
            Column(self.env._("Person"), width=26),
            Column(self.env._("Number"), width=20),
            Column(self.env._("Customer"), width=30),
            Column(self.env._("Date"), "text"),
            *self._amount_columns(),
        ]
        rows = (
            [
                # Analysts see all customers of their companies, whatever their rights in invoicing.
                one.user_id.sudo().name or self.env._("Nobody"),
                one.name,
                one.sudo().move_id.commercial_partner_id.name,
                one.invoice_date,
                *(one[name] for name in AMOUNTS),
            ]
            for one in invoices
        )
        return Sheet(self.env._("Invoices"), columns, rows)
