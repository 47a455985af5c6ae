import tempfile
from pathlib import Path
from unittest.mock import patch
from urllib.parse import unquote

from odoo import fields, http
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .workbook_common import WorkbookCommon

ROUTE = "/lifecycle/customer_worth/"
CONTROLLER = "odoo.addons.crm_lifecycle.controllers.workbook"


@tagged("post_install", "-at_install")
class TestCustomerWorthExport(WorkbookCommon, HttpCase):
    def download(self, user, export_id):
        self.authenticate(user.login, user.login)
        return self.url_open(f"{ROUTE}{export_id}")

    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp()
        self.addCleanup(Path(self.folder).rmdir)  # fails where a file is left behind
        self.patch(tempfile, "tempdir", self.folder)
        self.downloads = self.env["crm.lifecycle.download"]

    def assert_nothing_left(self):
        self.assertEqual(list(Path(self.folder).iterdir()), [])

    # ------------------------------------------------------------------ what comes
    def test_the_button_leads_to_the_workbook(self):
        action = self.export_of(self.seller).action_download()
        self.authenticate(self.seller.login, self.seller.login)
        response = self.url_open(action["url"])
        self.assertEqual(response.status_code, 200)
        self.assertEqual(set(self.rows(response.content)), {"Mine"})
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertIn("no-store", response.headers["Cache-Control"])
        self.assert_nothing_left()

    def test_the_file_name_holds_company_and_date_in_hebrew_too(self):
        self.company.name = 'חברה; בע"מ'
        response = self.download(self.analyst, self.export_of(self.analyst).id)
        name = unquote(response.headers["Content-Disposition"])
        self.assertIn(f'Customer worth חברה; בע"מ {fields.Date.to_string(self.today)}.xlsx', name)

    def test_the_language_is_the_users(self):
        self.env["res.lang"]._activate_lang("he_IL")
        self.analyst.lang = "he_IL"
        response = self.download(self.analyst, self.export_of(self.analyst).id)
        self.assertTrue(self.sheets(response.content)[0].sheet_view.rightToLeft)

    # ------------------------------------------------------------------ who may
    def test_without_the_export_right(self):
        user = self.persona("worth_no_export", "manager")
        export = self.export_of(user)
        with self.assertRaises(AccessError):
            export.action_download()
        answers = [self.download(user, ref) for ref in (export.id, 0)]
        self.assertEqual([answer.status_code for answer in answers], [403, 403])
        self.assertEqual(answers[0].content, answers[1].content)
        self.assertFalse(self.downloads.search([]))

    def test_without_the_lifecycle_app(self):
        user = self.persona("worth_plain", None, "base.group_allow_export")
        export = self.export_of(self.analyst)
        self.assertEqual(self.download(user, export.id).status_code, 403)
        with self.assertRaises(AccessError):
            self.env["crm.customer.worth.export"].with_user(user)._check_export_right()

    def test_portal_users_and_strangers(self):
        portal = new_test_user(self.env, "worth_portal", groups="base.group_portal")
        export = self.export_of(self.analyst)
        self.assertEqual(self.download(portal, export.id).status_code, 403)
        self.authenticate(None, None)
        response = self.url_open(f"{ROUTE}{export.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])

    def test_missing_and_other_peoples_are_the_same_404(self):
        export = self.export_of(self.analyst)
        ids = [export.id, export.id + 10**6, 0, 2**40, 2**70]
        answers = [self.download(self.manager, export_id) for export_id in ids]
        self.assertEqual({answer.status_code for answer in answers}, {404})
        self.assertEqual(len({answer.content for answer in answers}), 1)
        self.assertFalse(self.downloads.search([]))

    def test_the_wizard_is_its_users_own_and_of_their_companies(self):
        export = self.export_of(self.seller)
        with self.assertRaises(AccessError):
            export.with_user(self.manager).sudo(False).read(["reason"])
        other = self.other_company("Worth elsewhere")
        both = [self.company.id, other.id]
        self.seller.write({"company_ids": [(6, 0, both)]})
        export.with_context(allowed_company_ids=both).company_id = other
        self.seller.write({"company_ids": [(6, 0, [self.company.id])]})
        self.assertEqual(self.download(self.seller, export.id).status_code, 404)

    def test_only_get(self):
        export = self.export_of(self.analyst)
        self.authenticate(self.analyst.login, self.analyst.login)
        with mute_logger("odoo.http"):
            response = self.url_open(f"{ROUTE}{export.id}", data={"a": "b"})
        self.assertEqual(response.status_code, 405)

    # ------------------------------------------------------------------ failures
    def test_a_failure_serves_no_file_and_tells_no_secret(self):
        export = self.export_of(self.analyst)

        def fail(report, _export, path):
            Path(path).write_text("half")
            raise ZeroDivisionError("secret")

        report = type(self.env["crm.customer.worth.report"])
        with patch.object(report, "_build", fail), mute_logger(CONTROLLER):
            response = self.download(self.analyst, export.id)
        self.assertEqual(response.status_code, 500)
        for secret in ("Traceback", "secret", "ZeroDivision", "/crm_lifecycle"):
            self.assertNotIn(secret, response.text)
        self.assertFalse(self.downloads.search([]))
        self.assert_nothing_left()

    def test_a_refusal_is_a_sentence(self):
        export = self.export_of(self.analyst)
        with patch("odoo.addons.crm_lifecycle.report.customer_worth_source.ROW_LIMIT", 3):
            response = self.download(self.analyst, export.id)
        self.assertEqual(response.status_code, 400)
        self.assertIn("Choose filters", response.text)
        self.assert_nothing_left()

    def test_the_file_is_gone_before_the_first_byte(self):
        left, export = [], self.export_of(self.analyst)
        get_response = http.Stream.get_response

        def gone_away(stream, **options):
            response = get_response(stream, **options)
            response.call_on_close(lambda: left.extend(Path(self.folder).iterdir()))
            return response

        with patch.object(http.Stream, "get_response", gone_away):
            self.assertEqual(self.download(self.analyst, export.id).status_code, 200)
        self.assertEqual(left, [])

    # ------------------------------------------------------------------ the log
    def test_every_download_is_logged(self):
        export = self.export_of(self.analyst, reason="Bank", tier_a=True, tier_b=True)
        self.download(self.analyst, export.id)
        [row] = self.downloads.search([])
        self.assertEqual(row.user_id, self.analyst)
        self.assertEqual(row.company_id, self.company)
        self.assertEqual(
            (row.row_count, row.reason),
            (
                self.values.search_count(
                    [("company_id", "=", self.company.id), ("tier", "in", ("a", "b"))]
                ),
                "Bank",
            ),
        )
        self.assertEqual(row.filters, "Tiers: A, B")
        self.assertIn(self.company.name, row.name)

    def test_no_context_keeps_a_download_out_of_the_log(self):
        context = {
            "tracking_disable": True,
            "install_mode": True,
            "default_user_id": self.manager.id,
            "default_row_count": 0,
        }
        log = self.downloads.with_user(self.analyst).with_context(**context)
        log._log(self.company, "File", 5, "Why", "")
        [row] = self.downloads.search([])
        self.assertEqual((row.user_id, row.row_count), (self.analyst, 5))

    def test_nobody_changes_the_log(self):
        self.downloads.with_user(self.analyst)._log(self.company, "File", 5, "Why", "")
        row = self.downloads.search([])
        self.assertEqual(row.with_user(self.manager).sudo(False).row_count, 5)
        with self.assertRaises(AccessError):
            row.with_user(self.analyst).sudo(False).read(["name"])
        with self.assertRaises(AccessError):
            self.downloads.with_user(self.manager).sudo(False).create({"name": "Forged"})
        for who in (row, row.with_user(self.manager).sudo(False)):
            with self.assertRaises(UserError):
                who.write({"reason": "Other"})
            with self.assertRaises(UserError):
                who.unlink()
        self.assertTrue(row.exists())

    def test_the_log_forgets_after_two_years(self):
        log = self.downloads.with_user(self.analyst)
        for years in (0, 3):
            day = fields.Datetime.subtract(fields.Datetime.now(), years=years)
            with patch.object(fields.Datetime, "now", return_value=day):
                log._log(self.company, f"{years}", 1, "", "")
        self.assertEqual(self.downloads._gc_downloads(), (1, False))
        self.assertEqual(self.downloads.search([]).mapped("name"), ["0"])
