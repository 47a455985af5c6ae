from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..interaction.interaction import SATISFACTION
from ..value.customer_value import TIERS

CUSTOMER = "{customer}"
SHOWN = 500


class CrmStartRule(models.Model):
    """When an enhancement opportunity starts by itself.

    A customer is chosen so many days after their first or last purchase (of certain products,
    where any are named), when all the other conditions hold too. A job looks once a day
    (``start_rule_start.py``); who is chosen is one statement (``start_rule_source.py``). What was
    started is kept (``crm.start.rule.made``): within ``repeat_days`` a rule starts nothing more
    for a customer.
    """

    _name = "crm.start.rule"
    _description = "Starting Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Rule", required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Where two rules choose the same customer, the first one starts."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)

    # When
    days = fields.Integer(required=True, default=180)
    since = fields.Selection(
        [("first", "After the First Purchase"), ("last", "After the Last Purchase")],
        required=True,
        default="last",
    )
    window_days = fields.Integer(
        "At Most Days Late",
        required=True,
        default=30,
        help="A new rule starts nothing for customers whose day was longer ago than this.",
    )
    repeat_days = fields.Integer(
        "Not Again for Days",
        required=True,
        default=365,
        help="Within so many days the rule starts only one opportunity for a customer.",
    )

    # Who
    product_ids = fields.Many2many(
        "product.product", help="A purchase of one of these, or of the categories, counts."
    )
    category_ids = fields.Many2many("product.category", string="Product Categories")
    segment_ids = fields.Many2many(
        "res.partner.category",
        string="Segments",
        help="The customer is in one of these segments, or has one of these tags.",
    )
    tier_a = fields.Boolean("A")
    tier_b = fields.Boolean("B")
    tier_c = fields.Boolean("C")
    tier_d = fields.Boolean("D")
    min_satisfaction = fields.Selection(
        SATISFACTION,
        "Satisfaction at Least",
        help="As last said in a contact. A customer who never said is not chosen.",
    )
    no_open_complaint = fields.Boolean(default=True)
    no_open_opportunity = fields.Boolean(default=True)

    # What
    lead_name = fields.Char(
        "Opportunity",
        required=True,
        default=f"More for {CUSTOMER}",
        translate=True,
        help="{customer} stands for the customer's name.",
    )
    revenue_type = fields.Selection(
        [("fixed", "A Fixed Amount"), ("share", "A Share of Last Period's Revenue")],
        "Expected Revenue as",
        required=True,
        default="share",
    )
    expected_revenue = fields.Monetary()
    revenue_percent = fields.Float("Percent of Revenue", digits=(6, 2), default=20)
    priority = fields.Selection(
        [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")], default="1"
    )
    responsible_type = fields.Selection(
        [
            ("manager", "The Account Manager"),
            ("salesperson", "The Salesperson"),
            ("user", "Somebody Named"),
        ],
        "Led by",
        required=True,
        default="manager",
        help="The customer's. Without an account manager, the salesperson.",
    )
    user_id = fields.Many2one(
        "res.users", "Named", domain=[("share", "=", False)], check_company=True
    )
    team_id = fields.Many2one("crm.team", "Sales Team", check_company=True, ondelete="set null")
    stage_id = fields.Many2one(
        "crm.stage",
        ondelete="set null",
        domain="[('lifecycle_phase', 'in', ['enhancement', False])]",
        help="The first stage of the process, where none is named.",
    )

    # What came of it
    made_ids = fields.One2many("crm.start.rule.made", "rule_id", readonly=True)
    made_count = fields.Integer("Started", compute="_compute_made_count")
    last_run_at = fields.Datetime("Last Looked", readonly=True, copy=False)

    _days = models.Constraint(
        "CHECK (days BETWEEN 0 AND 36500 AND window_days BETWEEN 0 AND 36500)",
        "The days after a purchase are zero or more.",
    )
    _repeat = models.Constraint(
        "CHECK (repeat_days BETWEEN 1 AND 36500)",
        "A rule starts one opportunity for a customer in a day at most.",
    )
    _percent = models.Constraint(
        "CHECK (revenue_percent BETWEEN 0 AND 10000)", "The percentage is zero or more."
    )
    _revenue = models.Constraint(
        "CHECK (expected_revenue >= 0 AND expected_revenue < 1e15)",
        "The expected revenue is zero or more.",
    )

    @api.depends("made_ids")
    def _compute_made_count(self):
        made = self.env["crm.start.rule.made"]
        counts = dict(made._read_group([("rule_id", "in", self.ids)], ["rule_id"], ["__count"]))
        for rule in self:
            rule.made_count = counts.get(rule._origin, 0)

    @api.constrains("responsible_type", "user_id")
    def _check_user(self):
        for rule in self:
            if rule.responsible_type == "user" and not rule.user_id:
                raise ValidationError(self.env._("Name who leads the opportunities of the rule."))

    @api.constrains("stage_id")
    def _check_stage(self):
        for rule in self:
            if rule.stage_id.lifecycle_phase == "acquisition":
                raise ValidationError(
                    self.env._("The rule opens enhancement opportunities: name one of its stages.")
                )

    # ------------------------------------------------------------------ actions
    def action_preview(self):
        """List what the rule would start now. Nothing is started.

        :raises AccessError: for who may not change the rule
        """
        self.ensure_one()
        self.check_access("write")
        found = self._candidates(self._today())
        lines = (
            self.env["crm.start.rule.preview"]
            .sudo()
            .create([self._prepare_preview(one) for one in found[:SHOWN]])
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_start_rule_preview"
        )
        name = self.env._("%(rule)s would start %(count)s", rule=self.name, count=len(found))
        return {**action, "name": name, "domain": [("id", "in", lines.ids)]}

    def action_open_leads(self):
        """The opportunities that the rule started, as far as the user may see them."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.lead",
            "view_mode": "list,form",
            "domain": [("id", "in", self.made_ids.lead_id.ids)],
            "context": {"active_test": False},
        }

    # ------------------------------------------------------------------ who and what
    @api.model
    def _today(self):
        """The day it is, in UTC: the job and people in other zones go by one clock."""
        return fields.Datetime.now().date()

    def _tiers(self):
        """The tiers that are chosen; none means any."""
        return [tier for tier, _label in TIERS if self[f"tier_{tier}"]]

    def _candidates(self, as_of, limit=None):
        """Who is chosen on a day: list of ``Candidate``, by customer."""
        self.ensure_one()
        # A product or tag that was archived is still a condition.
        rule = self.sudo().with_context(active_test=False)
        return self.env["crm.start.rule.source"]._candidates(rule, as_of, limit)

    def _reason(self, candidate):
        """Why a customer is chosen, in one sentence."""
        values = {
            "date": format_date(self.env, candidate.purchase_date),
            "days": candidate.days,
            "tier": (candidate.tier or "-").upper(),
            "satisfaction": candidate.satisfaction or self.env._("not known"),
        }
        if self.since == "first":
            return self.env._(
                "First purchase on %(date)s, %(days)s days ago; tier %(tier)s; "
                "satisfaction %(satisfaction)s",
                **values,
            )
        return self.env._(
            "Last purchase on %(date)s, %(days)s days ago; tier %(tier)s; "
            "satisfaction %(satisfaction)s",
            **values,
        )

    def _revenue_of(self, candidate):
        """The expected revenue, in the company's currency, never below zero."""
        if self.revenue_type == "fixed":
            return self.expected_revenue
        share = candidate.revenue_period * self.revenue_percent / 100
        return max(self.currency_id.round(share), 0)

    def _leader_of(self, candidate):
        """The id of who leads it, or False."""
        if self.responsible_type == "user":
            return self.user_id.id
        if self.responsible_type == "manager":
            return candidate.manager_id or candidate.salesperson_id or False
        return candidate.salesperson_id or False

    def _prepare_preview(self, candidate):
        """The values of a line of the dry run."""
        return {
            "rule_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": candidate.partner_id,
            "lead_name": self.lead_name.replace(CUSTOMER, candidate.name),
            "expected_revenue": self._revenue_of(candidate),
            "user_id": self._leader_of(candidate),
            "reason": self._reason(candidate),
        }
