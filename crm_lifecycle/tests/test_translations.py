from io import BytesIO

import polib
from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import trans_export


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    """The template has the terms of the code and screens, and Hebrew has all of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = polib.pofile(file_path("crm_lifecycle/i18n/crm_lifecycle.pot"))
        cls.hebrew = polib.pofile(file_path("crm_lifecycle/i18n/he.po"))

    def terms(self, catalogue):
        return {entry.msgid for entry in catalogue}

    def test_the_template_is_current(self):
        buffer = BytesIO()
        trans_export(None, ["crm_lifecycle"], buffer, "po", self.env)
        current = polib.pofile(buffer.getvalue().decode())
        missing = self.terms(current) - self.terms(self.template)
        self.assertFalse(missing, "Export again: bin/odoo i18n export -d DB crm_lifecycle")

    def test_hebrew_is_complete(self):
        self.assertEqual(self.terms(self.hebrew), self.terms(self.template))
        self.assertFalse(self.hebrew.untranslated_entries())
        self.assertFalse(self.hebrew.fuzzy_entries())

    def test_hebrew_is_hebrew(self):
        for entry in self.hebrew:
            if not any(letter.isalpha() for letter in entry.msgid):
                continue  # 18-24 is the same in both
            with self.subTest(entry.msgid):
                self.assertRegex(entry.msgstr, "[\u0590-\u05ff]")
