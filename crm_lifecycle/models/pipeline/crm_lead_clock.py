from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain

CLOCK_STATES = [
    ("none", "No Deadline"),
    ("running", "Running"),
    ("outside", "Outside Working Hours"),
    ("paused", "Waiting for the Customer"),
    ("warning", "Warning"),
    ("failed", "Failed"),
]
NO_CLOCK = {
    "clock_state": "none",
    "clock_left_minutes": 0.0,
    "clock_text": False,
    "clock_wait_reason": False,
    "clock_may_wait": False,
    "clock_is_counting": False,
    "clock_day_minutes": 0,
}


class CrmLead(models.Model):
    """The clock of the stage that a lead stands in, true at the moment it is read.

    ``stage_deadline`` is a copy for the order of lists; everything else is worked out from the
    open passage. A lead that failed is failed from the first second on, whether the job has
    been there or not.

    Cost of reading, of any number of leads: one query for the passages, one for the leave
    where it counts.
    """

    _inherit = "crm.lead"

    stage_deadline = fields.Datetime(
        "Stage Until", readonly=True, copy=False, index="btree_not_null"
    )
    clock_state = fields.Selection(
        CLOCK_STATES, "Clock", compute="_compute_clock", search="_search_clock_state"
    )
    clock_left_minutes = fields.Float(
        "Working Minutes Left", compute="_compute_clock", help="Negative when late."
    )
    clock_text = fields.Char("Time Left", compute="_compute_clock")
    clock_wait_reason = fields.Char("Waiting for", compute="_compute_clock")
    clock_may_wait = fields.Boolean(compute="_compute_clock")
    clock_is_counting = fields.Boolean("Clock Counts Now", compute="_compute_clock")
    clock_day_minutes = fields.Integer("Minutes of a Working Day", compute="_compute_clock")

    # ------------------------------------------------------------------ reading
    @api.depends("stage_id", "active")
    def _compute_clock(self):
        now = self._clock_now()
        passages = self._clocks()
        away = passages._away()
        running = {passage.lead_id.id: passage for passage in passages}
        for lead in self:
            passage = running.get(lead._origin.id)
            lead.update(passage._clock_values(now, away) if passage else NO_CLOCK)

    def _clock_now(self):
        return self.env.cr.now().replace(microsecond=0)

    def _clocks(self):
        """The open passages of these leads that have a deadline, in sudo."""
        passages = self.env["crm.stage.passage"].sudo()
        if not self._origin.ids:
            return passages
        domain = Domain("lead_id", "in", self._origin.ids) & self._open_clock()
        return passages.search_fetch(domain, order="id")

    @api.model
    def _open_clock(self):
        """Passages with a clock: they are not over, and have a deadline."""
        on = Domain("date_out", "=", False) & Domain("deadline", "!=", False)
        return on & Domain("lead_id", "!=", False)

    # ------------------------------------------------------------------ searching
    def _search_clock_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        passages = self.env["crm.stage.passage"].sudo()
        found = Domain.OR([passages._clock_domain(one, self._clock_now()) for one in value])
        rows = passages._search(found & self._open_clock())
        leads = Domain("id", "in", rows.subselect("lead_id"))
        if "none" in value or False in value:
            clocks = passages._search(self._open_clock())
            leads |= Domain("id", "not in", clocks.subselect("lead_id"))
        return leads

    # ------------------------------------------------------------------ writing
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [self._without_clock(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        return super().write(vals if self.env.su else self._without_clock(vals))

    @api.model
    def _without_clock(self, vals):
        """Values without the clock's, which nobody sets."""
        return {name: value for name, value in vals.items() if name != "stage_deadline"}

    def _keep_stage_deadline(self, deadline):
        """Keep a copy of the deadline for the order of lists."""
        for lead in self.sudo():
            if lead.stage_deadline != (deadline or False):
                lead.stage_deadline = deadline

    # ------------------------------------------------------------------ waiting
    def action_pause_clock(self, reason=""):
        """Stop the clock while everything waits for the customer.

        :param str reason: what for
        :raises UserError: when no clock runs, it is late, or its stage allows no waiting
        """
        self.check_access("write")
        now = self._clock_now()
        for lead, passage in self._locked_clocks():
            if passage.paused_since or not passage._may_wait() or now > passage.deadline:
                raise UserError(lead._no_waiting_message())
            passage._pause(str(reason or ""), now)
            lead._keep_stage_deadline(False)
            lead._trace_clock(self.env._("The clock waits for the customer."), reason)

    def action_resume_clock(self):
        """Let the clock go on, with the working minutes it had left.

        :raises UserError: when it does not wait, or the lead is put off
        """
        self.check_access("write")
        for lead, passage in self._locked_clocks():
            if not lead._is_waiting(passage):
                raise UserError(
                    self.env._(
                        "The clock of %(lead)s is not waiting. Reload the page to see how it "
                        "stands.",
                        lead=lead.name,
                    )
                )
            passage._resume(self._clock_now())
            lead._keep_stage_deadline(passage.deadline)
            lead._trace_clock(self.env._("The clock goes on."))

    def _is_waiting(self, passage):
        """Whether this lead's clock waits, and may go on by hand. Extend to refuse more."""
        return bool(passage.paused_since)

    def _locked_clocks(self):
        """These leads with their clocks, which nobody else moves on meanwhile.

        :raises UserError: when one of them has none
        """
        clocks = {passage.lead_id.id: passage for passage in self._clocks()}
        for lead in self:
            if lead.id not in clocks:
                raise UserError(lead._no_waiting_message())
        passages = self.env["crm.stage.passage"].sudo().union(*clocks.values())
        passages.lock_for_update(allow_referencing=True)
        return [(lead, clocks[lead.id]) for lead in self]

    def _no_waiting_message(self):
        return self.env._(
            "The clock of %(lead)s cannot wait: it has none, waits already, is late, or its stage "
            "allows no waiting. Ask a manager to allow it on the stage.",
            lead=self.name,
        )

    def _trace_clock(self, text, reason=""):
        """Leave a trace in the chatter."""
        self._message_log(body=f"{text} {reason or ''}".strip())

    # ------------------------------------------------------------------ calendar
    def _working_calendar(self):
        """The working hours that this lead's clock runs in: the team's, else the company's.

        :return: ``resource.calendar``, in sudo; empty where neither has one
        """
        lead = self.sudo()
        company = lead._lifecycle_company()
        return lead.env["resource.calendar"].browse(
            self._calendar_id_of(lead.team_id.id, company.id)
        )

    @api.model
    @tools.ormcache("team_id", "company_id")
    def _calendar_id_of(self, team_id, company_id):
        team = self.env["crm.team"].sudo().browse(team_id or [])
        company = self.env["res.company"].sudo().browse(company_id or [])
        return (team.lifecycle_calendar_id or company.resource_calendar_id).id

    # ------------------------------------------------------------------ people
    def _clock_responsible(self):
        """Who is on the lead now: whoever its stage names, its salesperson or team leader."""
        lead = self.sudo()
        named = lead["stage_responsible_id"] if "stage_responsible_id" in lead._fields else False
        return named or lead.user_id or lead.team_id.user_id

    def _hand_over(self, user):
        """Give the lead's stage and its open tasks to somebody else; the clock goes on."""
        before = self._clock_responsible()
        named = "stage_responsible_id" in self._fields
        self.sudo().write({"stage_responsible_id" if named else "user_id": user.id})
        self._hand_over_tasks(before, user)

    def _hand_over_tasks(self, before, user):
        """Give the open tasks of the lead's stage that were one person's to another."""
        tasks = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        domain = [("res_model", "=", "crm.lead"), ("res_id", "in", self.ids)]
        domain += [("user_id", "=", before.id), ("passage_id.date_out", "=", False)]
        tasks = tasks.search([*domain, ("passage_id", "!=", False)])
        if tasks:
            tasks.write({"user_id": user.id})
