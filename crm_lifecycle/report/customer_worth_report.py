from odoo import api, fields, models
from odoo.tools import SQL

from .customer_worth_source import SUMMED
from .customer_worth_workbook import Column, Line, Tier, Worth, write_workbook


class CrmCustomerWorthReport(models.AbstractModel):
    """The *Customer worth* workbook of a ``crm.customer.worth.export``, in the user's language.

    ``_build(export, path)`` is all there is to call. It stages the rows, says what goes into
    the columns and on the *About* sheet, and has the writer write. 100,000 customers take some
    seconds and no more memory than ten thousand.
    """

    _name = "crm.customer.worth.report"
    _inherit = ["crm.workbook"]
    _description = "Customer Worth Workbook"

    @api.model
    def _build(self, export, path):
        """Write the workbook of an export.

        :param str path: a file in a folder of its own, which the caller removes
        :return: number of customers in it
        :raises AccessError: when the user may not read customers' figures
        :raises UserError: when there are too many customers
        """
        source = self.env["crm.customer.worth.source"]
        source._stage(export)
        columns = self._columns()
        tiers, total = self._tiers(export, source._totals())
        worth = Worth(
            columns=columns,
            batches=source._batches([column.name for column in columns]),
            total=total,
            tiers=tiers,
            about=self._about(export, total),
            labels=self._labels(),
            money=self._money(export.company_id.currency_id),
            right_to_left=self._is_right_to_left(),
            properties={
                "title": self._labels()["title"],
                "author": self.env.user.name,
                "company": export.company_id.name,
            },
        )
        return write_workbook(path, worth)

    # ------------------------------------------------------------------ columns
    @api.model
    def _columns(self):
        """The columns of the *Customers* sheet. Extend the list to show another.

        Names are those of ``crm.customer.worth.source._columns``.
        """
        return [*self._customer_columns(), *self._figure_columns()]

    @api.model
    def _customer_columns(self):
        """Who the customer is, and where they stand."""
        return [
            Column("name", self.env._("Customer"), width=32),
            Column("ref", self.env._("Reference")),
            Column("city", self.env._("City"), width=16),
            Column("country", self.env._("Country"), width=16),
            Column("salesperson", self.env._("Salesperson"), width=20),
            Column("account_manager", self.env._("Account Manager"), width=20),
            Column("team", self.env._("Sales Team"), width=18),
            Column("tier", self.env._("Tier"), choices=self._tier_labels(), width=10),
            Column("score", self.env._("Score"), "decimal", width=9),
            Column("phase", self.env._("Phase"), choices=self._choices("phase"), width=13),
        ]

    @api.model
    def _figure_columns(self):
        """What the customer brings, costs and is worth, and how they buy and pay."""
        return [
            Column("revenue_period", self.env._("Revenue"), "money", width=17, summed=True),
            Column(
                "service_cost_period", self.env._("Service Cost"), "money", width=17, summed=True
            ),
            Column("value_period", self.env._("Worth"), "money", width=17, summed=True),
            Column(
                "cost_share",
                self.env._("Service Cost of Revenue"),
                "percent",
                formula='=IFERROR({service_cost_period}/{revenue_period},"")',
            ),
            Column("value_total", self.env._("Worth, All Time"), "money", width=17, summed=True),
            Column("purchase_count", self.env._("Purchases"), "integer", width=11, summed=True),
            Column(
                "worth_per_purchase",
                self.env._("Worth per Purchase, All Time"),
                "money",
                width=17,
                formula='=IFERROR({value_total}/{purchase_count},"")',
            ),
            Column("first_purchase", self.env._("First Purchase"), "date", width=12),
            Column("last_purchase", self.env._("Last Purchase"), "date", width=12),
            Column("purchase_interval_days", self.env._("Days between Purchases"), "decimal"),
            Column("return_count", self.env._("Returns"), "integer", width=10, summed=True),
            Column("overdue_amount", self.env._("Overdue"), "money", width=17, summed=True),
            Column("days_late", self.env._("Days Late"), "integer", width=10),
        ]

    @api.model
    def _choices(self, name):
        """The labels of a selection field of the figures, in the user's language."""
        return dict(self.env["crm.customer.value"]._fields[name]._description_selection(self.env))

    @api.model
    def _tier_labels(self):
        """The tiers' labels. Every customer has one, so that formulas can count the rest too."""
        return {**self._choices("tier"), None: self.env._("Not ranked")}

    @api.model
    def _tiers(self, export, totals):
        """The summary's lines, and their total with the ratios that the rows have too."""
        rounded = export.company_id.currency_id.round
        nothing = dict.fromkeys(("count", *SUMMED), 0)
        tiers = []
        for key, label in [*self._tier_labels().items(), ("all", self.env._("Total"))]:
            sums = dict(totals.get(key) or nothing)
            count = sums.pop("count")
            sums = {name: _number(value, rounded) for name, value in sums.items()}
            tiers.append(Tier(label, count, sums))
        total = tiers.pop()
        total.sums["cost_share"] = _ratio(total, "service_cost_period", "revenue_period")
        total.sums["worth_per_purchase"] = _ratio(total, "value_total", "purchase_count")
        return tiers, total

    @api.model
    def _labels(self):
        """The words that do not depend on the export."""
        return {
            "title": self.env._("Customer Worth"),
            "customers": self.env._("Customers"),
            "summary": self.env._("Summary"),
            "about": self.env._("About"),
            "shown": self.env._("customers shown"),
            "tier": self.env._("Tier"),
            "count": self.env._("Customers"),
            "revenue": self.env._("Revenue"),
            "cost": self.env._("Service Cost"),
            "worth": self.env._("Worth"),
            "share": self.env._("Share of Worth"),
            "average": self.env._("Average Worth"),
            "total": self.env._("Total"),
            "chart": self.env._("Revenue and Worth by Tier"),
        }

    # ------------------------------------------------------------------ about
    @api.model
    def _about(self, export, total):
        """The lines of the *About* sheet."""
        return [
            *self._parameter_lines(export),
            *self._filter_lines(export),
            *self._count_lines(),
            *self._ledger_lines(export, total.sums["revenue_period"]),
            *self._note_lines(export),
        ]

    @api.model
    def _parameter_lines(self, export):
        days = export.company_id.lifecycle_period_days
        return [
            Line(self.env._("Customer Worth"), kind="title"),
            Line(self.env._("Company"), export.company_id.name),
            Line(self.env._("Currency"), export.company_id.currency_id.name),
            Line(self.env._("As of"), fields.Date.to_string(export.as_of)),
            Line(
                self.env._("Trailing period"),
                self.env._("%(count)s days back from that day", count=days),
            ),
            *(Line(label, text) for label, text in self._made(export)),
        ]

    @api.model
    def _filter_lines(self, export):
        filters = [Line(label, chosen) for label, chosen in export._filters()]
        filters = filters or [Line(self.env._("Filters"), self.env._("None"))]
        return [Line(""), Line(self.env._("Limited to"), kind="title"), *filters]

    @api.model
    def _count_lines(self):
        """How many customers are in the workbook, and why others are not."""
        counts = self.env["crm.customer.worth.source"]._counts()
        lines = [
            Line(""),
            Line(self.env._("Customers"), kind="title"),
            Line(self.env._("In this workbook"), counts.get("chosen", 0), "integer"),
            Line(self.env._("Left out by the filters"), counts.get("filtered", 0), "integer"),
        ]
        if self.env["crm.customer.worth.source"]._sees_everything():
            hidden = counts.get("hidden", 0)
            lines.append(Line(self.env._("Left out by record rules"), hidden, "integer"))
        return lines

    @api.model
    def _ledger_lines(self, export, revenue):
        """The reconciliation with the ledger; what is left out is subtracted line by line."""
        rounded = export.company_id.currency_id.round
        source = self.env["crm.customer.worth.source"]
        amounts = {key: _number(value, rounded) for key, value in source._ledger(export).items()}
        ledger = self.env._("Revenue in the ledger, customers that you see")
        reasons = {"filtered": self.env._("of which left out by the filters")}
        if source._sees_everything():
            ledger = self.env._("Revenue in the ledger, all customers")
            reasons["hidden"] = self.env._("of which left out by record rules")
            reasons["unknown"] = self.env._("of which customers without figures yet")
            reasons["nobody"] = self.env._("of which documents without a customer")
        return [
            Line(""),
            Line(self.env._("Reconciliation of revenue in the trailing period"), kind="title"),
            Line(ledger, rounded(sum(amounts.values())), "money", "ledger"),
            *(Line(label, amounts.get(key, 0), "money", key) for key, label in reasons.items()),
            *self._difference_lines(
                export, revenue, rounded(amounts.get("chosen", 0)), ["ledger", *reasons]
            ),
        ]

    @api.model
    def _difference_lines(self, export, revenue, expected, keys):
        """Revenue as the workbook has it beside the ledger's of the same customers.

        :param keys: of the line of the whole ledger and of those to subtract from it
        """
        currency = export.company_id.currency_id
        difference = currency.round(revenue - expected)
        lines = [
            Line(
                self.env._("Revenue in the ledger, customers in this workbook"),
                expected,
                "money",
                "expected",
                "=" + "-".join(f"{{{key}}}" for key in keys),
            ),
            Line(
                self.env._("Revenue in this workbook"), revenue, "money", "shown", "=SUM({revenue})"
            ),
            Line(
                self.env._("Difference"),
                difference,
                "money",
                "difference",
                f"=ROUND({{shown}}-{{expected}},{currency.decimal_places})",
            ),
        ]
        if difference:
            lines.append(
                Line(
                    self.env._("Where it comes from"),
                    self.env._(
                        "Documents changed after the figures were computed. Try again in a minute."
                    ),
                )
            )
        return lines

    @api.model
    def _note_lines(self, export):
        """What a reader should know of the figures."""
        notes = [
            self.env._(
                "Worth is revenue less service cost. "
                "Revenue is posted invoices less credit notes, untaxed."
            ),
            self.env._("Salesperson, team, tags, city and country are those of now."),
        ]
        if export._is_today():
            notes += self._waiting_notes(export)
        else:
            notes.append(
                self.env._("The past day is computed from what is posted now up to that day.")
            )
            notes.append(self.env._("Overdue amounts are known as of today only and left out."))
            notes.append(
                self.env._("Phases are those of the rules; phases chosen by hand have no past.")
            )
        return [Line(""), Line(self.env._("Notes"), kind="title"), *(Line(note) for note in notes)]

    @api.model
    def _waiting_notes(self, export):
        """Why the figures may differ from the ledger at this moment, if they may."""
        [(waiting,)] = self.env.execute_query(
            SQL(
                """SELECT EXISTS (SELECT 1 FROM crm_customer_value_queue queue
                     JOIN pg_temp.crm_customer_worth worth USING (partner_id)
                    WHERE queue.company_id = %s)""",
                export.company_id.id,
            )
        )
        if not waiting:
            return []
        return [
            self.env._("Some customers changed in the last minute and wait for their new figures.")
        ]


def _number(value, rounded):
    """A sum as the sheet shows it: counts as they are, amounts rounded to the currency."""
    return value if isinstance(value, int) else rounded(float(value))


def _ratio(total, part, whole):
    return total.sums[part] / total.sums[whole] if total.sums[whole] else None
