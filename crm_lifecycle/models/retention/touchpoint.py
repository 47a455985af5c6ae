from odoo import api, fields, models

KINDS = [
    ("cadence", "Cadence"),
    ("service", "Proactive Service"),
    ("occasion", "Occasion"),
    ("manual", "By Hand"),
]
STATES = [
    ("planned", "Planned"),
    ("scheduled", "Scheduled"),
    ("put_off", "Put Off"),
    ("done", "Done"),
    ("skipped", "Skipped"),
    ("missed", "Missed"),
]
OPEN = ("planned", "scheduled", "put_off")
CLOSED = ("done", "skipped", "missed")
WAITS = [
    ("capacity", "The person's days are full"),
    ("cap", "The customer was contacted enough"),
    ("do_not_contact", "The customer does not want to be contacted"),
    ("complaint", "A complaint is open"),
    ("nobody", "Nobody is responsible"),
]


class CrmTouchpoint(models.Model):
    """One due contact with a customer: when, by whom, and what became of it.

    Rows are history: they are closed (done, skipped, missed), never deleted but with the
    customer. A step has at most one open touchpoint for a customer. ``due_date`` is the ideal
    day, ``max_date`` the last good one, ``planned_date`` the day that the levelling found among
    the responsible's other contacts; ``scheduled`` means that an activity exists.
    """

    _name = "crm.touchpoint"
    _description = "Due Contact"
    _inherit = ["crm.customer.mixin"]
    _order = "rank desc, due_date, id"

    # The indexes below begin with them.
    partner_id = fields.Many2one(index=False)
    name = fields.Char("Contact", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, default="cadence", readonly=True)
    state = fields.Selection(STATES, required=True, default="planned", readonly=True)
    contact_id = fields.Many2one(
        "res.partner", "With", index="btree_not_null", ondelete="set null", readonly=True
    )
    cadence_id = fields.Many2one(
        "crm.cadence", index="btree_not_null", ondelete="set null", readonly=True
    )
    step_id = fields.Many2one("crm.cadence.step", ondelete="set null", readonly=True)
    is_service = fields.Boolean("Service Contact", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Responsible", index="btree_not_null", ondelete="set null", readonly=True
    )
    talk = fields.Text("What to Talk About", readonly=True)

    # When
    since_date = fields.Date(
        "Counted from", readonly=True, help="The last contact that counted, or the start."
    )
    start_date = fields.Date(readonly=True, help="Contacts before this day do not count.")
    floor_date = fields.Date("Not Due before", readonly=True)
    due_date = fields.Date("Due", required=True, readonly=True)
    max_date = fields.Date("At the Latest", required=True, readonly=True)
    planned_date = fields.Date("Planned", readonly=True)
    waits_for = fields.Selection(WAITS, "Waits because", readonly=True)
    rank = fields.Float("Order", readonly=True, aggregator=None, help="Worth at stake x lateness.")
    activity_id = fields.Many2one(
        "mail.activity", "Task", index="btree_not_null", ondelete="set null", readonly=True
    )

    # What became of it
    interaction_id = fields.Many2one(
        "crm.interaction",
        "Contact Made",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    closed_on = fields.Date("Closed", readonly=True)
    closed_user_id = fields.Many2one("res.users", "Closed by", ondelete="set null", readonly=True)
    late_days = fields.Integer(
        "Days Late", readonly=True, help="After the latest good day. Negative: before it."
    )
    put_off_until = fields.Date(readonly=True)
    put_off_reason = fields.Char(readonly=True, size=250)
    put_off_count = fields.Integer("Times Put Off", readonly=True)
    skip_reason = fields.Char("Why Skipped", readonly=True, size=250)
    is_left = fields.Boolean(
        "Not Needed", readonly=True, help="Nobody skipped it: there was no more need for it."
    )
    complaint_id = fields.Many2one(
        "crm.interaction",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="The open complaint that asked for this contact.",
    )

    _open_uniq = models.UniqueIndex(
        "(step_id, partner_id, company_id) WHERE step_id IS NOT NULL"
        " AND state IN ('planned', 'scheduled', 'put_off')",
        "The customer has an open contact of this step already.",
    )
    _of_customer_idx = models.Index("(partner_id, company_id, state)")
    _of_user_idx = models.Index(
        "(user_id, planned_date) WHERE state IN ('planned', 'scheduled', 'put_off')"
    )
    _complaint_uniq = models.UniqueIndex(
        "(complaint_id) WHERE complaint_id IS NOT NULL",
        "The complaint has asked for a contact already.",
    )
    _of_step_idx = models.Index("(step_id, partner_id, company_id, closed_on DESC)")
    _closed_idx = models.Index("(company_id, closed_on)")

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for touchpoint in self:
            touchpoint.display_name = self.env._("Due contact %(id)s", id=touchpoint.id)

    @api.onchange("contact_id")
    def _onchange_contact_id(self):
        self._take_customer_of_contact()

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["contact_id"]).get("contact_id")
        self._check_customers({vals.get("contact_id", default) for vals in vals_list})
        return super().create(vals_list)

    def write(self, vals):
        self._check_customers({vals.get("contact_id")})
        return super().write(vals)
