import io
from datetime import datetime
from pathlib import Path

import xlsxwriter
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_common import AccessCommon

FIELDS = ("date", "partner_id", "channel_id", "direction", "minutes", "said", "topic_ids")
HEADERS = ("מתי", "לקוח", "ערוץ", "מי יזם", "דקות", "מה נאמר", "נושאים")
OPTIONS = {"has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8"}
TEMPLATE = Path(__file__).parents[1] / "static" / "xls" / "contact_log_import_template.xlsx"


@tagged("post_install", "-at_install")
class TestInteractionImport(AccessCommon):
    """Contacts out of a workbook, through Odoo's import dialog."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own.name = "חלונות הצפון"
        parent = cls.env["crm.interaction.topic"].create({"name": "משלוח"})
        cls.topic = cls.env["crm.interaction.topic"].create(
            {"name": "איחור", "parent_id": parent.id}
        )
        cls.row = [
            fields.Datetime.to_datetime("2026-01-05 10:30:00"),
            cls.own.name,
            "Call",
            "in",
            7.5,
            "שלום",
            "",
        ]

    def setUp(self):
        super().setUp()
        self.before = self.env["crm.interaction"].search_count([])

    def workbook(self, rows, headers=HEADERS):
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream)
        sheet, moment = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, row in enumerate([headers, *rows]):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, column, value, moment)
                else:
                    sheet.write(number, column, value)
        book.close()
        return stream.getvalue()

    def start(self, content, user=None):
        # The dialog tracks no history unless asked to.
        wizards = self.ask(user or self.a, "base_import.import")
        return wizards.with_context(tracking_disable=True).create(
            {
                "res_model": "crm.interaction",
                "file": content,
                "file_name": "contacts.xlsx",
                "file_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            }
        )

    def load(self, rows, user=None, names=FIELDS, headers=HEADERS, dryrun=False):
        """Import rows as the dialog does, with the columns matched by hand."""
        wizard = self.start(self.workbook(rows, headers), user)
        return wizard.execute_import(list(names), list(headers), dict(OPTIONS), dryrun=dryrun)

    def imported(self):
        return self.env["crm.interaction"].search_count([]) - self.before

    def errors(self, result):
        return [message for message in result["messages"] if message["type"] == "error"]

    def assertNothing(self, result, *words):
        """It failed, named what is wrong, and left nothing behind."""
        self.assertFalse(result.get("ids"))
        self.env.flush_all()
        self.assertEqual(self.imported(), 0)
        messages = " ".join(str(message) for message in result["messages"])
        for word in words:
            self.assertIn(word, messages)

    # ------------------------------------------------------------------ good files
    def test_a_hebrew_workbook_is_imported(self):
        result = self.load([[*self.row[:-1], "משלוח / איחור"]])
        self.assertFalse(self.errors(result), result)
        talk = self.env["crm.interaction"].browse(result["ids"])
        self.assertEqual(talk.partner_id, self.own)
        self.assertEqual((talk.said, talk.minutes), ("שלום", 7.5))
        self.assertEqual(talk.topic_ids, self.topic)
        self.assertEqual(talk.date, fields.Datetime.to_datetime("2026-01-05 10:30:00"))
        self.assertEqual((talk.source, talk.user_id), ("import", self.a))

    def test_customers_are_found_by_name_e_mail_and_external_id(self):
        self.own.email = "windows@north.example"
        self.env["ir.model.data"].create(
            {"module": "old", "name": "c1", "model": "res.partner", "res_id": self.own.id}
        )
        for value, column in (
            (self.own.name, "partner_id"),
            ("windows@north.example", "partner_id"),
            ("old.c1", "partner_id/id"),
            (str(self.own.id), "partner_id/.id"),
        ):
            with self.subTest(column=column, value=value):
                names = [column if name == "partner_id" else name for name in FIELDS]
                row = [self.row[0], value, *self.row[2:]]
                result = self.load([row], names=names)
                self.assertFalse(self.errors(result), result)

    def test_the_template_is_offered_and_imports_as_it_is(self):
        [offered] = self.ask(self.a, "crm.interaction").get_import_templates()
        self.assertTrue(offered["template"].endswith(TEMPLATE.name))
        self.assertTrue(TEMPLATE.exists())
        self.customer("Azure Interior of the test", ref="Azure Interior", user_id=self.a.id)
        self.env["res.partner"].search([("name", "=", "Azure Interior")]).name = "Another"
        wizard = self.start(TEMPLATE.read_bytes())
        preview = wizard.parse_preview(dict(OPTIONS))
        self.assertFalse(preview.get("error"), preview)
        matched = {int(column): path[0] for column, path in preview["matches"].items()}
        self.assertEqual(len(matched), len(preview["headers"]), "Every column found its field.")
        names = [matched[column] for column in range(len(matched))]
        self.assertEqual(names[:5], ["date", "partner_id", "channel_id", "direction", "minutes"])
        result = wizard.execute_import(names, preview["headers"], dict(OPTIONS))
        self.assertFalse(self.errors(result), result)
        talks = self.env["crm.interaction"].browse(result["ids"])
        self.assertEqual(talks.mapped("direction"), ["in", "out"])
        self.assertEqual(talks.mapped("complaint_state"), [False, "open"])
        self.assertEqual(talks.mapped("satisfaction"), ["4", "2"])

    def test_a_thousand_rows(self):
        rows = [[*self.row[:5], f"שורה {number}", ""] for number in range(1000)]
        result = self.load(rows)
        self.assertFalse(self.errors(result), result["messages"][:3])
        self.assertEqual(self.imported(), 1000)

    def test_a_try_imports_nothing(self):
        result = self.load([self.row], dryrun=True)
        self.assertFalse(self.errors(result))
        self.assertEqual(self.imported(), 0)

    # ------------------------------------------------------------------ bad files
    def test_a_bad_number_is_named_and_nothing_is_imported(self):
        bad = [*self.row[:4], "seven", *self.row[5:]]
        self.assertNothing(self.load([self.row, bad]), "seven")

    def test_a_bad_date_is_named_and_nothing_is_imported(self):
        bad = ["2026-02-31 10:00:00", *self.row[1:]]
        self.assertNothing(self.load([self.row, bad]), "line 2", "date")

    @mute_logger("odoo.sql_db")
    def test_bad_rows_are_named_with_their_line(self):
        for column, value, reason in (
            (1, "Nobody of that name", "Nobody of that name"),
            (2, "Pigeon", "Pigeon"),
            (3, "sideways", "sideways"),
            (4, -5, "between zero and a week"),
        ):
            bad = [*self.row[:column], value, *self.row[column + 1 :]]
            with self.subTest(reason):
                result = self.load([self.row, self.row, bad, self.row])
                self.assertNothing(result, reason)
                lines = {error["rows"]["from"] for error in self.errors(result)}
                self.assertEqual(lines, {2}, "Counted from nought, without the header.")

    def test_a_customer_of_somebody_else_is_refused_with_its_line(self):
        bad = [self.row[0], self.hidden.name, *self.row[2:]]
        result = self.load([self.row, bad])
        self.assertNothing(result, "You can only choose customers you look after")
        self.assertEqual({error["rows"]["from"] for error in self.errors(result)}, {1})
        self.assertFalse(self.errors(self.load([self.row, bad], self.manager)))

    def test_outsiders_import_nothing(self):
        for user in (self.employee, self.creator):
            with self.subTest(user.login):
                try:
                    result = self.load([self.row], user)
                except AccessError:
                    result = {"messages": []}
                self.assertNothing(result)

    # ------------------------------------------------------------------ the context is no key
    def test_the_import_context_opens_nothing(self):
        talks = self.ask(self.a, "crm.interaction").with_context(import_file=True)
        vals = {"channel_id": self.env.ref("crm_lifecycle.channel_call").id}
        self.assertRefuses(lambda: talks.create({"partner_id": self.hidden.id, **vals}))
        self.assertRefuses(
            lambda: (
                talks.load(["partner_id/.id", "channel_id"], [[str(self.hidden.id), "Call"]])["ids"]
                or talks.browse().check_access("unlink")
            )
        )
        own = talks.create(
            {"partner_id": self.own.id, "source": "email", "source_res_id": 99, **vals}
        )
        self.assertEqual((own.source, own.source_res_id), ("import", 0))
        self.assertEqual(
            talks.with_context(import_file=False)
            .create({"partner_id": self.own.id, **vals})
            .source,
            "manual",
        )
