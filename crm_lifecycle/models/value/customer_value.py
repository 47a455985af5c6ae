from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

PHASES = [
    ("acquisition", "Acquisition"),
    ("enhancement", "Enhancement"),
    ("retention", "Retention"),
]
TIERS = [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]
HEALTH = [
    ("new", "New"),
    ("good", "Good"),
    ("watch", "Watch"),
    ("risk", "At Risk"),
    ("lost", "Lost"),
]


class CrmCustomerValue(models.Model):
    """What a customer brings, costs and is worth in a company.

    One row per commercial partner and company, with company currency throughout. Rows are
    *derived*: ``crm.customer.value.refresh`` fills them by SQL from invoices, stock and
    analytic lines; nobody writes them, but for the phase, which a person may choose and lock
    (``_set_phase``). Deleting all rows and refreshing gives the same table, bar those locks.

    The row's ids are its own; fields of the customer that people filter and group by are
    related fields, so they are always those of the moment.
    """

    _name = "crm.customer.value"
    _description = "Customer Worth"
    _inherit = ["crm.customer.mixin"]
    _order = "value_period desc, id"
    _log_access = False

    # The two unique and ranking indexes below begin with these.
    partner_id = fields.Many2one(index=False)
    company_id = fields.Many2one(index=False)

    # Revenue less service cost
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    revenue_total = fields.Monetary(
        "Revenue, All Time",
        readonly=True,
        help="Posted customer invoices less credit notes, untaxed.",
    )
    revenue_period = fields.Monetary("Revenue", readonly=True, help="In the trailing period.")
    service_cost_total = fields.Monetary("Service Cost, All Time", readonly=True)
    service_cost_period = fields.Monetary(
        "Service Cost", readonly=True, help="Hours and returns in the trailing period."
    )
    value_total = fields.Monetary("Worth, All Time", readonly=True)
    value_period = fields.Monetary(
        "Worth", readonly=True, help="Revenue less service cost in the trailing period."
    )

    # Purchases
    invoice_count = fields.Integer("Invoices", readonly=True)
    purchase_count = fields.Integer(
        "Purchases", readonly=True, help="Days with an invoice of a positive total."
    )
    first_purchase_date = fields.Date("First Purchase", readonly=True)
    last_purchase_date = fields.Date("Last Purchase", readonly=True)
    purchase_interval_days = fields.Float(
        "Days between Purchases", digits=(10, 2), readonly=True, aggregator="avg"
    )

    # Contacts and trouble
    interaction_count = fields.Integer("Contacts", readonly=True)
    inbound_count = fields.Integer("Contacts by Customer", readonly=True)
    complaint_count = fields.Integer("Complaints", readonly=True)
    last_interaction_date = fields.Datetime("Last Contact", readonly=True)
    next_touch_date = fields.Date("Next Contact", readonly=True)
    return_count = fields.Integer("Returns", readonly=True)
    overdue_amount = fields.Monetary("Overdue", readonly=True)
    days_late = fields.Integer(
        readonly=True,
        aggregator="max",
        help="Days since the oldest unpaid amount fell due.",
    )

    # Rank
    is_ranked = fields.Boolean(
        "Active in Period", readonly=True, help="Bought or cost something in the period."
    )
    score = fields.Float(
        digits=(5, 2),
        readonly=True,
        aggregator="avg",
        help="Share of the ranked customers worth less than this one: 0 is lowest, 100 highest.",
    )
    tier = fields.Selection(
        TIERS, readonly=True, help="D is worth at or below zero, however large the revenue."
    )

    # Phase
    phase = fields.Selection(PHASES, readonly=True)
    phase_since = fields.Date("In Phase since", readonly=True)
    phase_locked = fields.Boolean(readonly=True)

    # Outlook: filled by the health and forecast jobs
    health = fields.Selection(HEALTH, readonly=True)
    risk_score = fields.Float("Risk", digits=(5, 2), readonly=True, aggregator="avg")
    risk_reasons = fields.Json(readonly=True)
    p_alive = fields.Float("Probability Active", digits=(6, 4), readonly=True, aggregator="avg")
    expected_purchases = fields.Float(digits=(10, 2), readonly=True)
    expected_value = fields.Monetary(readonly=True)
    next_purchase_date = fields.Date("Next Purchase", readonly=True)
    computed_at = fields.Datetime("Computed", readonly=True)

    # Of the customer, as of now. With the viewer's own rights: as superuser, a filter on one of
    # these could go on from there to anything that hangs on a partner or a user.
    salesperson_id = fields.Many2one(
        related="partner_id.user_id", related_sudo=False, string="Salesperson"
    )
    team_id = fields.Many2one(
        related="partner_id.user_id.sale_team_id", related_sudo=False, string="Sales Team"
    )
    country_id = fields.Many2one(related="partner_id.country_id", related_sudo=False)
    city = fields.Char(related="partner_id.city", related_sudo=False)
    category_ids = fields.Many2many(
        related="partner_id.category_id", related_sudo=False, string="Tags"
    )
    is_company = fields.Boolean(related="partner_id.is_company", related_sudo=False)
    partner_active = fields.Boolean(
        related="partner_id.active", related_sudo=False, string="Active Customer"
    )

    # A constraint rather than a unique index: Odoo's merge of partners gives way only to those.
    _customer_company_uniq = models.Constraint(
        "UNIQUE (partner_id, company_id)", "A customer has one row in a company."
    )
    _ranking_idx = models.Index("(company_id, value_period DESC, id)")

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for value in self:
            value.display_name = self.env._("Customer worth %(id)s", id=value.id)

    # ------------------------------------------------------------------ actions
    def action_open_partner(self):
        """Open the customer's form."""
        return self._open_customer()

    # ------------------------------------------------------------------ phase by hand
    @api.model
    def _set_phase(self, partner, phase, *, locked=True, note=None):
        """Put a customer into a phase by hand, in the current company.

        :param partner: a contact; its commercial partner is meant
        :param str phase: one of ``PHASES``
        :param bool locked: keep the rules from moving the customer on
        :param str note: why, for the history
        :raises AccessError: when the customer is not the user's to see
        """
        if phase not in dict(PHASES):
            raise UserError(self.env._("Choose acquisition, enhancement or retention."))
        value = self._require(partner.commercial_partner_id)
        if value.phase != phase:
            self.env["crm.lifecycle.transition"].sudo().create(
                value._prepare_manual_transition(phase, note)
            )
            value.write({"phase": phase, "phase_since": fields.Date.context_today(self)})
        value.phase_locked = locked

    @api.model
    def _unlock_phase(self, partner):
        """Let the rules decide again; the job moves the customer within a minute."""
        value = self._require(partner.commercial_partner_id)
        value.phase_locked = False
        self.env["crm.customer.value.queue"]._push([(value.partner_id.id, value.company_id.id)])

    @api.model
    def _require(self, customer):
        """The customer's row in the current company, made when missing; in sudo.

        :raises AccessError: when the user may not see the customer
        """
        if not self.env.su:
            if not self.env.user.has_group("crm_lifecycle.group_lifecycle_user"):
                raise AccessError(self.env._("Only Lifecycle users choose a customer's phase."))
            self._check_customers(customer.ids, self.env.company)
        domain = [("partner_id", "=", customer.id), ("company_id", "=", self.env.company.id)]
        value = self.sudo().search(domain)
        if not value:
            value = self.sudo().create(
                {"partner_id": customer.id, "company_id": self.env.company.id, "value_period": 0}
            )
            self.env["crm.customer.value.queue"]._push([(customer.id, self.env.company.id)])
        return value

    def _prepare_manual_transition(self, phase, note):
        """The values of the history row for a choice by hand."""
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "from_phase": self.phase,
            "to_phase": phase,
            "date": fields.Datetime.now(),
            "reason": "manual",
            "note": note,
            "user_id": self.env.uid,
        }
