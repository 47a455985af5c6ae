import logging
from contextlib import contextmanager

import psycopg2
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.models import READ_GROUP_NUMBER_GRANULARITY
from odoo.tools import SQL

from ...engine.domain_guard import LIMITS, check
from ..value.customer_value_refresh import LOST_RACES

_logger = logging.getLogger(__name__)

SECONDS = 60
LOCK_SECONDS = 5
DOTS = 2  # in a path, at most
# What a rule that once was right may raise: a field is gone, a value no longer fits.
TROUBLES = (
    UserError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
    psycopg2.Error,
)
# Contacts above a contact, whose own fields a rule may ask for.
ABOVE = ("parent_id", "commercial_partner_id")


class CrmSegmentRule(models.AbstractModel):
    """From a segment's text to the contacts that fit it.

    The text is data: ``engine.domain_guard`` reads it and holds it to limits and to the fields
    of ``_segment_fields``; Odoo makes SQL of it. It is evaluated as the superuser in the
    segment's company, whoever asks, so that the preview shows what the night does. An archived
    contact fits only a rule that asks for archived ones.
    """

    _name = "crm.segment.rule"
    _description = "Rule of a Segment"

    # ------------------------------------------------------------------ what may be asked
    @api.model
    def _segment_fields(self):
        """Paths of fields that a rule may ask for.

        Override to add a field of yours, when every manager may know it of every contact and a
        tag may show it to everybody who reads contacts. ``name.*`` allows any name below it.
        """
        own = self._own_fields() & set(self.env["res.partner"]._fields)
        paths = own | {f"{name}.{part}" for name in own for part in self._parts(name)}
        return (
            paths
            | {f"{above}.{path}" for above in ABOVE for path in paths if path.count(".") < DOTS}
            | {"properties.*"}
        )

    @api.model
    def _own_fields(self):
        """Fields of the contact itself; those that are not installed are left out."""
        return {
            *("id", "active", "name", "email", "phone", "function", "ref", "vat", "website"),
            *("street", "city", "zip", "state_id", "country_id", "lang", "category_id"),
            *("is_company", "type", "parent_id", "commercial_partner_id", "industry_id"),
            *("user_id", "company_id", "create_date", "customer_rank", "supplier_rank"),
            *("lifecycle_phase", "customer_value", "value_score", "value_tier", "health"),
            *("last_interaction_date", "days_since_contact", "next_touch_date"),
            "account_manager_id",
            *("birth_date", "age", "age_band", "family_status", "interest_ids", "occupation"),
            "quality_score",
        }

    @api.model
    def _parts(self, name):
        """What may stand behind a field: parts of a date, or fields of a harmless other table."""
        field = self.env["res.partner"]._fields[name]
        if field.type in ("date", "datetime") and field.store:
            return set(READ_GROUP_NUMBER_GRANULARITY)
        parts = {
            "state_id": {"name", "code"},
            "country_id": {"name", "code"},
            "industry_id": {"name"},
            "company_id": {"name"},
            "interest_ids": {"name"},
            "user_id": {"name", "sale_team_id"},
        }
        return parts.get(name, set())

    # ------------------------------------------------------------------ reading it
    @api.model
    def _domain(self, text):
        """The rule as a list.

        :raises ValidationError: one sentence that says what is wrong and what to do
        """
        verdict = check(text or "", self._segment_fields())
        if verdict.problem:
            raise ValidationError(self._sentence(verdict.problem, verdict.detail))
        return verdict.domain

    @api.model
    def _sentence(self, problem, detail):
        """What is wrong with a rule, in words."""
        sentences = {
            "characters": self.env._(
                "The rule is too long: shorten it to %(limit)s characters.", limit=detail
            ),
            "syntax": self.env._(
                "The rule cannot be read: use fixed values in the editor instead of expressions."
            ),
            "shape": self.env._("The rule is not complete: make it anew in the editor."),
            "depth": self.env._(
                "The rule has groups inside groups too deep: use at most %(limit)s levels.",
                limit=LIMITS.depth,
            ),
            "terms": self.env._(
                "The rule has too many conditions: use at most %(limit)s, or two segments.",
                limit=detail,
            ),
            "values": self.env._(
                "A list in the rule is too long: use at most %(limit)s values.", limit=detail
            ),
            "text": self.env._(
                "A text in the rule is too long: use at most %(limit)s characters.", limit=detail
            ),
            "number": self.env._("A number in the rule is too large: use one below 2 billion."),
            "operator": self.env._(
                "The rule uses the operator %(name)s: choose another in the editor.", name=detail
            ),
            "path": self.env._(
                "The rule asks for %(name)s, which no segment may use: choose another field.",
                name=detail,
            ),
        }
        return sentences.get(
            problem,
            self.env._("A value in the rule does not fit its condition: choose it anew."),
        )

    # ------------------------------------------------------------------ evaluating it
    @api.model
    def _partners(self, company):
        """Contacts as the night sees them: in the company, its time zone and its language."""
        home = company.sudo().partner_id
        context = {
            "allowed_company_ids": company.ids,
            "tz": home.tz or "UTC",
            "lang": home.lang or "en_US",
        }
        return self.env(user=SUPERUSER_ID, su=True, context=context)["res.partner"]

    @api.model
    def _scope(self, company):
        """Contacts that segments of a company are about. Override for others."""
        return Domain("company_id", "in", [False, company.id])

    @api.model
    def _matching(self, text, company, low, high):
        """Select the ids of the contacts that fit a rule; nobody fits no rule.

        :param low: the first id
        :param high: the last id
        :raises Exception: one of ``TROUBLES``, when the rule does not hold
        """
        domain = self._domain(text)
        if not domain:
            return SQL("SELECT NULL::int AS id WHERE FALSE")
        partners = self._partners(company)
        between = Domain("id", ">=", low) & Domain("id", "<=", high)
        query = partners._search(Domain(domain) & self._scope(company) & between)
        return query.select(SQL("%s AS id", SQL.identifier(query.table, "id")))

    @contextmanager
    def _limited(self):
        """A savepoint in which no statement takes longer than a minute.

        Nor waits longer than seconds for somebody else: that is a race, and no fault of the rule.
        """
        # Flushed before, so that a failure undoes nothing else, and leaves a form's values alone.
        self.env.flush_all()
        with self.env.cr.savepoint(flush=False):
            self.env.cr.execute(SQL("SET LOCAL statement_timeout = %s", SECONDS * 1000))
            self.env.cr.execute(SQL("SET LOCAL lock_timeout = %s", int(LOCK_SECONDS * 1000)))
            # Nobody knows how many fit a rule; a loop over a guess of one takes minutes.
            self.env.cr.execute(SQL("SET LOCAL enable_nestloop = off"))
            yield
            self.env.cr.execute(SQL("SET LOCAL enable_nestloop TO DEFAULT"))
            self.env.cr.execute(SQL("SET LOCAL lock_timeout TO DEFAULT"))
            self.env.cr.execute(SQL("SET LOCAL statement_timeout TO DEFAULT"))

    @api.model
    def _check(self, text, company):
        """Refuse a rule that PostgreSQL or Odoo would not take, without running it.

        :raises ValidationError: with the reason
        """
        reason = self._attempt(
            lambda: self.env.execute_query(
                SQL("EXPLAIN %s", self._matching(text, company, 0, LIMITS.values))
            )
        )
        if reason:
            raise ValidationError(reason)

    @api.model
    def _attempt(self, work):
        """Do ``work()``; what a rule causes undoes it and nothing else.

        :return: the reason why it failed, a sentence; nothing when it did not
        :raises Exception: a lost race with somebody else, which is no fault of the rule
        """
        try:
            with self._limited():
                work()
        except LOST_RACES:
            raise
        except TROUBLES as trouble:
            return self._reason(trouble)
        return ""

    @api.model
    def _reason(self, trouble):
        if isinstance(trouble, ValidationError):
            return str(trouble)
        if isinstance(trouble, psycopg2.errors.QueryCanceled):
            return self.env._("The rule takes more than a minute: use fewer conditions.")
        text = " ".join(str(trouble).split())[:200]
        return self.env._("The rule does not work (%(reason)s): edit it.", reason=text)
