from odoo import api, fields, models

from ..value.customer_value import TIERS

STATES = [("draft", "Draft"), ("running", "Running")]
SHOWN = 500


class CrmLoyaltyRule(models.Model):
    """Which customers get which price list for their loyalty.

    Of the running rules of a company, the first by sequence that fits a customer decides. A job
    looks once a day (``loyalty_rule_job.py``); what it does for whom is one statement
    (``loyalty_plan.py``), which the preview shows beforehand. What a rule gave is kept
    (``crm.loyalty.grant``). A price list that somebody chose by hand is left alone.
    """

    _name = "crm.loyalty.rule"
    _description = "Loyalty Price List"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Rule", required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Where several rules fit a customer, the first one decides."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False)

    # Who
    years = fields.Integer(
        "Customer for Years",
        default=0,
        help="At least so many whole years since the first purchase. Zero: any customer who "
        "ever bought.",
    )
    tier_a = fields.Boolean("A")
    tier_b = fields.Boolean("B")
    tier_c = fields.Boolean("C")
    tier_d = fields.Boolean("D")
    segment_ids = fields.Many2many(
        "res.partner.category",
        string="Segments",
        help="The customer is in one of these segments, or has one of these tags.",
    )

    # What
    pricelist_id = fields.Many2one(
        "product.pricelist", required=True, index=True, check_company=True, ondelete="restrict"
    )
    grace_days = fields.Integer(
        "Grace (Days)",
        required=True,
        default=30,
        help="A customer whom the rule no longer fits keeps the price list for so many days.",
    )
    grant_ids = fields.One2many("crm.loyalty.grant", "rule_id", "Given", readonly=True)
    grant_count = fields.Integer("Customers with It", compute="_compute_grant_count")

    _years = models.Constraint(
        "CHECK (years BETWEEN 0 AND 100)", "The years of a customer are zero to a hundred."
    )
    _grace = models.Constraint(
        "CHECK (grace_days BETWEEN 0 AND 3650)", "The grace is zero days to ten years."
    )

    @api.depends("grant_ids.state")
    def _compute_grant_count(self):
        grants = self.env["crm.loyalty.grant"]
        domain = [("rule_id", "in", self.ids), ("state", "in", ("active", "grace"))]
        counts = dict(grants._read_group(domain, ["rule_id"], ["__count"]))
        for rule in self:
            rule.grant_count = counts.get(rule._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._check_pricelist()
        return rules

    def write(self, vals):
        result = super().write(vals)
        if "pricelist_id" in vals:
            self._check_pricelist()
        return result

    # ------------------------------------------------------------------ actions
    def action_switch_on(self):
        """Let the rules give their price lists from the next run of the daily job on.

        :raises AccessError: for who may not change the rules
        """
        self.check_access("write")
        self.state = "running"

    def action_switch_off(self):
        """Give no more; the grace of those who have the price list begins with the next run.

        :raises AccessError: for who may not change the rules
        """
        self.check_access("write")
        self.state = "draft"

    def action_preview(self):
        """List who would get the price list, lose it or be left alone, were the rule running.

        Nothing is changed.

        :raises AccessError: for who may not change the rule
        """
        self.ensure_one()
        self.check_access("write")
        steps = [step for step in self._preview_steps() if step.action != "none"]
        lines = (
            self.env["crm.loyalty.preview"]
            .sudo()
            .create([self._prepare_preview(step) for step in steps[:SHOWN]])
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_loyalty_preview"
        )
        name = self.env._("%(rule)s: %(count)s customers", rule=self.name, count=len(steps))
        return {**action, "name": name, "domain": [("id", "in", lines.ids)]}

    def action_open_grants(self):
        """Who has, or had, the price list by this rule, as far as the user may see them."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_loyalty_grant"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}

    # ------------------------------------------------------------------ helpers
    @api.model
    def _today(self):
        """The day it is, in UTC: the job and people in other zones go by one clock."""
        return fields.Datetime.now().date()

    def _check_pricelist(self):
        """Refuse price lists that the user may not see: Odoo asks no many2one value."""
        if not self.env.su:
            self.pricelist_id.check_access("read")

    def _tiers(self):
        """The tiers that are chosen; none means any."""
        return [tier for tier, _label in TIERS if self[f"tier_{tier}"]]

    @api.model
    def _running(self, company):
        """The rules of a company that decide, first one first; in sudo.

        One whose price list is archived gives nothing, and the next one may fit.
        """
        rules = self.sudo().search([("company_id", "=", company.id), ("state", "=", "running")])
        return rules.filtered("pricelist_id.active")

    def _preview_steps(self):
        """What the job would do now about this rule, were it running: list of ``Step``."""
        rule = self.sudo()
        rules = self._running(rule.company_id)
        if rule.pricelist_id.active:
            rules = (rules | rule).sorted(lambda one: (one.sequence, one.id))
        steps = self.env["crm.loyalty.plan"]._steps(rule.company_id, rules, self._today())
        return [step for step in steps if rule.id in (step.rule_id, step.given_rule_id)]

    def _prepare_preview(self, step):
        """The values of a line of the preview."""
        return {
            "rule_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": step.partner_id,
            "outcome": step.action,
            "present_pricelist_id": step.present_id,
            "pricelist_id": step.after_id,
            "until_date": step.until_date,
        }
