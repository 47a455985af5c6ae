import io

import openpyxl
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .test_bonus import BonusCommon


@tagged("post_install", "-at_install")
class TestBonusExport(BonusCommon, HttpCase):
    """The doors of the *Retention bonus* workbook, and what is in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "base.group_allow_export"
        cls.reader = cls.persona("bonus_reader", "analyst", groups)
        cls.seller = cls.persona("bonus_seller", "user", groups)
        cls.buyer = cls.customer_of(cls.anna, name="=Buyer & Co")
        cls.sold(cls.buyer, 100, -10)
        cls.sold(cls.buyer, 11, -5, cls.ben)
        cls.period.action_compute()

    def export_of(self, user, **vals):
        vals = {"company_id": self.company.id, "period_id": self.period.id, **vals}
        return self.env["crm.bonus.export"].with_user(user).create(vals)

    def download(self, user, export):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/lifecycle/retention_bonus/{export.id}")

    def test_an_analyst_downloads_it_and_it_is_logged(self):
        export = self.export_of(self.reader, reason="Payroll")
        response = self.download(self.reader, export)
        self.assertEqual(response.status_code, 200)
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        self.assertEqual(book.sheetnames, ["Summary", "People", "Invoices"])
        people = [row[:4] for row in book["People"].iter_rows(min_row=5, values_only=True)]
        self.assertEqual(
            {(row[0], row[1], row[2]) for row in people},
            {(self.anna.name, 1, 100), (self.ben.name, 1, 11)},
        )
        invoices = list(book["Invoices"].iter_rows(min_row=5, values_only=True))
        self.assertEqual(sum(row[4] for row in invoices), 111)
        self.assertEqual({row[2] for row in invoices}, {"=Buyer & Co"})
        [row] = self.env["crm.lifecycle.download"].search([("company_id", "=", self.company.id)])
        self.assertEqual((row.user_id, row.row_count, row.reason), (self.reader, 2, "Payroll"))
        self.assertIn("Period: ", row.filters)

    def test_others_get_none(self):
        export = self.export_of(self.reader)
        for user in (self.seller, self.anna):
            self.assertEqual(self.download(user, export).status_code, 403)
            with self.assertRaises(AccessError):
                self.export_of(user)
        self.assertEqual(self.download(self.analyst, export).status_code, 403)  # no export right
        other = self.persona("bonus_other", "manager", "base.group_allow_export")
        self.assertEqual(self.download(other, export).status_code, 404)

    def test_a_period_of_another_company_is_refused(self):
        other = self.other_company()
        period = self.new_period(company_id=other.id)
        with self.assertRaises(AccessError):
            self.export_of(self.reader, period_id=period.id)
        export = self.export_of(self.reader)
        with self.assertRaises(AccessError):
            export.period_id = period

    def test_the_button_leads_there(self):
        export = self.export_of(self.reader)
        self.assertEqual(export.action_download()["url"], f"/lifecycle/retention_bonus/{export.id}")

    def test_nobodys_name_is_a_word(self):
        self.sold(self.buyer, 5, -3, self.env["res.users"])
        self.period.action_compute()
        sheet = self.env["crm.bonus.report"]._people(self.export_of(self.reader))
        self.assertIn("Nobody", [row[0] for row in sheet.rows])
