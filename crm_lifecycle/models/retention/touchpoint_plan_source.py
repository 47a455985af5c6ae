import logging

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..value.customer_value import HEALTH, PHASES, TIERS

_logger = logging.getLogger(__name__)

# What the statement reads of other rooms.
READ = {
    "crm.customer.value": ("partner_id", "company_id", "tier", "phase", "health"),
    "res.partner": (
        *("active", "commercial_partner_id", "user_id", "own_account_manager_id"),
        *("category_id", "lang"),
    ),
    "res.users": ("active", "share", "company_ids"),
    "crm.team": ("active", "user_id"),
    "crm.team.member": ("user_id", "crm_team_id", "active"),
    "crm.interaction.channel": ("is_touch",),
    "crm.interaction": (
        *("partner_id", "company_id", "date", "channel_id", "direction", "user_id"),
        *("complaint_state", "complaint_closed_on"),
    ),
}
PLANNED = ("crm.cadence", "crm.cadence.step", "crm.touchpoint")


class CrmTouchpointPlan(models.AbstractModel):
    """Which cadence is a customer's, and what each of its steps finds: the ``SELECT`` half.

    ``_sources(scope)`` gives the common table expressions, in order; the last, ``dated``, has a
    row for each customer and step, with the open touchpoint (if any), the contact that closes
    it (if any) and the days of the next one. It is the SQL of ``engine.cadence.next_due``.
    """

    _name = "crm.touchpoint.plan"
    _description = "Plan of Due Contacts"

    @api.model
    def _sources(self, scope, also=None):
        """The common table expressions that find what has to be planned, as ``SQL``.

        :param Scope scope: customers, and the day it is
        :param also: a cadence that is taken as running (a preview)
        """
        return SQL(
            """who AS MATERIALIZED (%s),
               asked AS MATERIALIZED (%s),
               steps AS MATERIALIZED (%s),
               facts AS MATERIALIZED (%s),
               based AS (%s),
               dated AS MATERIALIZED (%s)""",
            self._who(scope, also),
            self._asked(also),
            self._steps(),
            self._facts(scope),
            self._based(scope),
            self._dated(scope),
        )

    @api.model
    def _flushed(self):
        """The fields that the statement reads."""
        named = [self.env[model]._fields[name] for model, names in READ.items() for name in names]
        whole = [
            field for model in PLANNED for field in self.env[model]._fields.values() if field.store
        ]
        return [*named, *whole]

    # ------------------------------------------------------------------ whose cadence
    @api.model
    def _who(self, scope, also=None):
        """``SELECT`` of each customer's cadence: the first that fits."""
        return SQL(
            """SELECT DISTINCT ON (value.partner_id, value.company_id)
                      value.partner_id, value.company_id, value.health, cadence.id AS cadence_id
                 FROM crm_customer_value value
                 JOIN res_partner customer
                      ON customer.id = value.partner_id AND customer.active
                     AND customer.commercial_partner_id = customer.id
                 JOIN crm_cadence cadence
                      ON cadence.company_id = value.company_id AND %s
                WHERE %s AND %s
                ORDER BY value.partner_id, value.company_id, cadence.sequence, cadence.id""",
            self._is_running(also),
            scope.of_customer(SQL("value.partner_id")),
            SQL(" AND ").join(self._conditions(also)),
        )

    @api.model
    def _is_running(self, also=None):
        return SQL(
            "((cadence.active AND cadence.state = 'running') OR cadence.id = %s)",
            also.id if also else 0,
        )

    @api.model
    def _conditions(self, also=None):
        """What has to hold for a customer, as a list of ``SQL``. Extend to ask for more."""
        conditions = [
            self._one_of("tier", "tier", TIERS),
            self._one_of("phase", "phase", PHASES),
            self._one_of("health", "health", HEALTH),
            self._in_segment(),
        ]
        for cadence_id, fits in self._domains(also).items():
            conditions.append(SQL("(cadence.id <> %s OR %s)", cadence_id, fits))
        return conditions

    @api.model
    def _one_of(self, kind, column, choices):
        """One of the chosen values, or none is chosen."""
        names = [(SQL.identifier("cadence", f"{kind}_{value}"), value) for value, _label in choices]
        value = SQL.identifier("value", column)
        return SQL(
            "(NOT (%s) OR %s)",
            SQL(" OR ").join(SQL("COALESCE(%s, FALSE)", name) for name, _value in names),
            SQL(" OR ").join(SQL("(%s AND %s = %s)", name, value, one) for name, one in names),
        )

    @api.model
    def _in_segment(self):
        asked = self.env["crm.cadence"]._fields["segment_ids"]
        tagged = self.env["res.partner"]._fields["category_id"]
        return SQL(
            """(NOT EXISTS (SELECT 1 FROM %(asked)s asked WHERE asked.%(cadence)s = cadence.id)
                OR EXISTS (SELECT 1 FROM %(asked)s asked
                             JOIN %(tagged)s tagged ON tagged.%(tag)s = asked.%(segment)s
                            WHERE asked.%(cadence)s = cadence.id
                              AND tagged.%(partner)s = customer.id))""",
            asked=SQL.identifier(asked.relation),
            cadence=SQL.identifier(asked.column1),
            segment=SQL.identifier(asked.column2),
            tagged=SQL.identifier(tagged.relation),
            partner=SQL.identifier(tagged.column1),
            tag=SQL.identifier(tagged.column2),
        )

    @api.model
    def _domains(self, also=None):
        """The further conditions of cadences: dict of cadence id to ``SQL``.

        They are read as those of segments are: as data, by the superuser in the cadence's
        company, so that it never matters who asks. One that no longer holds fits nobody.
        """
        rules = dict(self.env["crm.cadence"]._running_domains())
        if also:
            rules[also.id] = (also.company_id.id, also.domain)
        found = {}
        for cadence_id, (company_id, text) in rules.items():
            domain = self._domain_of(cadence_id, text)
            if domain is None:
                found[cadence_id] = SQL("FALSE")
            elif domain:
                company = self.env["res.company"].browse(company_id)
                partners = self.env["crm.segment.rule"]._partners(company)
                query = partners._search(Domain(domain))
                found[cadence_id] = SQL("customer.id IN %s", query.subselect())
        return found

    @api.model
    def _domain_of(self, cadence_id, text):
        """The condition as a list; None when it does not hold any more."""
        try:
            return self.env["crm.segment.rule"]._domain(text or "[]")
        except ValidationError as error:
            _logger.warning("The condition of cadence %s is left out: %s", cadence_id, error)
            return None

    # ------------------------------------------------------------------ what it asks for
    @api.model
    def _asked(self, also=None):
        """``SELECT`` of the steps of running cadences, with what does not depend on a customer."""
        channels = self.env["crm.cadence.step"]._fields["channel_ids"]
        return SQL(
            """SELECT step.id AS step_id, step.cadence_id, step.responsible_type,
                      COALESCE(step.is_service, FALSE) AS is_service,
                      step.user_id AS named_id, step.only_responsible, step.direction,
                      %s AS ideal, %s AS longest,
                      ARRAY[step.monday, step.tuesday, step.wednesday, step.thursday, step.friday,
                            step.saturday, step.sunday] AS weekdays,
                      ARRAY(SELECT chosen.%s FROM %s chosen WHERE chosen.%s = step.id) AS channels,
                      COALESCE(step.name ->> home.lang, step.name ->> 'en_US') AS name,
                      COALESCE(step.talk ->> home.lang, step.talk ->> 'en_US') AS talk
                 FROM crm_cadence_step step
                 JOIN crm_cadence cadence ON cadence.id = step.cadence_id AND %s
                 JOIN res_company company ON company.id = cadence.company_id
                 JOIN res_partner home ON home.id = company.partner_id
                WHERE step.active""",
            self._interval("ideal"),
            self._interval("max"),
            SQL.identifier(channels.column2),
            SQL.identifier(channels.relation),
            SQL.identifier(channels.column1),
            self._is_running(also),
        )

    @api.model
    def _interval(self, kind):
        """The interval of a step, as PostgreSQL adds it to a day."""
        number = SQL.identifier("step", f"{kind}_number")
        return SQL(
            """CASE %(unit)s WHEN 'days' THEN make_interval(days => %(number)s)
                             WHEN 'weeks' THEN make_interval(weeks => %(number)s)
                             ELSE make_interval(months => %(number)s) END""",
            unit=SQL.identifier("step", f"{kind}_unit"),
            number=number,
        )

    # ------------------------------------------------------------------ what happened
    @api.model
    def _facts(self, scope):
        """``SELECT`` of the contacts that count, the open touchpoint and the one before it."""
        return SQL(
            """SELECT steps.*, last.date::date AS last_day,
                      hit.id AS hit_id, hit.date::date AS hit_day, hit.user_id AS hit_user_id,
                      opened.id AS open_id, opened.state AS open_state,
                      opened.start_date AS open_start, opened.floor_date AS open_floor,
                      opened.put_off_until, opened.max_date AS open_max,
                      previous.state AS last_state, previous.is_left AS last_left,
                      previous.closed_on AS last_closed, previous.since_date AS last_since,
                      trouble.is_open AS complains, trouble.closed_on AS complaint_closed
                 FROM steps
                 LEFT JOIN crm_touchpoint opened
                      ON opened.step_id = steps.step_id AND opened.partner_id = steps.partner_id
                     AND opened.company_id = steps.company_id
                     AND opened.state IN ('planned', 'scheduled', 'put_off')
                 LEFT JOIN LATERAL (%(previous)s) previous ON opened.id IS NULL
                 LEFT JOIN LATERAL (%(last)s) last ON TRUE
                 LEFT JOIN LATERAL (%(hit)s) hit ON last.date::date > opened.since_date
                 LEFT JOIN LATERAL (%(trouble)s) trouble ON NOT steps.is_service""",
            previous=SQL(
                """SELECT state, is_left, closed_on, since_date FROM crm_touchpoint closed
                    WHERE closed.step_id = steps.step_id
                      AND closed.partner_id = steps.partner_id
                      AND closed.company_id = steps.company_id
                    ORDER BY closed.closed_on DESC NULLS LAST, closed.id DESC LIMIT 1"""
            ),
            last=self._contact(scope, SQL("TRUE"), SQL("DESC")),
            hit=self._contact(scope, SQL("talk.date >= opened.since_date + 1"), SQL("ASC")),
            trouble=self._trouble(scope),
        )

    @api.model
    def _contact(self, scope, condition, order):
        """``SELECT`` of the first or the last contact that counts for a step."""
        return SQL(
            """SELECT talk.id, talk.date, talk.user_id
                 FROM crm_interaction talk
                 JOIN crm_interaction_channel channel
                      ON channel.id = talk.channel_id AND channel.is_touch
                WHERE talk.partner_id = steps.partner_id AND talk.company_id = steps.company_id
                  AND talk.date < %(as_of)s::date + 1
                  AND (steps.channels = '{}' OR talk.channel_id = ANY(steps.channels))
                  AND (steps.direction = 'any' OR talk.direction = steps.direction)
                  AND (NOT COALESCE(steps.only_responsible, FALSE)
                       OR talk.user_id = steps.user_id)
                  AND %(condition)s
                ORDER BY talk.date %(order)s, talk.id %(order)s LIMIT 1""",
            as_of=scope.as_of,
            condition=condition,
            order=order,
        )

    @api.model
    def _trouble(self, scope):
        """``SELECT`` of whether a complaint is open, and when the last one was closed."""
        return SQL(
            """SELECT BOOL_OR(complaint.complaint_state IN ('open', 'answered')) AS is_open,
                      MAX(complaint.complaint_closed_on::date) AS closed_on
                 FROM crm_interaction complaint
                WHERE complaint.partner_id = steps.partner_id
                  AND complaint.company_id = steps.company_id
                  AND complaint.complaint_state IS NOT NULL
                  AND complaint.date < %s::date + 1""",
            scope.as_of,
        )

    # ------------------------------------------------------------------ when the next is due
    @api.model
    def _based(self, scope):
        """``SELECT`` with what the next contact is counted from, and before when it is not due.

        After a contact, from it. After one that was skipped by hand, from that day. After a
        missed one, at once. For who is new under the step, not before today.
        """
        return SQL(
            """SELECT facts.*, base.start_date, base.floor_date,
                      COALESCE(GREATEST(facts.last_day, base.start_date), base.floor_date)
                          AS since_date
                 FROM facts
                 CROSS JOIN LATERAL (SELECT
                      CASE WHEN hit_id IS NOT NULL THEN NULL
                           WHEN open_id IS NOT NULL THEN open_start
                           WHEN last_left THEN NULL
                           WHEN last_state = 'skipped' THEN last_closed
                           WHEN last_state = 'missed' THEN last_since END AS start_date,
                      CASE WHEN hit_id IS NOT NULL THEN hit_day
                           WHEN open_id IS NOT NULL THEN open_floor
                           WHEN NOT last_left AND last_state IN ('done', 'skipped')
                           THEN last_closed
                           ELSE %s END AS floor_date) base""",
            scope.as_of,
        )

    @api.model
    def _dated(self, scope):
        """``SELECT`` with the days of the next contact; a missed one is followed at once."""
        return SQL(
            """SELECT based.*, day.missed_on, day.is_missed, day.due_date + moved.days AS due_date,
                      GREATEST(day.max_date, day.due_date + moved.days) AS max_date
                 FROM based
                 CROSS JOIN LATERAL (SELECT
                      (since_date + ideal)::date - since_date AS ideal_days,
                      GREATEST((since_date + longest)::date - (since_date + ideal)::date, 0)
                          AS slack) span
                 CROSS JOIN LATERAL (SELECT
                      GREATEST(floor_date, complaint_closed + 1) AS earliest) bound
                 CROSS JOIN LATERAL (SELECT
                      GREATEST(since_date + CASE WHEN health = 'risk' THEN (ideal_days + 1) / 2
                                                 ELSE ideal_days END, earliest) AS due_date,
                      GREATEST(since_date + ideal_days, earliest) + slack AS max_date) ideally
                 CROSS JOIN LATERAL (SELECT GREATEST(ideally.max_date, put_off_until) + ideal_days
                      AS missed_on) end_of_patience
                 CROSS JOIN LATERAL (SELECT missed_on, missing.is_missed,
                      CASE WHEN missing.is_missed THEN %(as_of)s ELSE ideally.due_date END
                          AS due_date,
                      CASE WHEN missing.is_missed THEN %(as_of)s + slack ELSE ideally.max_date END
                          AS max_date
                      FROM (SELECT open_id IS NOT NULL AND hit_id IS NULL
                               AND NOT COALESCE(complains, FALSE)
                               AND missed_on < %(as_of)s) AS missing (is_missed)) day
                 CROSS JOIN LATERAL (SELECT COALESCE(MIN(days), 0) AS days
                      FROM generate_series(0, 6) AS days
                     WHERE weekdays[EXTRACT(ISODOW FROM day.due_date + days)::int]) moved""",
            as_of=SQL("%s::date", scope.as_of),
        )
