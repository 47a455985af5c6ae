from odoo import api, models
from odoo.tools import SQL

from ...engine.dates import EARLIEST_BIRTH

# How a VAT number is compared: without spaces, dots and dashes, in capitals. The index of
# res.partner has the same expression.
VAT_KEY = r"upper(regexp_replace({}, '[^[:alnum:]]', '', 'g'))"


class CrmCustomerQualitySource(models.AbstractModel):
    """What is checked of a customer, as SQL.

    ``_customers`` has a row per customer and company with the columns that the checks read.
    Each check is one ``SELECT`` on it, of ``partner_id, company_id, failed``, for the customers
    it applies to; ``_checks`` names them by the code of their ``crm.quality.check``. To add a
    check, add its record, its method, and a line in ``_checks``.

    Duplicates are counted from groups of equal keys by owner, never pair by pair: ten thousand
    contacts with one phone number cost as much as ten thousand with their own.
    """

    _name = "crm.customer.quality.source"
    _description = "Sources of Data Quality"

    @api.model
    def _checks(self):
        """The checks: dict of code to ``SELECT``. Override to add one or to leave one out."""
        return {
            "no_phone": self._check(SQL("phone IS NULL")),
            "bad_phone": self._check(SQL("phone_key IS NULL"), SQL("phone IS NOT NULL")),
            "no_email": self._check(SQL("email IS NULL")),
            "bad_email": self._check(SQL("email_key IS NULL"), SQL("email IS NOT NULL")),
            "bounced_email": self._check_bounced_email(),
            "no_address": self._check(SQL("city IS NULL OR country_id IS NULL")),
            "no_birth_date": self._check(SQL("birth_date IS NULL"), SQL("NOT is_company")),
            "bad_birth_date": self._check(
                SQL("birth_date > as_of OR birth_date < %s", EARLIEST_BIRTH),
                SQL("NOT is_company AND birth_date IS NOT NULL"),
            ),
            "no_salesperson": self._check(SQL("user_id IS NULL")),
            "no_language": self._check(SQL("lang IS NULL")),
            "no_vat": self._check(SQL("vat_key IS NULL"), SQL("is_company")),
            "duplicate_phone": self._check_duplicate("phone"),
            "duplicate_email": self._check_duplicate("email"),
            "duplicate_vat": self._check_duplicate("vat"),
        }

    @api.model
    def _check(self, failed, applies=None):
        """The ``SELECT`` of a check that needs nothing but the customer's columns."""
        return SQL(
            "SELECT partner_id, company_id, (%s) AS failed FROM customer WHERE %s",
            failed,
            applies or SQL("TRUE"),
        )

    @api.model
    def _check_bounced_email(self):
        """Mail that came back, or that may not be sent."""
        return self._check(
            SQL(
                """message_bounce > 0 OR EXISTS (SELECT 1 FROM mail_blacklist
                                                  WHERE mail_blacklist.email = email_key
                                                    AND mail_blacklist.active)"""
            ),
            SQL("email_key IS NOT NULL"),
        )

    @api.model
    def _check_duplicate(self, kind):
        return SQL(
            "SELECT partner_id, company_id, (here > 0) AS failed FROM doubled WHERE kind = %s", kind
        )

    @api.model
    def _checked(self):
        """All checks together: partner_id, company_id, code, failed."""
        return SQL(" UNION ALL ").join(
            SQL("SELECT partner_id, company_id, %s AS code, failed FROM (%s) one", code, select)
            for code, select in self._checks().items()
        )

    # ------------------------------------------------------------------ customers
    @api.model
    def _customers(self, scope):
        """The customers of a scope: active commercial partners whose worth we keep."""
        return SQL(
            """SELECT value.partner_id, value.company_id, value.value_period,
                      %(as_of)s::date AS as_of,
                      COALESCE(partner.is_company, FALSE) AS is_company,
                      NULLIF(TRIM(partner.phone), '') AS phone,
                      NULLIF(TRIM(partner.email), '') AS email,
                      NULLIF(TRIM(partner.city), '') AS city,
                      partner.country_id, partner.birth_date,
                      partner.user_id, NULLIF(partner.lang, '') AS lang,
                      COALESCE(partner.message_bounce, 0) AS message_bounce,
                      %(phone)s AS phone_key, %(email)s AS email_key, %(vat)s AS vat_key,
                      %(manager)s AS manager_id,
                      company.lifecycle_unowned_visible AS unowned_visible,
                      (partner.company_id IS NULL
                       OR partner.company_id = value.company_id)::int AS counts_itself
                 FROM crm_customer_value value
                 JOIN res_partner partner ON partner.id = value.partner_id
                 JOIN res_company company ON company.id = value.company_id
                WHERE partner.active AND partner.commercial_partner_id = partner.id
                  AND %(scope)s AND %(of_partner)s""",
            as_of=scope.as_of,
            scope=scope.of_customer(SQL("value.partner_id")),
            of_partner=scope.of_customer(SQL("partner.id")),
            manager=self._manager("partner", SQL("value.company_id")),
            **self._keys("partner"),
        )

    @api.model
    def _keys(self, alias):
        """What makes two customers alike, by kind. Override to compare more or less strictly."""
        vat = SQL(VAT_KEY.format("%s"), SQL.identifier(alias, "vat"))
        return {
            "phone": SQL("NULLIF(%s, '')", SQL.identifier(alias, "phone_sanitized")),
            "email": SQL("NULLIF(%s, '')", SQL.identifier(alias, "email_normalized")),
            "vat": SQL("NULLIF(%s, '')", vat),
        }

    @api.model
    def _manager(self, alias, company):
        """The account manager of a partner in a company."""
        return SQL(
            "(%s ->> (%s)::text)::int", SQL.identifier(alias, "own_account_manager_id"), company
        )

    # ------------------------------------------------------------------ duplicates
    @api.model
    def _alike(self):
        """How many active customers have one of the keys, by owners."""
        return SQL(" UNION ALL ").join(self._alike_by(kind) for kind in self._keys("other"))

    @api.model
    def _alike_by(self, kind):
        key = SQL.identifier(f"{kind}_key")
        return SQL(
            """SELECT wanted.company_id, %(kind)s AS kind, wanted.key,
                      other.user_id, %(manager)s AS manager_id, COUNT(*) AS count
                 FROM (SELECT DISTINCT company_id, %(key)s AS key
                         FROM customer WHERE %(key)s IS NOT NULL) wanted
                 JOIN res_partner other ON %(same)s AND %(counts)s
                GROUP BY 1, 2, 3, 4, 5""",
            kind=kind,
            key=key,
            manager=self._manager("other", SQL("wanted.company_id")),
            same=self._same(kind, SQL("wanted.key")),
            counts=self._counts(SQL("wanted.company_id")),
        )

    @api.model
    def _same(self, kind, key):
        """That ``other`` has a key. Not NULLIF: so that the indexes serve."""
        columns = {
            "phone": SQL("other.phone_sanitized"),
            "email": SQL("other.email_normalized"),
            "vat": SQL(VAT_KEY.format("%s"), SQL("other.vat")),
        }
        return SQL("%s = %s", columns[kind], key)

    @api.model
    def _counts(self, company):
        """That ``other`` can be a duplicate: an active customer of all companies or of this one."""
        return SQL(
            """other.active AND other.commercial_partner_id = other.id
               AND (other.company_id IS NULL OR other.company_id = %s)""",
            company,
        )

    @api.model
    def _doubled(self):
        """Duplicates of each customer by kind: with the same owners (``here``), and elsewhere.

        Unowned ones are here as well, where everybody in the company sees those.
        """
        keys = SQL(", ").join(
            SQL("(%s, %s)", kind, SQL.identifier("customer", f"{kind}_key"))
            for kind in self._keys("other")
        )
        here = SQL(
            """(alike.user_id IS NOT DISTINCT FROM customer.user_id
                AND alike.manager_id IS NOT DISTINCT FROM customer.manager_id)
               OR (alike.user_id IS NULL AND alike.manager_id IS NULL
                   AND customer.unowned_visible)"""
        )
        return SQL(
            """SELECT customer.partner_id, customer.company_id, own.kind,
                      COALESCE(SUM(alike.count) FILTER (WHERE %(here)s), 0)
                        - customer.counts_itself AS here,
                      COALESCE(SUM(alike.count) FILTER (WHERE NOT (%(here)s)), 0) AS elsewhere
                 FROM customer
                 CROSS JOIN LATERAL (VALUES %(keys)s) AS own (kind, key)
                 LEFT JOIN alike ON alike.company_id = customer.company_id
                                AND alike.kind = own.kind AND alike.key = own.key
                WHERE own.key IS NOT NULL
                GROUP BY customer.partner_id, customer.company_id, own.kind,
                         customer.counts_itself""",
            here=here,
            keys=keys,
        )

    @api.model
    def _duplicate_ids(self, quality):
        """The customers that share a key with the customer of a row, whoever looks after them.

        :return: list of partner ids
        """
        self._flush_sources()
        same = SQL(" OR ").join(
            self._same(kind, key) for kind, key in self._keys("partner").items()
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT other.id FROM res_partner partner JOIN res_partner other ON %s
                    WHERE partner.id = %s AND other.id <> partner.id AND %s
                    ORDER BY other.id LIMIT 100""",
                same,
                quality.partner_id.id,
                self._counts(SQL("%s", quality.company_id.id)),
            )
        )
        return [partner_id for (partner_id,) in rows]

    @api.model
    def _flush_sources(self):
        """Write what the statements read. Override together with the checks."""
        for model in (
            "res.partner",
            "res.company",
            "mail.blacklist",
            "crm.customer.value",
            "crm.quality.check",
        ):
            self.env[model].flush_model()
