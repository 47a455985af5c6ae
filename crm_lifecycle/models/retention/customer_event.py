from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [("open", "Nothing Done"), ("handled", "Handled"), ("closed", "Closed")]
SOURCES = [("manual", "By Hand"), ("rule", "By a Rule"), ("api", "By an Interface")]
# What the server says: a client may say what happened at whom, when, and what came of it.
OURS = {
    *("risk_points", "bears_until", "react_by", "state", "ended_on", "closed_on", "handled_on"),
    *("closed_user_id", "handled_user_id", "source", "rule_id", "rule_kind"),
    *("source_ids", "source_count", "source_facts", "external_id"),
}
# What makes another event of it, and is a rule's to say where a rule noticed it.
FACTS = {"partner_id", "company_id", "type_id", "date"}


class CrmCustomerEvent(models.Model):
    """Something that happened at a customer: layoffs, funding, a new manager, a competitor seen.

    ``risk_points`` and ``bears_until`` are the type's at the time of the event: health reads
    them, and later changes of the type rewrite no history. When its cause ends (the invoice is
    paid) the event has an ``ended_on`` and bears no longer; it stays in the history. ``state``
    is what we did: nothing, a first reaction (``customer_event_reaction.py``), closed with an
    outcome.
    """

    _name = "crm.customer.event"
    _description = "Customer Event"
    _inherit = ["crm.customer.mixin"]
    _order = "date desc, id desc"

    # The index below begins with it.
    partner_id = fields.Many2one(index=False, readonly=False)
    company_id = fields.Many2one(default=lambda self: self.env.company)
    type_id = fields.Many2one(
        "crm.customer.event.type", "Event", required=True, index=True, ondelete="restrict"
    )
    icon = fields.Char(related="type_id.icon", related_sudo=False)
    date = fields.Date("When", required=True, default=fields.Date.context_today)
    note = fields.Text()
    risk_points = fields.Integer(
        compute="_compute_bearing", store=True, precompute=True, aggregator=None
    )
    bears_until = fields.Date(compute="_compute_bearing", store=True, precompute=True)
    ended_on = fields.Date(
        "Ended", readonly=True, copy=False, help="The cause is gone: the invoice was paid, ..."
    )
    source = fields.Selection(SOURCES, "Reported", readonly=True, required=True, default="manual")
    external_id = fields.Char("External Reference", readonly=True, copy=False, size=200)

    # What we did
    state = fields.Selection(
        STATES, "Reaction", required=True, readonly=True, default="open", copy=False, index=True
    )
    react_by = fields.Date(compute="_compute_bearing", store=True, precompute=True)
    handled_on = fields.Date("Handled", readonly=True, copy=False)
    handled_user_id = fields.Many2one(
        "res.users", "Handled by", readonly=True, copy=False, ondelete="set null"
    )
    outcome = fields.Text(copy=False, help="What came of it.")
    closed_on = fields.Date("Closed", readonly=True, copy=False)
    closed_user_id = fields.Many2one(
        "res.users", "Closed by", readonly=True, copy=False, ondelete="set null"
    )

    # Of the customer, as of now, with the viewer's own rights
    salesperson_id = fields.Many2one(
        related="partner_id.user_id", related_sudo=False, string="Salesperson"
    )
    team_id = fields.Many2one(
        related="partner_id.user_id.sale_team_id", related_sudo=False, string="Sales Team"
    )

    _of_customer_idx = models.Index("(partner_id, company_id, date DESC)")
    _external_uniq = models.UniqueIndex(
        "(company_id, external_id) WHERE external_id IS NOT NULL",
        "An event with this external reference is there already.",
    )
    _date_possible = models.Constraint(
        "CHECK (date >= '1970-01-01' AND date < '2200-01-01')", "The date of an event is not one."
    )

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for event in self:
            event.display_name = self.env._("Customer event %(id)s", id=event.id)

    @api.depends("type_id", "date")
    def _compute_bearing(self):
        """As the type says now: not when the type changes later, hence no such dependency."""
        for event in self:
            kind, day = event.sudo().type_id, event.date
            event.risk_points = kind.risk_points
            event.bears_until = day and day + timedelta(days=kind.bears_days)
            event.react_by = day and day + timedelta(days=kind.react_days)

    # ------------------------------------------------------------------ writing
    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["partner_id"])
        vals_list = [
            self._with_commercial({**default, **self._of_client(vals)}) for vals in vals_list
        ]
        events = super().create(vals_list)
        events._push_customers()
        return events

    def write(self, vals):
        vals = self._with_commercial(self._of_client(vals))
        moved = not {"partner_id", "company_id"}.isdisjoint(vals)
        if not self.env.su and not FACTS.isdisjoint(vals):
            self._check_own_facts()
        if moved:
            self._push_customers()
        result = super().write(vals)
        if moved or not {"type_id", "date", "ended_on", "bears_until"}.isdisjoint(vals):
            self._push_customers()
        return result

    def unlink(self):
        self._push_customers()
        return super().unlink()

    @api.model
    def _of_client(self, vals):
        """The values without what is the server's to say; a context's defaults included."""
        if self.env.su:
            return vals
        return {name: value for name, value in vals.items() if name not in OURS}

    @api.model
    def default_get(self, fields):
        if self.env.su:
            return super().default_get(fields)
        clean = {f"default_{name}" for name in OURS} & set(self.env.context)
        context = {name: v for name, v in self.env.context.items() if name not in clean}
        cleaned = self.with_env(self.env(context=context))
        return super(CrmCustomerEvent, cleaned).default_get(fields)

    @api.model
    def _with_commercial(self, vals):
        """An event at a person of a customer is one at the customer."""
        if not isinstance(vals.get("partner_id"), int):
            return vals
        partner = self.env["res.partner"].sudo().browse(vals["partner_id"]).exists()
        return {**vals, "partner_id": partner.commercial_partner_id.id or vals["partner_id"]}

    def _check_own_facts(self):
        if any(event.source == "rule" for event in self.sudo()):
            raise UserError(
                self.env._(
                    "A rule noticed this event, and keeps its facts. Write what you know into "
                    "the note, or close the event."
                )
            )

    def _push_customers(self):
        """Have the customers' figures worked out anew."""
        rows = self.sudo()
        self.env["crm.customer.value.queue"]._push(
            (row.partner_id.id, row.company_id.id) for row in rows
        )

    def _end(self, day):
        """The cause is gone: from the day after, these bear no longer. As superuser."""
        bearing = self.filtered(lambda event: event.bears_until and event.bears_until > day)
        bearing.write({"ended_on": day, "bears_until": day})
        (self - bearing).write({"ended_on": day})

    # ------------------------------------------------------------------ by hand
    def action_close(self):
        """Nothing more is to be done: close the events, with the outcome written on them.

        :raises AccessError: for who may not write the events
        """
        self.check_access("write")
        self.sudo().write(
            {
                "state": "closed",
                "closed_on": fields.Date.context_today(self),
                "closed_user_id": self.env.uid,
            }
        )

    def action_reopen(self):
        """Take back the closing.

        :raises AccessError: for who may not write the events
        """
        self.check_access("write")
        for done, events in self.sudo().grouped(lambda event: bool(event.handled_on)).items():
            state = "handled" if done else "open"
            events.write({"state": state, "closed_on": False, "closed_user_id": False})

    def action_open_partner(self):
        """Open the customer's form."""
        return self._open_customer()
