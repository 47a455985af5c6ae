import io
from datetime import date

import xlsxwriter
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import LifecycleCommon

TEMPLATE = "/crm_lifecycle/static/xls/customer_profile_import_template.xlsx"
OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": ",",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "date_format": "%Y-%m-%d",
    "datetime_format": "%Y-%m-%d %H:%M:%S",
    "encoding": "utf-8",
    "advanced": False,
    "keep_matches": False,
    "sheets": ["Profiles"],
    "sheet": "Profiles",
}


@tagged("post_install", "-at_install")
class TestProfileImport(LifecycleCommon):
    """Profiles come in from Excel: whole, or not at all with the line and the reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.persona(
            "import_seller", groups="sales_team.group_sale_salesman,base.group_partner_manager"
        )
        cls.env["crm.interest"].search([]).unlink()
        cls.env["crm.interest"].create([{"name": "Football"}, {"name": "Wine"}])

    def book(self, *rows):
        """An xlsx file of these rows."""
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"remove_timezone": True}) as book:
            sheet = book.add_worksheet("Profiles")
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        return stream.getvalue()

    def load(self, content, names=None, dryrun=False):
        """Import a file as the dialog does; columns are matched by their heads by default."""
        wizard = (
            self.env["base_import.import"]
            .with_user(self.seller)
            .sudo(False)
            .create(
                {
                    "res_model": "res.partner",
                    "file": content,
                    "file_type": "application/vnd.openxmlformats-officedocument"
                    ".spreadsheetml.sheet",
                    "file_name": "profiles.xlsx",
                }
            )
        )
        preview = wizard.parse_preview({**OPTIONS})
        self.assertNotIn("error", preview)
        matches = preview["matches"]
        names = names or ["/".join(matches[i]) for i in range(len(preview["headers"]))]
        result = wizard.execute_import(names, preview["headers"], {**OPTIONS}, dryrun)
        self.env.invalidate_all()
        return result

    def found(self, *names):
        return self.env["res.partner"].search([("name", "in", names)])

    # ------------------------------------------------------------------ the template
    def test_the_template_is_offered_beside_odoo_s(self):
        partners = self.env["res.partner"].with_user(self.seller).sudo(False)
        templates = [offer["template"] for offer in partners.get_import_templates()]
        self.assertIn(TEMPLATE, templates)
        self.assertGreater(len(templates), 1)
        outside = self.persona("import_outside", None, "base.group_partner_manager")
        templates = partners.with_user(outside).get_import_templates()
        self.assertNotIn(TEMPLATE, [offer["template"] for offer in templates])

    def test_the_template_can_be_imported_as_it_is(self):
        with file_open(TEMPLATE[1:], "rb") as file:
            result = self.load(file.read())
        self.assertFalse(result["messages"])
        elena = self.found("Elena Varga")
        self.assertEqual(elena.birth_date, date(1984, 3, 12))
        self.assertEqual((elena.family_status, elena.occupation), ("married", "Teacher"))
        self.assertEqual(set(elena.interest_ids.mapped("name")), {"Football", "Wine"})
        self.assertEqual((elena.preferred_hour_from, elena.preferred_hour_to), (9, 17.5))
        self.assertEqual(elena.do_not_contact_channel_ids.kind, "call")
        self.assertEqual(
            set(elena.family_member_ids.mapped(lambda one: (one.name, one.relation))),
            {("Noga Varga", "child"), ("Adam Varga", "spouse")},
        )
        noa = self.found("נועה לוי")
        self.assertEqual((noa.birth_date, noa.occupation), (date(1996, 2, 29), "אחות"))

    # ------------------------------------------------------------------ what is wrong
    def test_hebrew_goes_in_as_it_is(self):
        result = self.load(
            self.book(
                ["Name", "Occupation", "Birth Date"],
                ['דוד "דודי" בן-גוריון', "ראש ממשלה", "1986-10-16"],
            )
        )
        self.assertFalse(result["messages"])
        partner = self.found('דוד "דודי" בן-גוריון')
        self.assertEqual(partner.occupation, "ראש ממשלה")

    @mute_logger("odoo.sql_db")
    def test_a_bad_row_is_named_and_nothing_is_imported(self):
        names = ["name", "birth_date", "preferred_hour_from", "family_status", "interest_ids"]
        good = ["Good One", "1980-05-05", 9, "Single", "Wine"]
        tomorrow = date(self.today.year + 1, 1, 1).isoformat()
        bad_rows = {
            f"{tomorrow} is no birth date": ["Bad One", tomorrow, 9, "Single", "Wine"],
            "1869-12-31": ["Bad One", "1869-12-31", 9, "Single", "Wine"],
            "between 0 and 24": ["Bad One", "1980-05-05", 25, "Single", "Wine"],
            "entangled": ["Bad One", "1980-05-05", 9, "entangled", "Wine"],
            "Chess boxing": ["Bad One", "1980-05-05", 9, "Single", "Chess boxing"],
        }
        for reason, bad in bad_rows.items():
            for dryrun in (True, False):
                with self.subTest(reason=reason, dryrun=dryrun):
                    result = self.load(self.book(names, good, bad, good), names, dryrun)
                    [message] = [m for m in result["messages"] if m["type"] == "error"]
                    self.assertIn(reason, message["message"])
                    self.assertEqual(message["rows"], {"from": 1, "to": 1})
                    self.assertFalse(result["ids"])
                    self.assertFalse(self.found("Good One", "Bad One"))

    def test_a_day_that_is_none_is_named_with_its_column(self):
        names = ["name", "birth_date"]
        result = self.load(
            self.book(names, ["Good One", "1980-05-05"], ["Bad One", "2025-02-29"]), names
        )
        [message] = result["messages"]
        self.assertIn("birth_date", message["field_path"])
        self.assertIn("line 2", message["message"])
        self.assertFalse(self.found("Good One", "Bad One"))

    def test_excel_s_own_dates_are_dates(self):
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as book:
            sheet = book.add_worksheet("Profiles")
            sheet.write_row(0, 0, ["Name", "Birth Date"])
            sheet.write(1, 0, "Dated One")
            sheet.write_datetime(
                1, 1, date(2000, 2, 29), book.add_format({"num_format": "yyyy-mm-dd"})
            )
        self.assertFalse(self.load(stream.getvalue())["messages"])
        self.assertEqual(self.found("Dated One").birth_date, date(2000, 2, 29))

    def test_a_family_of_somebody_else_s_customer_is_not_imported(self):
        self.company.lifecycle_unowned_visible = False
        other = self.persona("import_other")
        hidden = self.customer("Hidden", user_id=other.id)
        self.env["ir.model.data"].create(
            {"module": "__import__", "name": "hidden", "model": "res.partner", "res_id": hidden.id}
        )
        result = self.load(
            self.book(
                ["id", "family_member_ids/name", "family_member_ids/relation"],
                ["__import__.hidden", "Noga", "Child"],
            ),
            ["id", "family_member_ids/name", "family_member_ids/relation"],
        )
        self.assertTrue(result["messages"])
        self.assertFalse(hidden.family_member_ids)
