from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import format_date

from ..report import sales_process_source
from .process_book_common import ProcessBookCommon
from .test_customer_worth_workbook import PAYLOADS
from .workbook_common import MAIN

TITLES = [
    "Summary",
    "Funnel",
    "Stage Times",
    "Cycle Times",
    "Loss Reasons",
    "Campaigns",
    "People",
    "Person x Category",
    "Stages to Drop",
    "Stages in the Other Order",
    "Leads",
]
PHASES = {"acquisition": "Acquisition", "enhancement": "Enhancement"}
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestSalesProcessWorkbook(ProcessBookCommon):
    """Every sheet beside plain loops over the same random leads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fill()

    def setUp(self):
        super().setUp()
        self.data = self.build(self.export_of(self.boss))

    def both(self):
        """The labels' endings and the days of the two periods."""
        return (("", self.days), (", Before", self.before))

    # ------------------------------------------------------------------ the sheets
    def test_the_sheets_stand_in_their_order_each_with_definitions(self):
        book = self.book(self.data)
        self.assertEqual(book.sheetnames, TITLES)
        for sheet in book.worksheets[1:-1]:
            rows = list(sheet.iter_rows(values_only=True, max_row=4))
            told = [note for label, note in zip(rows[2], rows[3], strict=True) if note]
            figures = [label for label in rows[2] if label and f"{label}, Before" in rows[2]]
            self.assertGreaterEqual(len(told), len(figures), sheet.title)
            self.assertTrue(figures)

    def test_five_sheets_have_a_chart(self):
        charts = [name for name in self.parts(self.data) if name.startswith("xl/charts/chart")]
        self.assertEqual(len(charts), 5)

    def test_the_summary_counts_what_came_and_was_closed(self):
        rows = {row["Figure"]: row for row in self.table(self.data, "Summary")}
        for label, days in (("Period", self.days), ("Period Before", self.before)):
            won, lost = self.closed("won", days), self.closed("lost", days)
            self.assertEqual(rows["Leads"][label], len(self.came(days)))
            self.assertEqual((rows["Won"][label], rows["Lost"][label]), (len(won), len(lost)))
            rate = len(won) / (len(won) + len(lost))
            self.assertAlmostEqual(rows["Close Rate"][label], rate, 6)
            self.assertEqual(rows["Amount Won"][label], sum(one["amount"] for one in won))
            took = [(one["closed"] - one["came"]) / DAY for one in won]
            self.assertAlmostEqual(rows["Days to Win"][label], self.percentile(took, 0.5), 6)
        self.assertEqual(rows["By"]["Period"], self.boss.name)

    def test_the_funnel_counts_the_cohort_that_reached_a_stage(self):
        rows = self.keyed(self.data, "Funnel", "Process", "Stage")
        for end, days in self.both():
            for phase, label in PHASES.items():
                cohort = [one for one in self.came(days) if one["phase"] == phase]
                before = len(cohort)
                for stage in self.stages[phase]:
                    reached = sum(
                        any(stay["stage"] == stage for stay in one["stays"]) for one in cohort
                    )
                    if not reached:
                        continue
                    row = rows[label, stage.name]
                    self.assertEqual(row["Reached" + end], reached)
                    self.assertEqual(row["Cohort" + end], len(cohort))
                    self.assertAlmostEqual(row["Share" + end], reached / len(cohort), 6)
                    self.assertAlmostEqual(row["Step" + end], reached / before, 6)
                    before = reached

    def test_stage_times_are_of_the_stays_that_ended(self):
        rows = self.keyed(self.data, "Stage Times", "Process", "Stage")
        for end, days in self.both():
            for phase, label in PHASES.items():
                for stage in self.stages[phase][:-1]:
                    ended = [
                        stay
                        for one in self.truth
                        for stay in one["stays"]
                        if stay["stage"] == stage
                        and not stay["skipped"]
                        and self.within(stay["out"], days)
                    ]
                    took = [(stay["out"] - stay["in"]) / DAY for stay in ended]
                    row = rows[label, stage.name]
                    self.assertEqual(row["Stays" + end], len(ended))
                    median, most = (self.percentile(took, share) for share in (0.5, 0.9))
                    self.assertAlmostEqual(row["Median Days" + end], median, 6)
                    self.assertAlmostEqual(row["90 % within Days" + end], most, 6)
                    went_on = sum(stay["exit"] == "forward" for stay in ended)
                    self.assertAlmostEqual(row["Went On" + end], went_on / len(ended), 6)

    def test_cycle_times_are_from_coming_to_the_end(self):
        rows = self.keyed(self.data, "Cycle Times", "Process", "Outcome")
        for end, days in self.both():
            for phase, label in PHASES.items():
                for outcome in ("won", "lost"):
                    took = [
                        (one["closed"] - one["came"]) / DAY
                        for one in self.closed(outcome, days)
                        if one["phase"] == phase
                    ]
                    row = rows[label, outcome.capitalize()]
                    self.assertEqual(row["Leads" + end], len(took))
                    self.assertAlmostEqual(row["Median Days" + end], self.percentile(took, 0.5), 6)
                    self.assertAlmostEqual(row["Mean Days" + end], sum(took) / len(took), 6)

    def test_losses_are_by_last_stage_and_reason(self):
        rows = self.table(self.data, "Loss Reasons")
        for end, days in self.both():
            lost = self.closed("lost", days)
            wanted = self.counted(
                (one["stage"].name, one["reason"].name if one["reason"] else None) for one in lost
            )
            found = {
                (row["Stage"], row["Lost Reason"]): row["Lost" + end]
                for row in rows
                if row["Lost" + end]
            }
            self.assertEqual(found, wanted)
            amounts = sum(row["Amount" + end] or 0 for row in rows)
            self.assertEqual(amounts, sum(one["amount"] for one in lost))
            shares = sum(row["Share" + end] or 0 for row in rows)
            self.assertAlmostEqual(shares, 1, 6)

    def test_campaigns_are_by_source_and_carry_their_leads_part_of_the_cost(self):
        rows = self.keyed(self.data, "Campaigns", "Campaign", "Source")
        for end, days in self.both():
            groups = {}
            for one in self.came(days):
                if one["campaign"] or one["source"]:
                    key = tuple(
                        record.display_name if record else None
                        for record in (one["campaign"], one["source"])
                    )
                    groups.setdefault(key, []).append(one)
            for key, leads in groups.items():
                row = rows[key]
                self.assertEqual(row["Leads" + end], len(leads))
                self.assertEqual(row["Won" + end], sum(one["outcome"] == "won" for one in leads))
                self.assertAlmostEqual(row["Cost" + end], sum(map(self.part, leads)), 4)

    def part(self, one):
        """What a lead carries of its campaign's cost."""
        if not one["campaign"]:
            return 0
        whole = sum(other["campaign"] == one["campaign"] for other in self.truth)
        return one["campaign"].cost / whole

    def test_people_have_their_leads_and_their_close_rate(self):
        rows = self.keyed(self.data, "People", "Salesperson")
        for end, days in self.both():
            for seller in self.sellers:
                mine = {
                    name: [one for one in leads if one["user"] == seller]
                    for name, leads in (
                        ("came", self.came(days)),
                        ("won", self.closed("won", days)),
                        ("lost", self.closed("lost", days)),
                    )
                }
                row = rows[(seller.name,)]
                self.assertEqual(row["Leads" + end], len(mine["came"]))
                won, lost = len(mine["won"]), len(mine["lost"])
                self.assertEqual((row["Won" + end], row["Closed" + end]), (won, won + lost))
                self.assertAlmostEqual(row["Close Rate" + end], won / (won + lost), 6)
                amount = sum(one["amount"] for one in mine["won"])
                self.assertEqual(row["Amount Won" + end], amount)

    def test_contacts_are_those_the_person_had(self):
        customer = self.customer("Talker")
        channel = self.env["crm.interaction.channel"].search([("is_touch", "=", True)], limit=1)
        self.env["crm.interaction"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "user_id": self.sellers[0].id,
                "channel_id": channel.id,
                "direction": "out",
                "date": self.noon(),
            }
        )
        rows = self.keyed(self.build(self.export_of(self.boss)), "People", "Salesperson")
        self.assertEqual(rows[(self.sellers[0].name,)]["Contacts"], 1)

    def noon(self):
        return f"{self.days[0]} 12:00:00"

    def test_stages_to_drop_are_those_that_leads_run_through(self):
        rows = self.keyed(self.data, "Stages to Drop", "Process", "Stage")
        for end, days in self.both():
            for phase, label in PHASES.items():
                for stage in self.stages[phase][:-1]:
                    on = [
                        stay
                        for one in self.truth
                        for stay in one["stays"]
                        if stay["stage"] == stage and self.within(stay["out"], days)
                    ]
                    fast = [
                        stay
                        for stay in on
                        if stay["exit"] == "forward"
                        and stay["out"] - stay["in"] < timedelta(minutes=10)
                    ]
                    row = rows[label, stage.name]
                    self.assertEqual(row["Stays" + end], len(on))
                    self.assertAlmostEqual(row["Share" + end], len(fast) / len(on), 6)
                    candidate = len(on) >= 5 and len(fast) >= 0.9 * len(on)
                    self.assertEqual(row["Candidate" + end], "Yes" if candidate else None)

    def test_pairs_are_of_first_entries_in_the_other_order(self):
        found = {
            (row["First by Order"], row["Second by Order"]): (row["Leads"], row["Other Order"])
            for row in self.table(self.data, "Stages in the Other Order")
            if row["Leads"]
        }
        self.assertEqual(found, self.pairs(self.days))

    def pairs(self, days):
        counts = {}
        for one in self.truth:
            first = {}
            for stay in one["stays"]:
                if not stay["skipped"]:
                    first.setdefault(stay["stage"], stay["in"])
            stages = sorted(first, key=lambda stage: stage.sequence)
            for place, low in enumerate(stages):
                for high in stages[place + 1 :]:
                    if self.within(max(first[low], first[high]), days):
                        leads, other = counts.get((low.name, high.name), (0, 0))
                        reverse = first[high] < first[low]
                        counts[low.name, high.name] = (leads + 1, other + reverse)
        return {pair: count for pair, count in counts.items() if count[1]}

    def test_the_leads_are_those_that_came_or_were_closed(self):
        rows = {row["Lead"]: row for row in self.table(self.data, "Leads")}
        wanted = {
            one["name"]: one
            for one in self.truth
            if self.within(one["came"], self.days) or self.within(one["closed"], self.days)
        }
        self.assertEqual(set(rows), set(wanted))
        self.assertEqual(self.built, len(wanted))
        for name, one in wanted.items():
            row = rows[name]
            self.assertEqual(row["Stage"], one["stage"].name)
            self.assertEqual(row["Came"].date(), one["came"].date())
            self.assertEqual(row["Expected Revenue"], one["amount"])
            self.assertEqual(row["Salesperson"], one["user"].name)

    def test_batches_give_every_lead_once(self):
        wanted = [row["Lead"] for row in self.table(self.data, "Leads")]
        self.patch(sales_process_source, "BATCH", 3)
        data = self.build(self.export_of(self.boss))
        self.assertEqual([row["Lead"] for row in self.table(data, "Leads")], wanted)

    def test_more_leads_than_rows_are_refused(self):
        self.patch(sales_process_source, "ROW_LIMIT", 8)
        with self.assertRaises(UserError):
            self.build(self.export_of(self.boss))

    # ------------------------------------------------------------------ grey
    def test_rates_of_fewer_than_five_are_grey(self):
        sheet = self.book(self.data)["Loss Reasons"]
        head = [cell.value for cell in sheet[3]]
        share, whole = head.index("Share, Before"), head.index("All Lost, Before")
        cells = self.book(self.data)["Stage Times"]
        head = [cell.value for cell in cells[3]]
        greys = []
        for row in cells.iter_rows(min_row=5):
            for end in ("", ", Before"):
                count = row[head.index("Stays" + end)].value
                cell = row[head.index("Went On" + end)]
                if cell.value is not None:
                    greys.append((count < 5, bool(cell.font.i)))
        self.assertTrue(greys)
        self.assertTrue(all(few == grey for few, grey in greys))
        for row in sheet.iter_rows(min_row=5):
            if row[share].value is not None:
                self.assertEqual(bool(row[share].font.i), row[whole].value < 5)

    # ------------------------------------------------------------------ filters
    def test_the_filter_of_the_process(self):
        data = self.build(self.export_of(self.boss, phase="acquisition"))
        self.assertEqual({row["Process"] for row in self.table(data, "Leads")}, {"Acquisition"})
        self.assertEqual({row["Process"] for row in self.table(data, "Funnel")}, {"Acquisition"})

    def test_the_filter_of_the_team(self):
        other = self.env["crm.team"].create({"name": "Idle", "company_id": self.company.id})
        data = self.build(self.export_of(self.boss, team_ids=other.ids))
        self.assertEqual((self.table(data, "Leads"), self.table(data, "Campaigns")), ([], []))

    def test_the_wizard_tells_what_will_be_in_it(self):
        export = self.export_of(self.boss)
        self.assertEqual(export.lead_count, self.built)
        self.assertEqual(export.contents, ", ".join(TITLES))
        days = [format_date(self.env, day) for day in self.before]
        self.assertEqual(export.previous_period, " - ".join(days))

    def test_a_period_that_ends_before_it_begins(self):
        with self.assertRaises(ValidationError):
            self.export_of(self.boss, date_from=self.days[1], date_to=self.days[0])

    def test_days_are_those_of_the_users_time_zone(self):
        export = self.export_of(self.boss).with_context(tz="Asia/Jerusalem")
        start, end = export._bounds(*self.days)
        self.assertIn(start.hour, (21, 22))
        self.assertLess(start.date(), self.days[0])
        self.assertEqual(end.date(), self.days[1])

    # ------------------------------------------------------------------ who sees what
    def test_a_salesperson_has_their_own_leads_only(self):
        seller, other = self.sellers
        data = self.build(self.export_of(seller))
        self.assertEqual({row["Salesperson"] for row in self.table(data, "Leads")}, {seller.name})
        self.assertEqual({row["Salesperson"] for row in self.table(data, "People")}, {seller.name})
        mine = [one for one in self.came(self.days) if one["user"] == seller]
        summary = {row["Figure"]: row["Period"] for row in self.table(data, "Summary")}
        self.assertEqual(summary["Leads"], len(mine))
        cohorts = {row["Process"]: row["Cohort"] for row in self.table(data, "Funnel")}
        self.assertEqual(sum(cohorts.values()), len(mine))
        texts = {cell for sheet in self.book(data) for row in sheet.values for cell in row}
        self.assertNotIn(other.name, texts)
        leads = sum(row["Leads"] or 0 for row in self.table(data, "Campaigns"))
        self.assertEqual(leads, sum(bool(one["campaign"] or one["source"]) for one in mine))

    def test_who_may_not_read_leads_has_no_workbook(self):
        user = self.persona("process_reader", "user", "base.group_allow_export")
        with self.assertRaises(AccessError):
            self.env["crm.sales.process.export"].with_user(user).sudo(False)._check_export_right()

    def test_an_empty_company_gives_an_empty_workbook(self):
        other = self.other_company("Process elsewhere")
        both = [self.company.id, other.id]
        self.boss.write({"company_ids": [(6, 0, both)]})
        export = self.export_of(self.boss).with_context(allowed_company_ids=both)
        export.company_id = other
        data = self.build(export.with_company(other))
        self.assertEqual(self.book(data).sheetnames, TITLES)
        for title in TITLES[1:]:
            self.assertEqual(self.table(data, title), [], title)
        self.assertEqual(self.built, 0)

    def test_hebrew_is_right_to_left_on_every_sheet(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.boss.lang = "he_IL"
        parts = self.parts(self.build(self.export_of(self.boss)))
        views = [
            tree.find(f".//{MAIN}sheetView")
            for name, tree in parts.items()
            if "worksheets/sheet" in name
        ]
        self.assertEqual([view.get("rightToLeft") for view in views], ["1"] * len(TITLES))

    # ------------------------------------------------------------------ hostile text
    def test_data_never_becomes_a_formula_or_a_link(self):
        leads = self.env["crm.lead"].with_context(active_test=False)
        for one, text in zip(self.truth, PAYLOADS * 3, strict=False):
            leads.browse(one["id"]).write({"name": text, "partner_name": text})
        self.reasons[0].name, self.team.name, self.boss.name = PAYLOADS[0], PAYLOADS[7], PAYLOADS[1]
        for phase in self.stages.values():
            phase[0].name = PAYLOADS[7]
        self.campaigns[0].title, self.sources[0].name = PAYLOADS[0], PAYLOADS[11]
        self.sellers[0].name, self.company.name = PAYLOADS[24], PAYLOADS[8]
        data = self.build(self.export_of(self.boss, reason=PAYLOADS[3]))
        self.assertEqual(self.formulas(data), [])
        parts = self.parts(data)
        self.assertFalse([name for name in parts if "external" in name.lower()])
        self.assertFalse([t for part in parts.values() for t in part.iter(f"{MAIN}hyperlink")])
        kept = {row["Lead"] for row in self.table(data, "Leads")} & set(PAYLOADS)
        self.assertGreater(len(kept), 10)
