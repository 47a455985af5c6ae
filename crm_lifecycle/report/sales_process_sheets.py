from odoo import api, models

from .sales_process_workbook import FEWEST, Column
from .stage_dispensable import NEARLY_ALL


class CrmSalesProcessSheets(models.AbstractModel):
    """The analyses of the *Sales process* workbook, each a sheet with its definitions.

    Every figure stands beside that of the period before.
    """

    _name = "crm.sales.process.sheets"
    _inherit = ["crm.workbook.sheets"]
    _description = "Sheets of the Sales Process Workbook"

    @api.model
    def _titles(self):
        """The titles by name, in the order of the sheets. Extend to add one."""
        return {
            "funnel": self.env._("Funnel"),
            "stage_times": self.env._("Stage Times"),
            "cycle_times": self.env._("Cycle Times"),
            "losses": self.env._("Loss Reasons"),
            "campaigns": self.env._("Campaigns"),
            "people": self.env._("People"),
            "person_category": self.env._("Person x Category"),
            "dispensable": self.env._("Stages to Drop"),
            "order_pairs": self.env._("Stages in the Other Order"),
        }

    @api.model
    def _choices(self, name):
        """The labels of a selection field of leads, in the user's language."""
        return dict(self.env["crm.lead"]._fields[name]._description_selection(self.env))

    @api.model
    def _with_phase(self, rows):
        """Rows of (phase, sequence, stage id, stage), with the phase in words before the stage."""
        phases = self._choices("lifecycle_phase")
        return [
            ((sequence, stage_id, phases.get(phase), stage), figures)
            for (phase, sequence, stage_id, stage), figures in rows
        ]

    @api.model
    def _stage_columns(self):
        return [
            Column(self.env._("Process"), width=16),
            Column(self.env._("Stage"), width=24),
        ]

    # ------------------------------------------------------------------ the process
    @api.model
    def _sheet_funnel(self, export):
        source = self.env["crm.sales.process.source"]
        rows = [self._steps(source._funnel(period)) for period in self._periods(export)]
        figures = [
            Column(
                self.env._("Reached"),
                "integer",
                self.env._("Leads of the cohort that stood in the stage or jumped over it."),
            ),
            Column(
                self.env._("Cohort"),
                "integer",
                self.env._("Leads that came in the period and entered the process."),
            ),
            Column(self.env._("Share"), "percent", self.env._("Reached / cohort."), base=1),
            Column(
                self.env._("Reached the One Before"),
                "integer",
                self.env._("Leads of the cohort that reached the stage before."),
            ),
            Column(
                self.env._("Step"),
                "percent",
                self.env._("Reached / reached the stage before."),
                base=3,
            ),
        ]
        return self._analysis(export, "funnel", self._stage_columns(), figures, rows, (1, [0]))

    @api.model
    def _steps(self, rows):
        """The funnel's rows with the share of the cohort and of the stage before."""
        found, last = [], {}
        for key, (reached, cohort) in rows:
            before = last.get(key[0], cohort)
            last[key[0]] = reached
            step = reached / before if before else None
            found.append((key, (reached, cohort, reached / cohort, before, step)))
        return self._with_phase(found)

    @api.model
    def _sheet_stage_times(self, export):
        source = self.env["crm.sales.process.source"]
        rows = [self._with_phase(source._stage_times(period)) for period in self._periods(export)]
        figures = [
            Column(
                self.env._("Stays"),
                "integer",
                self.env._("Stays in the stage that ended in the period."),
            ),
            Column(self.env._("Median Days"), "decimal", self.env._("Half took longer."), base=0),
            Column(
                self.env._("90 % within Days"),
                "decimal",
                self.env._("90th percentile: one of ten took longer."),
                base=0,
            ),
            Column(
                self.env._("Median Working Hours"),
                "decimal",
                self.env._("Within working hours, of the stays of which they are known."),
                base=0,
            ),
            Column(
                self.env._("Went On"), "percent", self.env._("To a later stage / stays."), base=0
            ),
            Column(self.env._("Lost Here"), "percent", self.env._("Lost / stays."), base=0),
        ]
        return self._analysis(
            export, "stage_times", self._stage_columns(), figures, rows, (1, [1, 2])
        )

    @api.model
    def _sheet_cycle_times(self, export):
        source = self.env["crm.sales.process.source"]
        phases, outcomes = self._choices("lifecycle_phase"), self._choices("won_status")
        rows = [
            [
                ((phases.get(phase), outcomes.get(outcome)), figures)
                for (phase, outcome), figures in source._cycle_times(period)
            ]
            for period in self._periods(export)
        ]
        closed = self.env._("Days from coming to being won or lost.")
        figures = [
            Column(self.env._("Leads"), "integer", self.env._("Closed in the period.")),
            Column(self.env._("Median Days"), "decimal", closed, base=0),
            Column(self.env._("90 % within Days"), "decimal", closed, base=0),
            Column(self.env._("Mean Days"), "decimal", closed, base=0),
        ]
        of = [Column(self.env._("Process"), width=16), Column(self.env._("Outcome"), width=16)]
        return self._analysis(export, "cycle_times", of, figures, rows)

    @api.model
    def _sheet_losses(self, export):
        source = self.env["crm.sales.process.source"]
        rows = [
            [
                (key, (count, amount, whole, count / float(whole)))
                for key, (count, amount, whole) in source._losses(period)
            ]
            for period in self._periods(export)
        ]
        of = [
            Column(self.env._("Stage"), width=24, note=self.env._("Where it stood last.")),
            Column(self.env._("Lost Reason"), width=26),
            Column(self.env._("Competitor"), width=22, note=self.env._("To whom it was lost.")),
        ]
        figures = [
            Column(self.env._("Lost"), "integer", self.env._("Lost in the period.")),
            Column(self.env._("Amount"), "money", self.env._("Their expected revenue."), 17),
            Column(self.env._("All Lost"), "integer", self.env._("All leads lost in the period.")),
            Column(self.env._("Share"), "percent", self.env._("Lost / all lost."), base=2),
        ]
        return self._analysis(export, "losses", of, figures, rows, (1, [0]))

    # ------------------------------------------------------------------ people and campaigns
    @api.model
    def _sheet_campaigns(self, export):
        source = self.env["crm.sales.process.source"]
        rows = [source._campaigns(export, days) for days in self._days(export)]
        of = [Column(self.env._("Campaign"), width=26), Column(self.env._("Source"), width=22)]
        revenue = self.env._("Posted invoices of it or of its leads' orders, untaxed, each once.")
        cost = self.env._("The campaign's cost, in equal parts on its leads.")
        figures = [
            Column(self.env._("Leads"), "integer", self.env._("Came in the period.")),
            Column(self.env._("Opportunities"), "integer", self.env._("Of those leads.")),
            Column(self.env._("Won"), "integer", self.env._("Of those leads, until now.")),
            Column(self.env._("Invoiced"), "money", revenue, 17),
            Column(self.env._("Cost"), "money", cost, 17),
            Column(self.env._("Yield"), "decimal", self.env._("Invoiced / cost.")),
            Column(self.env._("Cost per Lead"), "money", self.env._("Cost / leads."), 17, base=0),
            Column(self.env._("Cost per Won"), "money", self.env._("Cost / won."), 17, base=2),
        ]
        return self._analysis(export, "campaigns", of, figures, rows, (0, [3, 4]))

    @api.model
    def _sheet_people(self, export):
        source = self.env["crm.sales.process.source"]
        rows = [
            [
                (key, (came, won, lost, won + lost, rate, amount, minutes, contacts))
                for key, (came, won, lost, rate, amount, minutes, contacts) in source._people(
                    export, period
                )
            ]
            for period in self._periods(export)
        ]
        of = [Column(self.env._("Salesperson"), width=24)]
        response = self.env._(
            "Median working minutes from arrival to the first contact, where known."
        )
        contacts = self.env._("Exchanges with any customer that this person had.")
        figures = [
            Column(self.env._("Leads"), "integer", self.env._("Came in the period.")),
            Column(self.env._("Won"), "integer", self.env._("Won in the period.")),
            Column(self.env._("Lost"), "integer", self.env._("Lost in the period.")),
            Column(self.env._("Closed"), "integer", self.env._("Won + lost in the period.")),
            Column(self.env._("Close Rate"), "percent", self.env._("Won / closed."), base=3),
            Column(
                self.env._("Amount Won"),
                "money",
                self.env._("Expected revenue of those won in the period."),
                17,
            ),
            Column(self.env._("Response Minutes"), "decimal", response, base=0),
            Column(self.env._("Contacts"), "integer", contacts),
        ]
        return self._analysis(export, "people", of, figures, rows, (0, [5]))

    @api.model
    def _sheet_person_category(self, export):
        source = self.env["crm.sales.process.source"]
        rows = [source._person_categories(export, days) for days in self._days(export)]
        of = [
            Column(self.env._("Salesperson"), width=24, note=self.env._("Of both processes.")),
            Column(self.env._("Product Category"), width=26),
        ]
        figures = [
            Column(self.env._("Invoiced"), "money", self.env._("Posted invoices, untaxed."), 17),
            Column(self.env._("Quantity"), "decimal", self.env._("In the products' own unit.")),
            Column(self.env._("Invoices"), "integer", self.env._("With such a product.")),
            Column(
                self.env._("Offered"),
                "integer",
                self.env._("Quotations sent, confirmed or cancelled."),
            ),
            Column(
                self.env._("Decided"), "integer", self.env._("Of those, confirmed or cancelled.")
            ),
            Column(self.env._("Won Share"), "percent", self.env._("Confirmed / decided."), base=4),
        ]
        return self._analysis(export, "person_category", of, figures, rows)

    # ------------------------------------------------------------------ what to change
    @api.model
    def _sheet_dispensable(self, export):
        source = self.env["crm.sales.process.source"]
        rows = [
            self._with_phase(
                [(key, (*figures, self._candidate(*figures))) for key, figures in found]
            )
            for found in map(source._dispensable, self._periods(export))
        ]
        fast = self.env["crm.stage.dispensable"]._through_minutes()
        straight = self.env._("Went on in less than %(count)s minutes.", count=fast)
        figures = [
            Column(
                self.env._("Stays"),
                "integer",
                self.env._("Stays that ended in the period, and times it was jumped over in it."),
            ),
            Column(self.env._("Jumped Over"), "integer", self.env._("Never stood in it.")),
            Column(self.env._("Straight Through"), "integer", straight),
            Column(
                self.env._("Share"),
                "percent",
                self.env._("(Jumped over + straight through) / stays."),
                base=0,
            ),
            Column(
                self.env._("Candidate"),
                "text",
                self.env._("90 % or more of at least five: could the process do without it?"),
            ),
        ]
        return self._analysis(export, "dispensable", self._stage_columns(), figures, rows)

    @api.model
    def _candidate(self, count, _skipped, _fast, share):
        return self.env._("Yes") if count >= FEWEST and share >= NEARLY_ALL else None

    @api.model
    def _sheet_order_pairs(self, export):
        source, phases = self.env["crm.sales.process.source"], self._choices("lifecycle_phase")
        rows = [
            [
                ((one_id, two_id, phases.get(phase), one, two), figures)
                for (phase, one_id, one, two_id, two), figures in source._order_pairs(period)
            ]
            for period in self._periods(export)
        ]
        of = [
            Column(self.env._("Process"), width=16),
            Column(self.env._("First by Order"), width=24),
            Column(self.env._("Second by Order"), width=24),
        ]
        figures = [
            Column(
                self.env._("Leads"),
                "integer",
                self.env._("Stood in both; came to the later of them in the period."),
            ),
            Column(self.env._("Other Order"), "integer", self.env._("Came to the second first.")),
            Column(self.env._("Share"), "percent", self.env._("Other order / leads."), base=0),
        ]
        return self._analysis(export, "order_pairs", of, figures, rows)
