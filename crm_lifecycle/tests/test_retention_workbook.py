import io
import tempfile
from datetime import timedelta
from pathlib import Path
from random import Random

import openpyxl
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged

from .process_book_common import FIRST, HEADER
from .retention_report_common import RetentionReportCommon
from .workbook_common import WorkbookCommon


@tagged("post_install", "-at_install")
class TestRetentionWorkbook(RetentionReportCommon, HttpCase):
    """The *Retention* workbook: what the screens say, for who may see it, and logged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.analyst, cls.anna):
            user.group_ids |= cls.env.ref("base.group_allow_export")
        random = Random(11)
        for partner in cls.ours:
            for days in (-170, -140, -100, -70, -40, -20):
                late = random.choice([-2, 0, 4])
                cls.closed(random.choice(["done", "missed"]), days, late, partner)
                cls.contact(partner, days + random.randrange(9), direction="in")
                cls.invoice(partner, 100, cls.day(days + 10))
            cls.contact(partner, -3, direction="in", is_complaint=True)
            cls.due(partner, -60, since_date=cls.day(-90), floor_date=cls.day(-400))
            cls.worth(partner, value_period=1000)

    def export_of(self, user, **vals):
        """The wizard as the user's screen would make it."""
        vals = {
            "company_id": self.company.id,
            "date_from": self.day(-89),
            "date_to": self.today,
            **vals,
        }
        return self.ask("crm.retention.export", user).create(vals)

    def build(self, export):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "retention.xlsx"
            self.built = export.env["crm.retention.report"]._build(export, str(path))
            self.assertEqual(list(Path(folder).iterdir()), [path])
            return path.read_bytes()

    def table(self, data, title):
        """The rows of a sheet, dicts by the columns' labels."""
        book = openpyxl.load_workbook(io.BytesIO(data))
        rows = list(book[title].iter_rows(values_only=True))
        return [
            {label: value for label, value in zip(rows[HEADER], row, strict=False) if label}
            for row in rows[FIRST:]
        ]

    def screen(self, model, groupby, *aggregates, days=(-89, 0), domain=None):
        """The figures of a grouping on the screen, by name."""
        if domain is None:
            domain = [("date", ">=", self.day(days[0])), ("date", "<=", self.day(days[1]))]
        domain = [("company_id", "=", self.company.id), *domain]
        rows = self.ask(model)._read_group(domain, [groupby], aggregates)
        return {getattr(key, "display_name", key): figures for key, *figures in rows}

    def assertFigures(self, row, labels, figures):
        for label, figure in zip(labels, figures, strict=True):
            self.assertAlmostEqual(row[label] or 0, float(figure or 0), 6, label)

    def test_every_sheet_has_its_title_and_no_cell_is_a_formula(self):
        data = self.build(self.export_of(self.analyst))
        titles = self.env["crm.retention.report"]._titles()
        book = openpyxl.load_workbook(io.BytesIO(data))
        self.assertEqual(book.sheetnames, [title[:31] for title in titles])
        self.assertFalse(WorkbookCommon.formulas(data))

    def test_compliance_is_that_of_the_screen_in_both_periods(self):
        rows = self.table(self.build(self.export_of(self.analyst)), "Compliance")
        rows = {row["Of"]: row for row in rows if row["By"] == "Responsible"}
        asked = ("due_count:sum", "late_count:sum", "missed_count:sum", "on_time_rate:avg")
        labels = ("Due", "Late", "Missed", "On Time (Rate)")
        for days, suffix in (((-89, 0), ""), ((-179, -90), ", Before")):
            found = self.screen("crm.touchpoint.report", "user_id", *asked, days=days)
            self.assertTrue(found)
            for name, figures in found.items():
                self.assertFigures(rows[name], [f"{label}{suffix}" for label in labels], figures)

    def test_weeks_add_up_to_the_period(self):
        data = self.build(self.export_of(self.analyst))
        weeks = sum(row["Due"] or 0 for row in self.table(data, "Compliance by Week"))
        cuts = self.table(data, "Compliance")
        self.assertEqual(weeks, sum(row["Due"] or 0 for row in cuts if row["By"] == "Tier"))

    def test_neglected_worth_is_that_of_the_screen(self):
        data = self.build(self.export_of(self.analyst))
        found = self.screen(
            "crm.customer.neglect", "user_id", "customer_count:sum", "worth:sum", domain=[]
        )
        rows = self.table(data, "Neglected Worth")
        rows = {row["Of"]: row for row in rows if row["By"] == "Responsible"}
        for name, figures in found.items():
            self.assertFigures(rows[name], ("Customers", "Worth"), figures)
        names = {row["Customer"] for row in self.table(data, "Neglected Customers")}
        self.assertLessEqual(set(self.ours.mapped("name")), names)
        self.assertEqual(self.built, len(names))

    def test_days_to_purchase_are_those_of_the_screen(self):
        data = self.build(self.export_of(self.analyst))
        found = self.screen(
            "crm.purchase.contact",
            "channel_id",
            *("purchase_count:sum", "median_days:avg", "p90_days:avg"),
        )
        rows = self.table(data, "Contact to Purchase")
        rows = {row["Of"]: row for row in rows if row["By"] == "Channel"}
        for name, figures in found.items():
            labels = ("Purchases", "Median Days", "90 % within Days")
            self.assertFigures(rows[name or None], labels, figures)
        spread = self.table(data, "Days to Purchase")
        self.assertEqual(
            sum(row["Purchases"] or 0 for row in spread), sum(one[0] for one in found.values())
        )

    def test_cohorts_are_those_of_the_screen(self):
        data = self.build(self.export_of(self.analyst))
        start = self.today.replace(month=1, day=1)
        for day, suffix in ((start, ""), (start.replace(year=start.year - 1), ", Before")):
            found = self.screen(
                "crm.retention.cohort",
                "first_purchase_date:year",
                *("new_count:sum", "kept_count:sum", "lost_count:sum", "worth:sum"),
                domain=[("unit", "=", "year"), ("period_start", "=", day)],
            )
            rows = {row["Cohort"]: row for row in self.table(data, "Kept Customers by Year")}
            for cohort, figures in found.items():
                labels = [f"{label}{suffix}" for label in ("New", "Kept", "Lost", "Worth")]
                self.assertFigures(rows[str(cohort.year)], labels, figures)

    def test_complaints_and_the_summary_are_those_of_the_screen(self):
        data = self.build(self.export_of(self.analyst))
        summary = {row["Figure"]: row for row in self.table(data, "Summary")}
        tiers = self.screen("crm.contact.rate", "company_id", "complaint_rate:avg")
        [[rate]] = tiers.values()
        self.assertAlmostEqual(summary["Complaints per Hundred"]["Period"], float(rate), 6)
        rows = self.table(data, "Complaints and Contacts")
        by_tier = [row for row in rows if row["By"] == "Tier"]
        self.assertEqual(
            summary["Complaints"]["Period"], sum(row["Complaints"] or 0 for row in by_tier)
        )

    def test_a_user_s_workbook_is_of_own_customers(self):
        data = self.build(self.export_of(self.anna))
        [row] = self.table(data, "Neglected Customers")
        self.assertEqual(row["Customer"], self.partner.name)
        book = openpyxl.load_workbook(io.BytesIO(data))
        texts = {
            cell for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line
        }
        self.assertNotIn(self.of_ben.name, texts)

    def test_a_tier_limits_all_sheets(self):
        data = self.build(self.export_of(self.analyst, tier="b"))
        self.assertEqual(
            {row["Customer"] for row in self.table(data, "Neglected Customers")},
            {self.of_ben.name},
        )
        rows = self.table(data, "Compliance")
        self.assertEqual({row["Of"] for row in rows if row["By"] == "Tier"}, {"B"})

    def test_rates_of_few_are_grey(self):
        data = self.build(self.export_of(self.analyst, date_from=self.day(-25)))
        book = openpyxl.load_workbook(io.BytesIO(data))["Complaints and Contacts"]
        labels = [cell.value for cell in book[HEADER + 1]]
        place = labels.index("Complaints per Hundred")
        cell = book[FIRST + 1][place]
        self.assertTrue(cell.font.italic)

    def test_the_period_begins_before_it_ends(self):
        with self.assertRaises(ValidationError):
            self.export_of(self.analyst, date_to=self.today - timedelta(days=400))

    # ------------------------------------------------------------------ doors
    def test_the_button_leads_to_the_workbook_which_is_logged(self):
        export = self.export_of(self.analyst, reason="Board")
        action = export.action_download()
        self.env.flush_all()
        self.authenticate(self.analyst.login, self.analyst.login)
        response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200)
        [row] = self.env["crm.lifecycle.download"].search([("user_id", "=", self.analyst.id)])
        self.assertEqual((row.reason, row.company_id), ("Board", self.company))

    def test_without_the_export_right_or_the_app(self):
        with self.assertRaises(AccessError):
            self.export_of(self.ben).action_download()
        export = self.export_of(self.analyst)
        self.env.flush_all()
        outsider = self.persona("retention_out", None, "base.group_allow_export")
        for user in (self.ben, outsider):
            self.authenticate(user.login, user.login)
            self.assertEqual(self.url_open(f"/lifecycle/retention/{export.id}").status_code, 403)

    def test_somebody_else_s_is_not_there(self):
        export = self.export_of(self.analyst)
        self.env.flush_all()
        self.authenticate(self.anna.login, self.anna.login)
        self.assertEqual(self.url_open(f"/lifecycle/retention/{export.id}").status_code, 404)

    def test_queries_do_not_grow_with_customers(self):
        def queries():
            export = self.export_of(self.analyst)
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            self.build(export)
            return self.env.cr.sql_log_count - start

        queries()
        few = queries()
        for number in range(15):
            partner = self.customer_of(self.anna, f"More {number}")
            self.closed("done", -40, partner=partner)
            self.due(partner, -60, since_date=self.day(-90))
        self.assertLessEqual(queries(), few + 2)
