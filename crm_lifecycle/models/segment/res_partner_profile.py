from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine import dates
from ..value.res_partner import COMPARE, USER
from .viewer_field import (
    ViewerChar,
    ViewerDate,
    ViewerFloat,
    ViewerMany2many,
    ViewerOne2many,
    ViewerSelection,
)

FAMILY_STATUS = [
    ("single", "Single"),
    ("couple", "In a relationship"),
    ("married", "Married"),
    ("divorced", "Divorced"),
    ("widowed", "Widowed"),
]
AGE_BANDS = [(band, band) for band in dates.AGE_BANDS]
AGES = ("age", "age_band", "days_to_birthday")


class ResPartner(models.Model):
    """The profile of a person, a part of the contact: who reads the contact in this app reads it.

    Age, age band and days to the next birthday are those of the user's today and stored
    nowhere: a search turns them into days of birth, a grouping into SQL (``_age_sql``), and
    both agree with ``engine.dates``. Without a birth date, or before it, they are empty, which
    a number shows as 0: ask ``birth_date`` too.
    """

    _inherit = "res.partner"

    birth_date = ViewerDate(groups=USER)
    age = fields.Integer(
        compute="_compute_age",
        search="_search_age",
        compute_sudo=False,
        groups=USER,
        aggregator="avg",
        help="Full years, today.",
    )
    age_band = fields.Selection(
        AGE_BANDS,
        compute="_compute_age",
        search="_search_age_band",
        compute_sudo=False,
        groups=USER,
    )
    days_to_birthday = fields.Integer(
        compute="_compute_age",
        search="_search_days_to_birthday",
        compute_sudo=False,
        groups=USER,
        aggregator=None,
        help="0 on the day itself. Whoever was born on 29 February has it on the 28th "
        "in common years.",
    )
    family_status = ViewerSelection(FAMILY_STATUS, groups=USER)
    family_member_ids = ViewerOne2many(
        "crm.family.member", "partner_id", "Family", groups=USER, copy=False
    )
    interest_ids = ViewerMany2many(
        "crm.interest", "crm_interest_partner_rel", string="Interests", groups=USER
    )
    occupation = ViewerChar(groups=USER, size=200)
    preferred_hour_from = ViewerFloat("Contact from", groups=USER, digits=(4, 2))
    preferred_hour_to = ViewerFloat(
        "Contact until", groups=USER, digits=(4, 2), help="Before the start: past midnight."
    )
    do_not_contact_channel_ids = ViewerMany2many(
        "crm.interaction.channel",
        "crm_channel_refused_partner_rel",
        string="Do Not Contact by",
        groups=USER,
    )

    _preferred_hours = models.Constraint(
        """CHECK (preferred_hour_from >= 0 AND preferred_hour_from <= 24
                  AND preferred_hour_to >= 0 AND preferred_hour_to <= 24)""",
        "The hours of contact are between 0 and 24.",
    )

    # ------------------------------------------------------------------ ages
    @api.depends_context("tz")
    @api.depends("birth_date")
    def _compute_age(self):
        today = fields.Date.context_today(self)
        for partner in self:
            birth = partner.birth_date
            years = dates.age(birth, today) if birth else None
            partner.age = years
            partner.age_band = dates.age_band(years)
            partner.days_to_birthday = dates.days_to_birthday(birth, today) if birth else None

    def _search_age(self, operator, value):
        today = fields.Date.context_today(self)
        if operator in COMPARE:
            return self._age_domain(today, operator, self._number_searched(value))
        if operator != "in":
            return NotImplemented
        ages = [years for years in value if years is not False and years in range(10000)]
        bands = [(int(years), int(years)) for years in ages]
        return self._born_domain(today, bands, any(years is False for years in value))

    @api.model
    def _age_domain(self, today, operator, value):
        """Those whose age compares so: the young have a later day of birth."""
        if not -dates.date.max.year < value < dates.date.max.year:
            # Beyond the calendar, infinite or no number: true of everybody's age or of nobody's.
            everybody = COMPARE[operator](0, value)
            return Domain("birth_date", "<=", today) if everybody else Domain.FALSE
        born = dates.born_by(today, dates.at_least(operator, value))
        if operator in (">", ">="):
            return Domain("birth_date", "<=", born)
        young = Domain("birth_date", "<=", today) & Domain("birth_date", ">", born)
        return Domain.FALSE if born == today else young

    @api.model
    def _born_domain(self, today, bands, unknown):
        """Those in one of the bands, pairs of ages; those without an age where asked for."""
        domains = []
        for low, high in bands:
            after, until = dates.born_between(today, low, high)
            domains.append(Domain("birth_date", ">", after) & Domain("birth_date", "<=", until))
        if unknown:
            domains.append(Domain("birth_date", "=", False) | Domain("birth_date", ">", today))
        return Domain.OR(domains)

    def _search_age_band(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        bands = [dates.AGE_BANDS[band] for band in value if band in dates.AGE_BANDS]
        return self._born_domain(today, bands, False in value)

    def _search_days_to_birthday(self, operator, value):
        name = "days_to_birthday"
        self.sudo(False)._check_field_access(self._fields[name], "read")
        if operator in COMPARE:
            value, sign = self._number_searched(value), SQL(operator)
            return Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s %s %s", model._field_to_sql(alias, name, query), sign, value
                )
            )
        if operator != "in":
            return NotImplemented
        days = [self._number_searched(number) for number in value if number is not False]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = ANY(%s::float[])", model._field_to_sql(alias, name, query), days
            )
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in AGES:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        birth = super()._field_to_sql(alias, "birth_date", query)
        today = SQL("%s::date", fields.Date.context_today(self))
        return SQL(
            "(CASE WHEN %s <= %s THEN %s END)",
            birth,
            today,
            self._age_sql(field_expr, birth, today),
        )

    @api.model
    def _age_sql(self, name, birth, today):
        """What one of ``AGES`` is, in SQL, for a day of birth that is not in the future.

        A day plus a number of years is, in PostgreSQL, the 28th for a 29 February.
        """
        years = SQL("(EXTRACT(YEAR FROM %s) - EXTRACT(YEAR FROM %s))::int", today, birth)
        this_year = SQL("(%s + make_interval(years => %s))::date", birth, years)
        passed = SQL("(%s < %s)::int", this_year, today)
        if name == "days_to_birthday":
            return SQL(
                "((%s + make_interval(years => %s + %s))::date - %s)", birth, years, passed, today
            )
        age = SQL("(%s - (%s > %s)::int)", years, this_year, today)
        if name == "age":
            return age
        bands = SQL(" ").join(
            SQL("WHEN %s <= %s THEN %s", age, high, band)
            for band, (_low, high) in dates.AGE_BANDS.items()
            if high is not None
        )
        return SQL("(CASE %s ELSE %s END)", bands, list(dates.AGE_BANDS)[-1])

    # ------------------------------------------------------------------ checks
    @api.constrains("birth_date")
    def _check_birth_date(self):
        self._check_birth_dates(self)

    @api.model
    def _check_birth_dates(self, records):
        """Refuse days that nobody alive was born on; data quality reports those that slip in."""
        today = fields.Date.context_today(self)
        for record in records.filtered("birth_date"):
            if not dates.EARLIEST_BIRTH <= record.birth_date <= today:
                raise ValidationError(
                    self.env._(
                        "%(day)s is no birth date: enter one between 1870 and today.",
                        day=fields.Date.to_string(record.birth_date),
                    )
                )
