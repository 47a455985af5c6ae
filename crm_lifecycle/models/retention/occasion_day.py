from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

DAY_STATES = [
    ("planned", "Planned"),
    ("released", "Released"),
    ("sent", "Sent"),
    ("done", "Done"),
    ("skipped", "Skipped"),
    ("missed", "Missed"),
]
OPEN = ("planned", "released", "sent")
# What a person may change on a day; the rest is the job's.
BY_PEOPLE = {"gift_id", "note"}


class CrmOccasionDay(models.Model):
    """One occasion of one person in one year, and what became of it.

    Rows are made by the job (``occasion_plan.py``) and are history: closed, never deleted but
    with the person. *Release* lets the message go on the day itself; *Done* and *Skip* close.
    The key keeps a year's occasion from being made twice; ``year`` is of the occasion's calendar.
    """

    _name = "crm.occasion.day"
    _description = "Day of an Occasion"
    _inherit = ["crm.customer.mixin"]
    _order = "date, id"

    occasion_id = fields.Many2one(
        "crm.occasion", required=True, index=True, readonly=True, ondelete="restrict"
    )
    contact_id = fields.Many2one(
        "res.partner", "Person", required=True, index=True, readonly=True, ondelete="cascade"
    )
    source_id = fields.Integer(
        required=True, readonly=True, help="Of the family member, order line or date; 0: none."
    )
    about = fields.Char(readonly=True, help="Whose birthday, or which date it is.")
    base_date = fields.Date("First Day", readonly=True)
    date = fields.Date(required=True, index=True, readonly=True)
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    number = fields.Integer("Years", readonly=True, aggregator=None)
    state = fields.Selection(DAY_STATES, required=True, default="planned", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", index="btree_not_null", ondelete="set null", readonly=True
    )
    is_made = fields.Boolean(readonly=True)
    touchpoint_id = fields.Many2one(
        "crm.touchpoint", "Due Contact", index="btree_not_null", ondelete="set null", readonly=True
    )
    activity_id = fields.Many2one(
        "mail.activity", "Task", index="btree_not_null", ondelete="set null", readonly=True
    )
    gift_id = fields.Many2one("crm.gift", index="btree_not_null", ondelete="set null")
    gift_is_given = fields.Boolean("Given", readonly=True)
    note = fields.Char(size=500)
    closed_on = fields.Date("Closed", readonly=True)
    closed_user_id = fields.Many2one("res.users", "Closed by", ondelete="set null", readonly=True)
    sent_on = fields.Datetime("Sent", readonly=True)
    skip_reason = fields.Char("Why Not", readonly=True, size=500)
    has_message = fields.Boolean(compute="_compute_has_message")
    blocked_reason = fields.Char("No Message", compute="_compute_blocked_reason")

    # A constraint rather than a unique index: Odoo's merge of partners gives way only to those.
    _once = models.Constraint(
        "UNIQUE (occasion_id, contact_id, source_id, year)",
        "This occasion is there already for the person and the year.",
    )
    _open_idx = models.Index("(state, date) WHERE state IN ('planned', 'released')")

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for day in self:
            day.display_name = self.env._("Occasion %(id)s", id=day.id or "")

    @api.depends("occasion_id")
    def _compute_has_message(self):
        for day in self:
            day.has_message = bool(day.occasion_id.sudo().template_id)

    @api.depends("contact_id", "state")
    def _compute_blocked_reason(self):
        # Of stored days only: a form tells nothing of persons put into it.
        reasons = self._origin._blocked_reasons()
        for day in self:
            day.blocked_reason = reasons.get(day._origin.id, False)

    def _blocked_reasons(self):
        """Why these persons get no message: dict of day id to a sentence."""
        days = self.sudo().filtered("has_message")
        people = days.contact_id
        emails = [email for email in people.mapped("email_normalized") if email]
        refused = self.env["mail.blacklist"].sudo()
        blacklist = set(refused.search([("email", "in", emails)]).mapped("email"))
        reasons = {}
        for day in days:
            person = day.contact_id
            channels = (person | person.commercial_partner_id).do_not_contact_channel_ids
            if not person.email_normalized:
                reasons[day.id] = self.env._("There is no e-mail address: write it down first.")
            elif person.email_normalized in blacklist:
                reasons[day.id] = self.env._("The address is on the list of those not to mail.")
            elif "email" in channels.mapped("kind"):
                reasons[day.id] = self.env._("This customer does not want to be contacted by mail.")
        return reasons

    @api.onchange("contact_id")
    def _onchange_contact_id(self):
        """Take back a person that the user may not see, before anything is shown."""
        self._take_customer_of_contact()

    # ------------------------------------------------------------------ rights
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Days of occasions are made by themselves: write the date down instead.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if set(vals) - BY_PEOPLE:
                raise AccessError(self.env._("Use the buttons to change the day of an occasion."))
            self._check_gift(vals.get("gift_id"))
        return super().write(vals)

    def _check_gift(self, gift_id):
        """Refuse a gift that the user may not see, or that a person was given already."""
        gift = self.env["crm.gift"].browse(gift_id or ())
        gift.check_access("read")
        if not gift:
            return
        if self.sudo().filtered("gift_is_given"):
            raise UserError(self.env._("The gift was given: it cannot be changed any more."))
        domain = [("contact_id", "in", self.sudo().contact_id.ids), ("gift_id", "=", gift.id)]
        if self.env["crm.gift.given"].sudo().search_count(domain, limit=1):
            raise UserError(
                self.env._("This person was given this gift already: choose another one.")
            )

    # ------------------------------------------------------------------ actions
    def action_release(self):
        """Let the messages go: now, or on the day itself where it is still to come."""
        self.check_access("write")
        days = self.sudo().filtered(lambda day: day.state == "planned" and day.has_message)
        if not days:
            raise UserError(self.env._("There is no message to release: choose planned days."))
        blocked = days._blocked_reasons()
        if blocked:
            raise UserError(next(iter(blocked.values())))
        days.lock_for_update()
        days.write({"state": "released", "skip_reason": False})
        days._send_due()
        return True

    def action_done(self):
        """Close as done."""
        self.check_access("write")
        self._open().sudo()._close("done")
        return True

    def action_skip(self):
        """Ask why, then close as skipped."""
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_occasion_skip"
        )
        return {**action, "context": {"default_day_ids": self.ids}}

    def action_given(self):
        """Note that the person was given the gift."""
        self.check_access("write")
        days = self.sudo().filtered(lambda day: day.gift_id and not day.gift_is_given)
        if not days:
            raise UserError(self.env._("Choose the gift first."))
        days.lock_for_update()
        for day in days:
            day._check_gift(day.gift_id.id)
        self.env["crm.gift.given"].sudo().create([day._prepare_given() for day in days])
        days.write({"gift_is_given": True})
        return True

    def action_open_contact(self):
        """Open the person."""
        self.ensure_one()
        self.check_access("read")
        return {**self._open_customer(), "res_id": self.contact_id.id}

    def _prepare_given(self):
        return {
            "contact_id": self.contact_id.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "gift_id": self.gift_id.id,
            "day_id": self.id,
            "date": fields.Date.context_today(self),
            "user_id": self.env.uid,
        }

    # ------------------------------------------------------------------ closing
    def _open(self):
        return self.filtered(lambda day: day.state in OPEN)

    def _close(self, state, reason=None):
        """Close days in sudo, with the task and the due contact that they made."""
        today = fields.Date.context_today(self)
        self.write(
            {
                "state": state,
                "closed_on": today,
                "closed_user_id": self.env.uid,
                **({"skip_reason": reason} if reason else {}),
            }
        )
        touchpoints = self.touchpoint_id.filtered(
            lambda one: one.state in ("planned", "scheduled", "put_off")
        )
        touchpoints.write(
            {
                "state": state,
                "closed_on": today,
                "closed_user_id": self.env.uid,
                "skip_reason": (reason or "")[:250] or False,
            }
        )
        tasks = self.activity_id.filtered("active")
        if state == "done":
            tasks.action_done()
        else:
            tasks.unlink()

    def _follow_date(self):
        """The task and the due contact move with the day."""
        for day in self:
            last = fields.Date.add(day.date, days=day.occasion_id.late_days)
            day.activity_id.filtered("active").date_deadline = day.date
            day.touchpoint_id.filtered(lambda one: one.state == "planned").write(
                {"due_date": day.date, "max_date": last, "planned_date": day.date}
            )
