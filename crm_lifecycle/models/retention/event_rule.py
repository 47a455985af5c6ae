from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("overdue", "Invoices Overdue"),
    ("purchases_less", "Purchases Falling"),
    ("purchases_late", "No Purchase for Longer Than Usual"),
    ("returns", "Many Returns"),
    ("complaint", "Complaint without an Answer"),
    ("satisfaction", "Unhappy"),
    ("bounce", "Mails Coming Back"),
]
# The ready-made rules: type of event by code, and thresholds. All switched off.
READY_MADE = {
    "overdue": ("payment_trouble", {"days": 30}),
    "purchases_less": ("purchases_falling", {"days": 180, "percent": 50}),
    "purchases_late": ("purchases_falling", {"factor": 2.0}),
    "returns": ("returns", {"days": 90, "number": 3}),
    "complaint": ("complaint_unanswered", {"days": 3}),
    "satisfaction": ("unhappy", {"days": 60, "number": 2}),
    "bounce": ("mail_bouncing", {"number": 3}),
}
# Which thresholds a kind of rule has.
THRESHOLDS = {
    "overdue": ("days", "amount"),
    "purchases_less": ("days", "percent", "amount"),
    "purchases_late": ("factor",),
    "returns": ("days", "number"),
    "complaint": ("days",),
    "satisfaction": ("days", "number"),
    "bounce": ("number",),
}


class CrmEventRule(models.Model):
    """What a company notices by itself: a kind of cause, its thresholds, and the event it is.

    A job looks once a day (``event_rule_run.py``); whom a rule finds is one statement a kind
    (``event_rule_cause.py``). A customer has at most one event of a rule that has not ended, with
    all its rows; when the cause is gone the event ends. Rules come switched off.
    """

    _name = "crm.event.rule"
    _description = "Rule of Customer Events"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char("Rule", translate=True, help="Empty: the name of what it looks for.")
    active = fields.Boolean(default=False, help="Off: it raises nothing, and ends what ended.")
    sequence = fields.Integer(default=10)
    # Every company has rules from its first day: they stand in nobody's way.
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    type_id = fields.Many2one(
        "crm.customer.event.type", "Event", required=True, ondelete="restrict", index=True
    )
    kind = fields.Selection(KINDS, "Looks for", required=True, default="overdue")
    days = fields.Integer(
        default=30,
        help="Overdue or unanswered for so many days; else the length of the period.",
    )
    amount = fields.Monetary(
        "More Than",
        help="Overdue in all, or bought in the period before. In the company's currency.",
    )
    percent = fields.Integer(
        "Below Percent", default=50, help="Of what they bought in as many days before."
    )
    factor = fields.Float(
        "Times Their Rhythm",
        digits=(5, 2),
        default=2.0,
        help="No purchase for so many times the days between their purchases so far.",
    )
    number = fields.Integer(
        default=3,
        help="So many returns, or mails that came back to one person; the satisfaction at or "
        "below which a customer is unhappy.",
    )
    last_run_at = fields.Datetime("Last Looked", readonly=True, copy=False)
    event_count = fields.Integer("Events", compute="_compute_event_count")

    _thresholds = models.Constraint(
        "CHECK (days BETWEEN 1 AND 3650 AND percent BETWEEN 1 AND 100"
        " AND number BETWEEN 1 AND 1000 AND factor > 1 AND factor <= 100 AND amount >= 0)",
        "Days and numbers of a rule are one or more, the percentage at most 100, and the rhythm "
        "more than once.",
    )

    @api.depends("name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for rule in self:
            rule.display_name = rule.name or labels.get(rule.kind, "")

    def _compute_event_count(self):
        counts = dict(
            self.env["crm.customer.event"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.event_count = counts.get(rule, 0)

    @api.constrains("type_id")
    def _check_type(self):
        if not self.env.su:
            self.type_id.check_access("read")

    @api.constrains("kind", "number")
    def _check_number(self):
        for rule in self:
            if rule.kind == "satisfaction" and rule.number > 5:  # noqa: PLR2004 - the scale
                raise ValidationError(self.env._("Satisfaction is between 1 and 5."))

    def write(self, vals):
        if not {"kind", "company_id"}.isdisjoint(vals):
            events = self.env["crm.customer.event"].sudo()
            if events.search_count([("rule_id", "in", self.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "This rule has raised events. Switch it off, and write another one for "
                        "something else."
                    )
                )
        return super().write(vals)

    # ------------------------------------------------------------------ ready-made
    @api.model
    def _install_ready_made(self):
        """Give every company without rules the ready-made ones, switched off."""
        rules = self.sudo().with_context(active_test=False)
        have = {company for (company,) in rules._read_group([], ["company_id"])}
        companies = self.env["res.company"].sudo().search([])  # pylint: disable=no-search-all
        self._make_ready(companies.filtered(lambda one: one not in have))

    @api.model
    def _make_ready(self, companies):
        """The ready-made rules of these companies, switched off."""
        types = self.env["crm.customer.event.type"].sudo().with_context(active_test=False)
        codes = {code for code, _thresholds in READY_MADE.values()}
        by_code = {kind.code: kind for kind in types.search([("code", "in", list(codes))])}
        self.sudo().create(
            [
                {
                    "company_id": company.id,
                    "kind": kind,
                    "sequence": number,
                    "active": False,
                    "type_id": by_code[code].id,
                    **thresholds,
                }
                for company in companies
                for number, (kind, (code, thresholds)) in enumerate(READY_MADE.items(), 1)
                if code in by_code
            ]
        )

    # ------------------------------------------------------------------ screens
    def action_open_events(self):
        """The events that the rule raised, as far as the user may see them."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_customer_event"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {"create": False}}
