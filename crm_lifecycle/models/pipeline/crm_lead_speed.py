import logging
from collections import defaultdict
from datetime import UTC
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES
from .crm_lead_arrival import WAITING_FOR_US

_logger = logging.getLogger(__name__)

NOTED = "crm_lifecycle.speed"
SPEED_STATES = [
    ("waiting", "Waiting"),
    ("late", "Late"),
    ("in_time", "In Time"),
    ("was_late", "Was Late"),
]
SERVER_SET = {
    "arrival",
    "arrived_at",
    "assigned_at",
    "first_contact_at",
    "first_contact_id",
    "assign_minutes",
    "assign_deadline",
    "contact_minutes",
    "response_minutes",
    "contact_deadline",
    "contact_clock_from",
    "contact_late_told_at",
}


class CrmLead(models.Model):
    """How fast we are: from arrival to a salesperson, and from there to the first real contact.

    The moments are kept for every lead. The minutes and the deadline are for those that came
    from outside (``WAITING_FOR_US``), where somebody waits. What costs a look at a calendar is
    noted and carried out together when the transaction is about to commit, so that assigning
    a hundred leads asks for each calendar once.

    Neither clock starts anew when the lead is given to another salesperson. A lead that was put
    off before anybody talked with its customer, and in time, starts anew on its return; how long
    the customer waited counts from the arrival all the same.
    """

    _inherit = "crm.lead"

    assigned_at = fields.Datetime(
        "Assigned",
        compute="_compute_assigned_at",
        store=True,
        copy=False,
        help="When it first had a salesperson.",
    )
    first_contact_at = fields.Datetime("First Contact", readonly=True, copy=False)
    first_contact_id = fields.Many2one(
        "crm.interaction",
        "First Contact Logged",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    assign_minutes = fields.Float(
        "Minutes to Assign",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Working minutes from arrival to the first salesperson.",
    )
    contact_minutes = fields.Float(
        "Minutes to Contact",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Working minutes from the first salesperson to the first contact.",
    )
    response_minutes = fields.Float(
        "Minutes the Customer Waited",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Working minutes from arrival to the first contact.",
    )
    contact_clock_from = fields.Datetime("Waiting since", readonly=True, copy=False)
    contact_deadline = fields.Datetime("Contact by", readonly=True, copy=False, index=True)
    contact_late_told_at = fields.Datetime("Delay Reported", readonly=True, copy=False)
    speed_state = fields.Selection(
        SPEED_STATES,
        "Speed",
        compute="_compute_speed_state",
        search="_search_speed_state",
        help="Whether the first contact was, or can still be, within the target.",
    )

    _contact_due_idx = models.Index(
        "(contact_deadline) WHERE first_contact_at IS NULL AND contact_late_told_at IS NULL"
    )

    # ------------------------------------------------------------------ computes
    @api.depends("user_id")
    def _compute_assigned_at(self):
        now = self.env.cr.now().replace(microsecond=0)
        for lead in self.filtered(lambda one: one.user_id and not one.assigned_at):
            # Leads from before the installation have Odoo's own moment.
            lead.assigned_at = now if lead.arrived_at else lead.date_open or now
            if lead.arrival in WAITING_FOR_US:
                lead._note_speed("assigned")

    @api.depends("contact_deadline", "first_contact_at", "won_status", "active", "put_off_until")
    def _compute_speed_state(self):
        now = fields.Datetime.now()
        for lead in self:
            lead.speed_state = lead._speed_state(now)

    def _speed_state(self, now):
        return self._target_state(self.contact_deadline, self.first_contact_at, now)

    def _target_state(self, due, met, now):
        """How a target stands: due at a moment, and met at another or not yet."""
        if not due:
            return False
        if met:
            return "in_time" if met <= due else "was_late"
        if not self.active or self.won_status != "pending" or self.put_off_until:
            return False
        return "waiting" if now <= due else "late"

    @api.model
    def _search_speed_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        return self._target_search(value, "contact_deadline", "first_contact_at", now)

    @api.model
    def _target_search(self, value, due, met, now):
        """The leads whose target stands like one of ``value``, as a domain.

        :param str due: the field of when it was due
        :param str met: the field of when it was met
        """
        states = self._target_domains(due, met, now)
        found = Domain.OR(states[state] for state in value if state in states)
        if False in value:
            found |= ~Domain.OR(states.values())
        return found

    @api.model
    def _target_domains(self, due, met, now):
        """The leads in each state, as of a moment: dict of state to domain."""
        asked = Domain(due, "!=", False)
        done = asked & Domain(met, "!=", False)
        open_ = asked & Domain(met, "=", False) & self._waiting_domain()
        in_time = partial(self._in_time_sql, due, met)
        too_late = partial(self._too_late_sql, due, met)
        return {
            "waiting": open_ & Domain(due, ">=", now),
            "late": open_ & Domain(due, "<", now),
            "in_time": done & Domain.custom(to_sql=in_time),
            "was_late": done & Domain.custom(to_sql=too_late),
        }

    @api.model
    def _in_time_sql(self, due, met, model, alias, query):
        return SQL(
            "%s <= %s",
            model._field_to_sql(alias, met, query),
            model._field_to_sql(alias, due, query),
        )

    @api.model
    def _too_late_sql(self, due, met, model, alias, query):
        return SQL("NOT (%s)", self._in_time_sql(due, met, model, alias, query))

    @api.model
    def _waiting_domain(self):
        """Leads that are still being worked on."""
        return (
            Domain("active", "=", True)
            & Domain("won_status", "=", "pending")
            & Domain("put_off_until", "=", False)
        )

    # ------------------------------------------------------------------ create
    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads.filtered(lambda lead: lead.arrival in WAITING_FOR_US)._note_speed("arrived")
        return leads

    @api.model
    def _server_set(self):
        return super()._server_set() | SERVER_SET

    # ------------------------------------------------------------------ carrying out
    def _note_speed(self, what):
        """Note what happened to these leads: arrived, assigned, contacted or restarted."""
        lead_ids = [lead_id for lead_id in self._ids if isinstance(lead_id, int)]
        if not lead_ids:
            return
        noted = self.env.cr.precommit.data.setdefault(NOTED, defaultdict(set))
        if not noted:
            self.env.cr.precommit.add(self.sudo()._carry_out_speed)
        for lead_id in lead_ids:
            noted[lead_id].add(what)

    def _carry_out_speed(self):
        """Set the deadlines and minutes of what was noted, and ring for what arrived.

        A failure is logged and takes nothing else along: the customer's mail or form stays.
        """
        self.env.flush_all()
        noted = self.env.cr.precommit.data.pop(NOTED, None)
        if not noted:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                self._set_speeds(noted)
                self.env.flush_all()
        except LOST_RACES:
            raise
        except Exception:
            self.env.transaction.clear()
            _logger.exception("Speed of leads %s: neither set nor rung", sorted(noted))

    def _set_speeds(self, noted):
        """Do it: ``noted`` is a dict of lead id to what happened to it."""
        leads = self.browse(noted).exists()
        for calendar, group in leads.grouped(lambda lead: lead._speed_calendar()).items():
            group._set_speed(calendar, noted)
        leads.filtered(lambda lead: "arrived" in noted[lead.id])._ring()

    def _set_speed(self, calendar, noted):
        """Write the deadlines and minutes of leads of one calendar."""
        moments = [moment for lead in self for moment in lead._speed_moments() if moment]
        intervals = self._speed_intervals(calendar, min(moments), max(moments))
        deadlines = {}
        for lead in self:
            what = noted[lead.id]
            vals = lead._speed_minutes_of(what, intervals)
            if not what.isdisjoint({"arrived", "restarted"}):
                vals |= lead._speed_deadline_of(calendar, deadlines)
            lead.write(vals)

    def _speed_moments(self):
        return (self.arrived_at, self.contact_clock_from, self.assigned_at, self.first_contact_at)

    def _speed_minutes_of(self, what, intervals):
        """The minutes that what happened to this lead decides: dict of values."""
        vals = {}
        if "assigned" in what and self.assigned_at:
            vals["assign_minutes"] = self._speed_minutes(
                intervals, self.arrived_at, self.assigned_at
            )
        if "contacted" in what and self.first_contact_at:
            since, met = self.contact_clock_from or self.arrived_at, self.first_contact_at
            vals["response_minutes"] = self._speed_minutes(intervals, self.arrived_at, met)
            if self.assigned_at:
                start = min(max(since, self.assigned_at), met)
                vals["contact_minutes"] = self._speed_minutes(intervals, start, met)
        return vals

    def _speed_deadline_of(self, calendar, known):
        """The deadline of a lead whose clock starts.

        :param dict known: deadlines by start and minutes, to look each up once
        """
        start = self.contact_clock_from or self.arrived_at
        minutes = self._lifecycle_company().lifecycle_contact_minutes
        due = self._speed_due(calendar, known, start, minutes)
        return {"contact_clock_from": start, "contact_deadline": due}

    @api.model
    def _speed_due(self, calendar, known, start, minutes):
        """When so many minutes are over, looked up once; False where there is no target."""
        if minutes and (start, minutes) not in known:
            known[start, minutes] = self._speed_deadline(calendar, start, minutes)
        return known[start, minutes] if minutes else False

    # ------------------------------------------------------------------ working time
    def _speed_calendar(self):
        """The working hours the clocks of this lead go by; none: they always run."""
        return self._working_calendar()

    @api.model
    def _speed_intervals(self, calendar, start, end):
        """When work is done between two moments: list of (start, end), in UTC, or None."""
        if not calendar:
            return None
        begin, stop = start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
        found = calendar._work_intervals_batch(begin, stop)[False]
        return [
            tuple(moment.astimezone(UTC).replace(tzinfo=None) for moment in interval[:2])
            for interval in found
        ]

    @api.model
    def _speed_minutes(self, intervals, start, end):
        """Working minutes between two moments."""
        pairs = [(start, end)] if intervals is None else intervals
        parts = (min(stop, end) - max(begin, start) for begin, stop in pairs)
        return sum(max(part.total_seconds(), 0) for part in parts) / 60

    @api.model
    def _speed_deadline(self, calendar, start, minutes):
        """The moment so many working minutes after another; False where nobody ever works."""
        if not calendar:
            return fields.Datetime.add(start, minutes=minutes)
        due = calendar.plan_hours(minutes / 60, start.replace(tzinfo=UTC), compute_leaves=True)
        return due and due.astimezone(UTC).replace(tzinfo=None, microsecond=0)
