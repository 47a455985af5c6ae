from odoo import api, fields, models
from odoo.exceptions import ValidationError

DIRECTIONS = [("in", "They contacted us"), ("out", "We contacted them")]
SATISFACTION = [
    ("1", "1 Very unhappy"),
    ("2", "2 Unhappy"),
    ("3", "3 So-so"),
    ("4", "4 Happy"),
    ("5", "5 Very happy"),
]
COMPLAINT_STATES = [("open", "Open"), ("answered", "Answered"), ("closed", "Closed")]
SOURCES = [
    ("manual", "Logged by hand"),
    ("email", "E-mail"),
    ("activity", "Activity"),
    ("meeting", "Meeting"),
    ("call", "Telephone exchange"),
    ("import", "Import"),
]
OPEN_COMPLAINT = ("open", "answered")
# What a person may change the meaning of a row with, and what then has to be counted anew.
COUNTED = {
    "partner_id",
    "company_id",
    "date",
    "direction",
    "channel_id",
    "minutes",
    "cost",
    "fixed_cost",
    "hourly_cost",
    "is_complaint",
}


class CrmInteraction(models.Model):
    """One contact with a customer: who, when, how, what was said and learned, what it cost.

    ``partner_id`` is the customer (the commercial partner), ``contact_id`` the person at it; a
    new row needs one of the two. Rows are made by people (*Log contact*, ``log_call``, import)
    and by what captures e-mails, activities and meetings; the latter name where the row came
    from in ``source`` and ``source_res_id``, which together are unique, so that nothing is
    captured twice.

    The cost is the channel's fixed cost plus minutes at an hourly cost, with the rates frozen on
    the row when it is made (``crm.interaction`` in ``interaction_rate.py``).
    """

    _name = "crm.interaction"
    _description = "Contact with a Customer"
    _inherit = ["crm.customer.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    # The index below begins with it.
    partner_id = fields.Many2one(index=False, readonly=False, tracking=True)
    contact_id = fields.Many2one(
        "res.partner", "With", index=True, ondelete="set null", help="The person at the customer."
    )
    company_id = fields.Many2one(default=lambda self: self.env.company)
    date = fields.Datetime("When", required=True, default=fields.Datetime.now, index=True)
    user_id = fields.Many2one(
        "res.users",
        "Our Side",
        default=lambda self: self.env.user,
        index=True,
        ondelete="set null",
        domain=[("share", "=", False)],
        tracking=True,
        help="Who of us talked with the customer.",
    )
    channel_id = fields.Many2one(
        "crm.interaction.channel", required=True, ondelete="restrict", index=True, tracking=True
    )
    direction = fields.Selection(DIRECTIONS, "Started by", required=True, default="in")
    minutes = fields.Float(digits=(10, 2), aggregator="sum")
    summary = fields.Char("Subject", size=500)
    said = fields.Text("What Was Said")
    learned = fields.Text("What Was Learned")
    topic_ids = fields.Many2many("crm.interaction.topic", string="Topics")
    satisfaction = fields.Selection(SATISFACTION, tracking=True)
    recording_url = fields.Char("Recording", size=2000)

    # The document it was about
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)

    # Where the row came from
    source = fields.Selection(SOURCES, "Came from", required=True, default="manual", readonly=True)
    source_res_id = fields.Integer("Source Record", readonly=True, copy=False, aggregator=None)
    external_id = fields.Char("External Reference", readonly=True, copy=False, size=200)

    # Complaint
    is_complaint = fields.Boolean("Complaint", tracking=True)
    complaint_state = fields.Selection(
        COMPLAINT_STATES,
        "State of Complaint",
        compute="_compute_complaint_state",
        store=True,
        readonly=False,
        tracking=True,
    )
    complaint_answer = fields.Text("Our Answer")
    complaint_answered_on = fields.Datetime("Answered on", readonly=True, copy=False)
    complaint_closed_on = fields.Datetime("Closed on", readonly=True, copy=False)
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", ondelete="set null", check_company=True
    )

    # What it cost, at the rates of then
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    fixed_cost = fields.Monetary(
        "Cost per Contact",
        readonly=True,
        groups="crm_lifecycle.group_lifecycle_manager",
        help="The channel's, when this contact was logged.",
    )
    hourly_cost = fields.Monetary(
        "Cost per Hour",
        readonly=True,
        groups="crm_lifecycle.group_lifecycle_manager",
        help="That of the person or the channel, when this contact was logged.",
    )
    cost = fields.Monetary(
        compute="_compute_cost", store=True, compute_sudo=True, help="At the rates of then."
    )

    # Of the customer, as of now, with the viewer's own rights
    salesperson_id = fields.Many2one(
        related="partner_id.user_id", related_sudo=False, string="Salesperson"
    )
    team_id = fields.Many2one(
        related="partner_id.user_id.sale_team_id", related_sudo=False, string="Sales Team"
    )
    country_id = fields.Many2one(related="partner_id.country_id", related_sudo=False)
    state_id = fields.Many2one(
        related="partner_id.state_id", related_sudo=False, string="State or Region"
    )
    city = fields.Char(related="partner_id.city", related_sudo=False)
    category_ids = fields.Many2many(
        related="partner_id.category_id", related_sudo=False, string="Tags"
    )

    _of_customer_idx = models.Index("(partner_id, date DESC, id DESC)")
    _open_complaint_idx = models.Index(
        "(partner_id, company_id) WHERE complaint_state IN ('open', 'answered')"
    )
    _document_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")
    _source_uniq = models.UniqueIndex(
        "(source, source_res_id) WHERE source_res_id > 0",
        "This e-mail, activity or meeting is a contact already.",
    )
    _external_uniq = models.UniqueIndex(
        "(company_id, external_id) WHERE external_id IS NOT NULL",
        "A contact with this external reference is there already.",
    )
    _minutes = models.Constraint(
        "CHECK (minutes >= 0 AND minutes <= 10080)",
        "The minutes of a contact are between zero and a week.",
    )
    _date_possible = models.Constraint(
        "CHECK (date >= '1970-01-01' AND date < '2200-01-01')", "The date of a contact is not one."
    )

    # ------------------------------------------------------------------ computes
    @api.depends("channel_id", "date")
    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for interaction in self:
            channel = interaction.sudo().channel_id.name or self.env._("Contact")
            day = fields.Date.to_string(interaction.date) if interaction.date else ""
            interaction.display_name = f"{channel} {day}".strip()

    @api.depends("is_complaint")
    def _compute_complaint_state(self):
        for interaction in self:
            state = interaction.complaint_state or "open"
            interaction.complaint_state = state if interaction.is_complaint else False

    @api.model
    def _grouped_fields(self):
        return super()._grouped_fields() | {"state_id"}

    # ------------------------------------------------------------------ checks
    @api.constrains("user_id")
    def _check_user_is_ours(self):
        if any(user.share for user in self.sudo().user_id):
            raise ValidationError(self.env._("Our side of a contact is one of our users."))

    @api.constrains("date")
    def _check_date_is_past(self):
        limit = fields.Datetime.add(fields.Datetime.now(), days=1)
        if any(interaction.date > limit for interaction in self):
            raise ValidationError(
                self.env._("A contact is logged when it was. Plan an activity for a later one.")
            )

    @api.constrains("recording_url")
    def _check_recording_url(self):
        for interaction in self:
            url = (interaction.recording_url or "").lower()
            if url and not url.startswith(("https://", "http://")):
                raise ValidationError(self.env._("A recording is a link: https://..."))

    @api.onchange("contact_id")
    def _onchange_contact_id(self):
        self._take_customer_of_contact()

    @api.onchange("channel_id")
    def _onchange_channel_id(self):
        if not self._origin:
            self.minutes = self.channel_id.default_minutes

    # ------------------------------------------------------------------ create, write, unlink
    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["contact_id"]).get("contact_id")
        self._check_customers({vals.get("contact_id", default) for vals in vals_list})
        interactions = super().create([self._with_customer(vals) for vals in vals_list])
        interactions._check_links(dict.fromkeys(("contact_id", "res_id")))
        interactions._freeze_rates()
        interactions._push_customers()
        return interactions

    def write(self, vals):
        if vals.get("partner_id"):
            customer = self._customer_of(vals["partner_id"])
            # The person is of the customer: without one, it is who was named.
            vals = {"contact_id": vals["partner_id"], **vals, "partner_id": customer.id}
        if not COUNTED & set(vals):
            result = super().write(vals)
            self._check_links(vals)
            return result
        self._push_customers()
        rated_anew = self.filtered(lambda row: row._changes_rates(vals))
        result = super().write(vals)
        self._check_links(vals)
        rated_anew._freeze_rates()
        self._push_customers()
        return result

    def unlink(self):
        self._push_customers()
        return super().unlink()

    @api.model
    def _with_customer(self, vals):
        """Values with the customer of the contact, or the contact that is the customer itself."""
        vals = {**self.default_get(["partner_id", "contact_id"]), **vals}
        contact_id = vals.get("contact_id") or vals.get("partner_id")
        customer = self._customer_of(vals.get("partner_id") or contact_id)
        if not customer:
            return vals
        return {**vals, "partner_id": customer.id, "contact_id": contact_id}

    @api.model
    def _customer_of(self, partner_id):
        """The commercial partner of a partner, in sudo; none when there is no such partner."""
        return self.env["res.partner"].sudo().browse(partner_id).exists().commercial_partner_id

    def _check_links(self, vals):
        """Refuse a person of another customer, and a document that the user may not read.

        :raises AccessError: the same for what is hidden and for what is not there
        """
        if self.env.su:
            return
        if "contact_id" in vals:
            for interaction in self.sudo().filtered("contact_id"):
                customer = interaction.contact_id.commercial_partner_id
                if customer != interaction.partner_id.commercial_partner_id:
                    self._check_customers(customer.ids, interaction.company_id)
                    raise ValidationError(
                        self.env._("Choose a person of the customer, or the person's customer.")
                    )
        if "res_id" in vals or "res_model" in vals:
            for interaction in self.filtered("res_id"):
                if interaction.res_model not in self.env:
                    raise ValidationError(self.env._("There is no such document."))
                self.env[interaction.res_model].browse(interaction.res_id).check_access("read")

    def _push_customers(self):
        """Have the customers' figures added up anew."""
        rows = self.sudo()
        self.env["crm.customer.value.queue"]._push(
            (row.partner_id.id, row.company_id.id) for row in rows
        )
