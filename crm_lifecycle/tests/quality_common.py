"""Customers with and without faults, and what a plain reading says of them."""

import re

from .common import LifecycleCommon

DUPLICATES = ("phone_sanitized", "email_normalized", "vat")


class QualityCommon(LifecycleCommon):
    """``perfect`` makes customers of whom nothing is missing; ``naive_codes`` is the oracle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.persona(
            "quality_seller", groups="sales_team.group_sale_salesman,base.group_partner_manager"
        )
        cls.company.country_id = cls.env.ref("base.il")
        cls.rows = cls.env["crm.customer.quality"]
        cls.runs = cls.env["crm.customer.quality.run"]
        cls.runs.search([]).unlink()
        cls.env.cr.execute("DELETE FROM crm_customer_quality")

    @classmethod
    def perfect(cls, number=1, **vals):
        """A customer with nothing missing, and a row of worth."""
        partner = cls.env["res.partner"].create(
            {
                "name": f"Perfect {number}",
                "phone": f"03-61111{number:02}",
                "email": f"p{number}@example.com",
                "city": "Haifa",
                "country_id": cls.env.ref("base.il").id,
                "birth_date": "1980-05-05",
                "user_id": cls.seller.id,
                "lang": "en_US",
                **vals,
            }
        )
        cls.values.create(
            {"partner_id": partner.id, "company_id": cls.company.id, "value_period": number}
        )
        return partner

    @classmethod
    def crowd(cls):
        """Customers with every mixture of faults, duplicates of all kinds among them."""
        customers = []
        for number in range(24):
            vals = {
                "phone": (f"03-61111{number % 7:02}", "nonsense", False)[number % 3],
                "email": (f"p{number % 5}@example.com", "nonsense", False)[number % 4 % 3],
                "city": "Haifa" if number % 5 else False,
                "is_company": bool(number % 2),
                "birth_date": "1980-05-05" if number % 4 else False,
                "user_id": (cls.seller.id, False, cls.env.ref("base.user_admin").id)[
                    number // 3 % 3
                ],
                "vat": f"IL {number % 6}" if number % 3 else False,
                "message_bounce": int(number % 11 == 0),
            }
            customers.append(cls.perfect(number, **vals))
        return customers

    # ------------------------------------------------------------------ asking
    @classmethod
    def check(cls, *partners):
        cls.env["crm.customer.quality.refresh"]._refresh_customers([one.id for one in partners])

    def quality_of(self, partner, company=None):
        """The customer's row, checked now."""
        self.check(partner)
        return self.known(partner, company)

    def known(self, partner, company=None):
        """The customer's row as it is."""
        company = company or self.company
        return self.rows.search([("partner_id", "=", partner.id), ("company_id", "=", company.id)])

    def codes(self, partner, company=None):
        return set(self.quality_of(partner, company).issue_ids.mapped("code"))

    def known_codes(self, partner):
        return set(self.known(partner).issue_ids.mapped("code"))

    def check_of(self, code):
        return self.env.ref(f"crm_lifecycle.quality_check_{code}")

    def weight_of(self, code):
        return self.check_of(code).weight

    def weights(self):
        return set(self.env["crm.quality.check"].search([]).mapped("code"))

    def table(self):
        """What is stored of everybody, without ids and moments."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT partner_id, company_id, score, issue_count, value_period, duplicate_count,
                      duplicate_elsewhere_count,
                      (SELECT array_agg(check_id ORDER BY check_id)
                         FROM crm_customer_quality_issue_rel WHERE quality_id = quality.id)
                 FROM crm_customer_quality quality ORDER BY 1, 2"""
        )
        return self.env.cr.fetchall()

    # ------------------------------------------------------------------ the oracle
    def naive(self, partner):
        """What applies to a customer, and what of it fails, record by record.

        :return: dict of code to whether it fails
        """
        person = not partner.is_company
        verdict = {
            "no_phone": not partner.phone,
            "no_email": not partner.email,
            "no_address": not partner.city or not partner.country_id,
            "no_salesperson": not partner.user_id,
            "no_language": not partner.lang,
        }
        if partner.phone:
            verdict["bad_phone"] = not partner.phone_sanitized
        if partner.email:
            verdict["bad_email"] = not partner.email_normalized
        if partner.email_normalized:
            verdict["bounced_email"] = partner.message_bounce > 0 or partner.is_blacklisted
        if person:
            verdict["no_birth_date"] = not partner.birth_date
        if person and partner.birth_date:
            verdict["bad_birth_date"] = not 1870 <= partner.birth_date.year < self.today.year
        if partner.is_company:
            verdict["no_vat"] = not self.key(partner, "vat")
        for name in DUPLICATES:
            if self.key(partner, name):
                here, _elsewhere = self.naive_duplicates(partner, name)
                verdict[f"duplicate_{name.split('_')[0]}"] = here > 0
        return verdict

    def key(self, partner, name):
        text = partner[name] or ""
        return re.sub(r"[^0-9A-Za-z]", "", text).upper() if name == "vat" else text

    def naive_duplicates(self, partner, name):
        here, elsewhere = 0, 0
        for other in self.env["res.partner"].search([("id", "!=", partner.id)]):
            alike = self.key(other, name) == self.key(partner, name)
            if not alike or other.commercial_partner_id != other:
                continue
            if other.company_id not in (self.company, self.env["res.company"]):
                continue
            same = other.user_id == partner.user_id
            unowned = not other.user_id and self.company.lifecycle_unowned_visible
            here += bool(same or unowned)
            elsewhere += not (same or unowned)
        return here, elsewhere

    def assertQuality(self, partner):
        """The customer's row is what the naive reading says."""
        row, verdict = self.known(partner), self.naive(partner)
        failed = {code for code, fails in verdict.items() if fails}
        self.assertEqual(set(row.issue_ids.mapped("code")), failed, partner.name)
        self.assertEqual(row.issue_count, len(failed))
        total = sum(self.weight_of(code) for code in verdict)
        wrong = sum(self.weight_of(code) for code in failed)
        self.assertAlmostEqual(row.score, 100 * (total - wrong) / total, 2)
        counts = [self.naive_duplicates(partner, name) for name in DUPLICATES]
        counts = [
            count for count, name in zip(counts, DUPLICATES, strict=True) if self.key(partner, name)
        ]
        self.assertEqual(row.duplicate_count, max((here for here, _else in counts), default=0))
        self.assertEqual(
            row.duplicate_elsewhere_count, max((other for _here, other in counts), default=0)
        )
