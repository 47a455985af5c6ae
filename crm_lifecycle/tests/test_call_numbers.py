import random

import phonenumbers
from odoo.tests import tagged
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from .call_common import HIDDEN_NUMBER, NOBODY, OWN_NUMBER, CallCommon

COUNTRIES = ("IL", "US", "GB", "DE")
KINDS = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE)
NOISE = (
    "%",
    "%%%",
    "_",
    "________",
    "+972%",
    "+9723555123_",
    "+97235551%",
    "*",
    ".*",
    "' OR 1=1 --",
    "\\",
    "(((((",
    "+",
    "++++",
    "00",
    "000000000000",
    "ext",
    "x5",
    ";ext=5",
    "tel:",
    "sip:alice@example.com",
    "<script>alert(1)</script>",
    "FLOWERS",
    "call me",
    "\u202e4321555",
    "\u0660\u0661\u0662",
    "\U0001f4de",
    "\x00",
    "\ud800",
    "1" * 64,
    "+" + "9" * 60,
)


def forms(number, region, dialled_in):
    """Ways in which people and exchanges write a number."""
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    written = [
        e164,
        international,
        phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
        international.replace(" ", "-"),
        international.replace(" ", "."),
        international.replace(" ", "\u00a0"),
        f"  {international}  ",
        "00" + e164[1:],
        e164.translate(
            str.maketrans(
                "0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"
            )
        ),
        f"{international} ext. 12",
        f"{international} x12",
    ]
    if region == dialled_in:
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        digits = "".join(char for char in national if char.isdigit())
        written += [national, digits, f" ({digits[:3]}) {digits[3:]}", national.replace("-", " ")]
    return written


@tagged("post_install", "-at_install")
class TestCallNumbers(CallCommon):
    """A number is compared as a whole, in E.164, however it is written."""

    def whose(self, number):
        numbers = self.env["crm.interaction.number"]
        e164 = numbers._e164(number, self.company)
        return [
            contact for contact, _customer in numbers._contacts([e164], self.company).get(e164, [])
        ]

    def test_more_than_200_written_forms(self):
        tried = 0
        for dialled_in in COUNTRIES:
            self.company.country_id = self.env.ref(f"base.{self.xmlid(dialled_in)}")
            for region in COUNTRIES:
                for kind in KINDS:
                    number = phonenumbers.example_number_for_type(region, kind)
                    tried += self.try_number(number, region, dialled_in)
        self.assertGreater(tried, 400)

    def xmlid(self, region):
        return {"GB": "uk"}.get(region, region.lower())

    def try_number(self, number, region, dialled_in):
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        country = self.env.ref(f"base.{self.xmlid(region)}")
        national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        contact = self.customer("Written nationally", phone=national, country_id=country.id)
        self.assertEqual(contact.phone_sanitized, e164)
        written = forms(number, region, dialled_in)
        for text in written:
            with self.subTest(text, country=dialled_in):
                self.assertEqual(self.whose(text), contact.ids)
        contact.unlink()
        return len(written)

    def test_no_part_of_a_number_and_no_wildcard_matches(self):
        whole = OWN_NUMBER[1:]
        parts = {whole[start:end] for start in range(12) for end in range(start + 1, 12)}
        parts -= {whole, whole[3:]}
        parts |= {OWN_NUMBER[:-1], OWN_NUMBER + "0", "0" + whole[4:], "%" + whole, whole + "%"}
        self.assertGreater(len(parts), 60)
        for part in parts:
            with self.subTest(part):
                self.assertNotIn(self.hidden.id, self.whose(part))
                self.assertTrue(
                    self.whose(part) == []
                    or self.env["crm.interaction.number"]._e164(part, self.company) == OWN_NUMBER
                )

    def test_noise_never_throws_and_matches_nobody(self):
        random.seed(7)
        alphabet = "0123456789+-() ./%_*#;,extabcABC\u200e\u202e\u05d0\u0660\uff11'\"\\<>"
        noise = ["".join(random.choices(alphabet, k=random.randint(1, 40))) for _n in range(3000)]
        customers = {self.own.id, self.hidden.id}
        for text in (*NOISE, *noise):
            self.assertFalse(customers & set(self.whose(text)), repr(text))

    def test_the_contact_s_country_makes_the_contact_s_number(self):
        contact = self.customer(
            "Londoner", phone="020 7946 0018", country_id=self.env.ref("base.uk").id
        )
        self.assertEqual(self.whose("+442079460018"), contact.ids)
        self.assertEqual(self.whose("020 7946 0018"), [], "In Israel this is no such number.")

    def test_numbers_are_looked_up_by_index(self):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'res_partner'"
            " AND indexdef LIKE '%%btree (phone_sanitized)%%'"
        )
        self.assertTrue(self.env.cr.fetchall())

    def test_a_company_without_country_knows_international_numbers(self):
        self.company.country_id = False
        self.env.company.country_id = False
        self.assertEqual(self.whose(HIDDEN_NUMBER), self.hidden.ids)
        self.assertEqual(self.whose("03-555-1299"), [])
        self.assertEqual(self.whose(NOBODY), [])
