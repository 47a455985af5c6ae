import io
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl

from .common import LifecycleCommon

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class WorkbookCommon(LifecycleCommon):
    """Customers of a salesperson and of somebody else, and what reads a workbook."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        export = "base.group_allow_export"
        cls.seller = cls.persona("worth_seller", "user", export)
        cls.analyst = cls.persona("worth_analyst", "analyst", export)
        cls.manager = cls.persona("worth_manager", "manager", export)
        cls.mine = cls.customer("Mine", user_id=cls.seller.id, city="Haifa", ref="M-1")
        cls.theirs = cls.customer("Theirs", user_id=cls.analyst.id, city="Jaffa")
        for partner, amount in ((cls.mine, 1000.0), (cls.theirs, 400.25)):
            cls.invoice(partner, amount)
        cls.hours(cls.mine, 250.0)
        cls.refresh(cls.mine, cls.theirs)

    @classmethod
    def export_of(cls, user, **vals):
        """The wizard as the user's screen would make it."""
        wizard = cls.env["crm.customer.worth.export"].with_user(user).sudo(False)
        context = {"allowed_company_ids": [cls.company.id], "lang": user.lang}
        return wizard.with_context(**context).create({"company_id": cls.company.id, **vals})

    def build(self, export):
        """The workbook's bytes; nothing else is left in its folder."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "worth.xlsx"
            self.built = export.env["crm.customer.worth.report"]._build(export, str(path))
            self.assertEqual(list(Path(folder).iterdir()), [path])
            return path.read_bytes()

    @staticmethod
    def sheets(data, values=True):
        """The workbook's sheets, with the values that formulas show or with the formulas."""
        return openpyxl.load_workbook(io.BytesIO(data), data_only=values).worksheets

    def rows(self, data):
        """The customers' rows by name, dicts by column label."""
        customers = self.sheets(data)[0]
        _totals, head, *rows = customers.iter_rows(values_only=True)
        found = [dict(zip(head, row, strict=True)) for row in rows if any(row)]
        return {row["Customer"]: row for row in found}

    def totals(self, data):
        """The first row, by column label."""
        totals, head = list(self.sheets(data)[0].iter_rows(max_row=2, values_only=True))
        return dict(zip(head, totals, strict=True))

    def about(self, data):
        return dict(self.sheets(data)[2].iter_rows(max_col=2, values_only=True))

    @staticmethod
    def parts(data):
        """The names and the parsed XML of all parts; fails on XML that is none."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: ET.fromstring(archive.read(name)) for name in archive.namelist()}

    @classmethod
    def formulas(cls, data):
        """Every formula element of every sheet."""
        sheets = [tree for name, tree in cls.parts(data).items() if "worksheets/sheet" in name]
        return [element.text for tree in sheets for element in tree.iter(f"{MAIN}f")]
