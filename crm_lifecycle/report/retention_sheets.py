from dataclasses import replace

from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.fields import Domain

from .sales_process_workbook import Chart, Column, Sheet

NEGLECTED = 5000
COMPLIANCE = [
    *(f"{name}_count:sum" for name in ("due", "on_time", "late", "missed", "skipped")),
    *(f"{name}_count:sum" for name in ("overdue", "waiting", "put_off")),
    *(f"{name}_rate:avg" for name in ("on_time", "done", "missed")),
]
COHORTS = [
    *(f"{name}_count:sum" for name in ("new", "kept", "lost", "won_back", "away", "base")),
    "retention_rate:avg",
    *(f"{name}:sum" for name in ("worth", "kept_worth", "lost_worth", "won_back_worth")),
]
PURCHASES = [
    "purchase_count:sum",
    "known_count:sum",
    "median_days:avg",
    "p90_days:avg",
    "amount:sum",
]
RATES = [
    "buyer_id:count_distinct",
    "complaint_count:sum",
    "complaint_rate:avg",
    "contact_count:sum",
    "contact_rate:avg",
    "inbound_count:sum",
    "inbound_share:avg",
]
NEGLECT = ["customer_count:sum", "worth:sum", "days_over:avg"]
EFFECT = [
    "customer_count:sum",
    "contacts_before:sum",
    "contacts_after:sum",
    "worth_before:sum",
    "worth_after:sum",
    "worth_change:sum",
]


class CrmRetentionSheets(models.AbstractModel):
    """The analyses of the *Retention* workbook, each a sheet with its definitions.

    What is of a period stands beside that of the period before; who is neglected is as of
    today, and before and after a cadence stand beside each other themselves.
    """

    _name = "crm.retention.sheets"
    _inherit = ["crm.workbook.sheets"]
    _description = "Sheets of the Retention Workbook"

    @api.model
    def _titles(self):
        return {
            "compliance": self.env._("Compliance"),
            "weeks": self.env._("Compliance by Week"),
            "neglected": self.env._("Neglected Worth"),
            "years": self.env._("Kept Customers by Year"),
            "quarters": self.env._("Kept Customers by Quarter"),
            "spread": self.env._("Days to Purchase"),
            "purchases": self.env._("Contact to Purchase"),
            "rates": self.env._("Complaints and Contacts"),
            "effect": self.env._("Before and After"),
            "customers": self.env._("Neglected Customers"),
        }

    # ------------------------------------------------------------------ putting together
    @api.model
    def _cut_columns(self):
        return [Column(self.env._("By"), width=18), Column(self.env._("Of"), width=28)]

    @api.model
    def _cut_sheet(self, export, name, model, cuts, aggregates, figures):
        """A sheet of several groupings of an analysis, in the period and the one before."""
        source = self.env["crm.retention.source"]
        rows = [
            source._cuts(model, source._within(export, days), cuts, aggregates)
            for days in self._days(export)
        ]
        return self._analysis(export, name, self._cut_columns(), figures, rows)

    @api.model
    def _labelled(self, model, *groupings):
        """Groupings with the label of their field."""
        fields_of = self.env[model]._fields
        return [(fields_of[name]._description_string(self.env), name) for name in groupings]

    # ------------------------------------------------------------------ compliance
    @api.model
    def _compliance_columns(self):
        return [
            Column(self.env._("Due"), "integer", self.env._("Came due in the period.")),
            Column(self.env._("On Time"), "integer", self.env._("Done by the latest day.")),
            Column(self.env._("Late"), "integer", self.env._("Done after the latest day.")),
            Column(self.env._("Missed"), "integer", self.env._("Nobody did it.")),
            Column(self.env._("Skipped"), "integer", self.env._("By somebody, with a reason.")),
            Column(self.env._("Overdue"), "integer", self.env._("Open, past the latest day.")),
            Column(self.env._("Open"), "integer", self.env._("Due, before the latest day.")),
            Column(
                self.env._("Put Off"),
                "integer",
                self.env._("Once or more, whatever came of it."),
            ),
            Column(self.env._("On Time (Rate)"), "percent", self.env._("On time / due."), base=0),
            Column(
                self.env._("Done (Rate)"), "percent", self.env._("(On time + late) / due."), base=0
            ),
            Column(self.env._("Missed (Rate)"), "percent", self.env._("Missed / due."), base=0),
        ]

    @api.model
    def _sheet_compliance(self, export):
        model = "crm.touchpoint.report"
        cuts = self._labelled(model, "user_id", "tier", "cadence_id", "step_id")
        return self._cut_sheet(
            export, "compliance", model, cuts, COMPLIANCE, self._compliance_columns()
        )

    @api.model
    def _sheet_weeks(self, export):
        source = self.env["crm.retention.source"]
        rows = []
        for days in self._days(export):
            weeks = source._weeks(
                "crm.touchpoint.report", source._within(export, days), days[0], COMPLIANCE
            )
            rows.append([((self.env._("Week %(n)s", n=n),), figures) for n, figures in weeks])
        note = self.env._("Of the period, its first one may be short.")
        of = [Column(self.env._("Week"), width=18, note=note)]
        return self._analysis(export, "weeks", of, self._compliance_columns(), rows, (0, [0, 1]))

    # ------------------------------------------------------------------ neglected
    @api.model
    def _sheet_neglected(self, export):
        source, model = self.env["crm.retention.source"], "crm.customer.neglect"
        cuts = self._labelled(model, "tier", "user_id", "cadence_id")
        rows = source._cuts(model, source._of_export(export), cuts, NEGLECT)
        columns = [
            *self._cut_columns(),
            Column(
                self.env._("Customers"),
                "integer",
                self.env._("Untouched for longer than the maximum of their cadence."),
            ),
            Column(
                self.env._("Worth"),
                "money",
                self.env._("Revenue less service cost, trailing period."),
                17,
            ),
            Column(
                self.env._("Mean Days over"), "decimal", self.env._("After the maximum."), base=0
            ),
        ]
        chart = Chart(self._titles()["neglected"], 1, [3])
        return self._now("neglected", columns, rows, self.env._("As of today."), chart)

    @api.model
    def _now(self, name, columns, rows, note, chart):
        """A sheet without a period before."""
        cells = [[*self._shown(key, 2), *figures] for key, figures in rows]
        return Sheet(self._titles()[name], columns, cells, note, chart)

    @api.model
    def _sheet_customers(self, export):
        rows = self.env["crm.retention.source"]._neglected(export, NEGLECTED)
        tiers = dict(rows._fields["tier"]._description_selection(self.env))
        epoch = rows._fields["since_date"].to_date("1899-12-30")
        columns = [
            Column(self.env._("Customer"), width=34),
            Column(self.env._("Tier")),
            Column(self.env._("Responsible"), width=24),
            Column(self.env._("Cadence"), width=24),
            Column(self.env._("Untouched since"), "date"),
            Column(self.env._("Days over"), "integer"),
            Column(self.env._("Worth"), "money", width=17),
        ]
        cells = [
            [
                row.partner_id.sudo().display_name,
                tiers.get(row.tier),
                row.user_id.sudo().display_name or None,
                row.cadence_id.sudo().display_name or None,
                (row.since_date - epoch).days,
                row.days_over,
                row.worth,
            ]
            for row in rows
        ]
        note = self.env._("As of today, the %(count)s most valuable at most.", count=NEGLECTED)
        return Sheet(self._titles()["customers"], columns, cells, note)

    # ------------------------------------------------------------------ kept and lost
    @api.model
    def _sheet_years(self, export):
        start = export.date_to.replace(month=1, day=1)
        return self._cohorts(export, "years", "year", start, relativedelta(years=1))

    @api.model
    def _sheet_quarters(self, export):
        start = export.date_to.replace(month=(export.date_to.month - 1) // 3 * 3 + 1, day=1)
        return self._cohorts(export, "quarters", "quarter", start, relativedelta(months=3))

    @api.model
    def _cohorts(self, export, name, unit, start, length):
        """Kept and lost in the calendar period of the last day, beside the one before it."""
        source, model = self.env["crm.retention.source"], "crm.retention.cohort"
        domain = source._of_export(export) & Domain("unit", "=", unit)
        groupby = "first_purchase_date:year"
        rows = [
            [
                ((key[1], str(key[1].year)), figures)
                for key, figures in source._cuts(
                    model, domain & Domain("period_start", "=", day), [("", groupby)], COHORTS
                )
            ]
            for day in (start, start - length)
        ]
        note = self.env._(
            "The %(unit)s from %(start)s, beside it the one from %(before)s. It may still run.",
            unit=dict(self.env[model]._fields["unit"]._description_selection(self.env))[unit],
            start=start,
            before=start - length,
        )
        of = [Column(self.env._("Cohort"), width=18, note=self.env._("Year of first purchase."))]
        sheet = self._analysis(export, name, of, self._cohort_columns(), rows, (0, [1, 2, 3]))
        return replace(sheet, note=note)

    @api.model
    def _cohort_columns(self):
        worth = self.env._("Revenue less service cost of the period.")
        return [
            Column(self.env._("New"), "integer", self.env._("First purchase in the period.")),
            Column(self.env._("Kept"), "integer", self.env._("Bought in it and the one before.")),
            Column(self.env._("Lost"), "integer", self.env._("Bought in the one before only.")),
            Column(
                self.env._("Won Back"),
                "integer",
                self.env._("Bought in it, not in the one before, but earlier."),
            ),
            Column(self.env._("Still Away"), "integer", self.env._("Bought in neither.")),
            Column(self.env._("Bought Before"), "integer", self.env._("Kept + lost.")),
            Column(
                self.env._("Kept (Share)"), "percent", self.env._("Kept / (kept + lost)."), base=5
            ),
            Column(self.env._("Worth"), "money", worth, 17),
            Column(self.env._("Worth of Kept"), "money", worth, 17),
            Column(self.env._("Worth Lost"), "money", self.env._("Of the period before."), 17),
            Column(self.env._("Worth Won Back"), "money", worth, 17),
        ]

    # ------------------------------------------------------------------ purchases and contacts
    @api.model
    def _purchase_columns(self):
        days = self.env._("From the last contact to the purchase.")
        return [
            Column(self.env._("Purchases"), "integer", self.env._("Days with a posted invoice.")),
            Column(self.env._("After a Contact"), "integer", self.env._("On the day or before.")),
            Column(self.env._("Median Days"), "decimal", days, base=1),
            Column(self.env._("90 % within Days"), "decimal", days, base=1),
            Column(self.env._("Amount"), "money", self.env._("Untaxed."), 17),
        ]

    @api.model
    def _sheet_spread(self, export):
        source, model = self.env["crm.retention.source"], "crm.purchase.contact"
        cuts = self._labelled(model, "band")
        rows = [
            [
                (key[1::2], figures)
                for key, figures in source._cuts(
                    model, source._within(export, days), cuts, PURCHASES
                )
            ]
            for days in self._days(export)
        ]
        of = [Column(cuts[0][0], width=26)]
        return self._analysis(export, "spread", of, self._purchase_columns(), rows, (0, [0]))

    @api.model
    def _sheet_purchases(self, export):
        model = "crm.purchase.contact"
        cuts = self._labelled(model, "tier", "category_ids", "channel_id", "user_id")
        return self._cut_sheet(
            export, "purchases", model, cuts, PURCHASES, self._purchase_columns()
        )

    @api.model
    def _sheet_rates(self, export):
        model = "crm.contact.rate"
        cuts = self._labelled(model, "country_id", "state_id", "city", "product_id", "tier")
        figures = [
            Column(self.env._("Customers"), "integer", self.env._("Who bought, each once.")),
            Column(self.env._("Complaints"), "integer", self.env._("Of the period.")),
            Column(
                self.env._("Complaints per Hundred"),
                "decimal",
                self.env._("100 x complaints / customers."),
                base=0,
            ),
            Column(self.env._("Contacts"), "integer", self.env._("In either direction.")),
            Column(
                self.env._("Contacts per Customer"),
                "decimal",
                self.env._("Contacts / customers."),
                base=0,
            ),
            Column(self.env._("By Customer"), "integer", self.env._("Contacts they started.")),
            Column(
                self.env._("Started by Customer"),
                "percent",
                self.env._("By customer / contacts."),
                base=3,
            ),
        ]
        return self._cut_sheet(export, "rates", model, cuts, RATES, figures)

    @api.model
    def _sheet_effect(self, export):
        source, model = self.env["crm.retention.source"], "crm.cadence.effect"
        domain = source._of_export(export) & Domain("is_over", "=", True)
        rows = source._cuts(model, domain, self._labelled(model, "cadence_id", "tier"), EFFECT)
        before, after = self.env._("180 days before."), self.env._("180 days after.")
        columns = [
            *self._cut_columns(),
            Column(self.env._("Customers"), "integer", self.env._("Under it for 180 days.")),
            Column(self.env._("Contacts before"), "integer", before),
            Column(self.env._("Contacts after"), "integer", after),
            Column(self.env._("Worth before"), "money", before, 17),
            Column(self.env._("Worth after"), "money", after, 17),
            Column(self.env._("Change"), "money", self.env._("After less before."), 17),
        ]
        note = self.env._("It shows what went together, not that one made the other.")
        chart = Chart(self._titles()["effect"], 1, [5, 6])
        return self._now("effect", columns, rows, note, chart)
