import tempfile
from pathlib import Path
from unittest.mock import patch
from urllib.parse import unquote

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .process_book_common import ProcessBookCommon

ROUTE = "/lifecycle/sales_process/"
CONTROLLER = "odoo.addons.crm_lifecycle.controllers.workbook"


@tagged("post_install", "-at_install")
class TestSalesProcessExport(ProcessBookCommon, HttpCase):
    """The doors of the *Sales process* workbook."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fill(12)

    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp()
        self.addCleanup(Path(self.folder).rmdir)  # fails where a file is left behind
        self.patch(tempfile, "tempdir", self.folder)
        self.downloads = self.env["crm.lifecycle.download"]

    def download(self, user, export_id):
        self.authenticate(user.login, user.login)
        return self.url_open(f"{ROUTE}{export_id}")

    def test_the_button_leads_to_the_workbook_which_is_logged(self):
        export = self.export_of(self.boss, reason="Board", phase="acquisition")
        action = export.action_download()
        self.authenticate(self.boss.login, self.boss.login)
        response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200)
        self.assertEqual(len(self.table(response.content, "Leads")), export.lead_count)
        name = unquote(response.headers["Content-Disposition"])
        self.assertIn(f"Sales process {self.company.name} {self.days[0]} - {self.days[1]}", name)
        [row] = self.downloads.search([])
        self.assertEqual((row.user_id, row.company_id), (self.boss, self.company))
        self.assertEqual((row.row_count, row.reason), (export.lead_count, "Board"))
        self.assertIn("Process: Acquisition", row.filters)

    def test_without_the_export_right(self):
        user = self.persona("process_no_export", "analyst", "sales_team.group_sale_manager")
        export = self.export_of(user)
        with self.assertRaises(AccessError):
            export.action_download()
        answers = [self.download(user, ref) for ref in (export.id, 0)]
        self.assertEqual([answer.status_code for answer in answers], [403, 403])
        self.assertEqual(answers[0].content, answers[1].content)
        self.assertFalse(self.downloads.search([]))

    def test_without_the_right_to_read_leads(self):
        export = self.export_of(self.boss)
        plain = self.persona("process_plain", "analyst", "base.group_allow_export")
        portal = new_test_user(self.env, "process_portal", groups="base.group_portal")
        for user in (plain, portal):
            self.assertEqual(self.download(user, export.id).status_code, 403)

    def test_strangers_are_asked_to_log_in(self):
        export = self.export_of(self.boss)
        self.authenticate(None, None)
        response = self.url_open(f"{ROUTE}{export.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 303)

    def test_missing_and_other_peoples_are_the_same_404(self):
        export = self.export_of(self.boss)
        answers = [
            self.download(self.sellers[0], ref) for ref in (export.id, export.id + 10**6, 2**40)
        ]
        self.assertEqual({answer.status_code for answer in answers}, {404})
        self.assertEqual(len({answer.content for answer in answers}), 1)
        self.assertFalse(self.downloads.search([]))
        with self.assertRaises(AccessError):
            export.with_user(self.sellers[0]).sudo(False).read(["reason"])

    def test_a_failure_serves_no_file_and_tells_no_secret(self):
        export = self.export_of(self.boss)

        def fail(report, _export, path):
            Path(path).write_text("half")
            raise ZeroDivisionError("secret")

        report = type(self.env["crm.sales.process.report"])
        with patch.object(report, "_build", fail), mute_logger(CONTROLLER):
            response = self.download(self.boss, export.id)
        self.assertEqual(response.status_code, 500)
        self.assertNotIn("secret", response.text)
        self.assertFalse(self.downloads.search([]))

    def test_a_refusal_is_a_sentence(self):
        export = self.export_of(self.boss)
        with patch("odoo.addons.crm_lifecycle.report.sales_process_source.ROW_LIMIT", 4):
            response = self.download(self.boss, export.id)
        self.assertEqual(response.status_code, 400)
        self.assertIn("shorter period", response.text)
