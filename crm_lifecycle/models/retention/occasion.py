from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import hebrew, occasions
from ..value.customer_value import HEALTH, TIERS
from .cadence_step import RESPONSIBLES

KINDS = [
    ("birthday", "Birthday of a Person"),
    ("spouse", "Birthday of the Spouse"),
    ("child", "Birthday of a Child"),
    ("first_purchase", "Anniversary of the First Purchase"),
    ("partner_date", "A Date of the Contact"),
    ("order_date", "A Date of an Order Line"),
    ("hand", "Dates Written by Hand"),
    ("holiday", "Holiday"),
]
HOLIDAYS = [
    ("fixed", "On a Fixed Day"),
    ("easter", "Easter"),
    ("easter_orthodox", "Easter, Orthodox"),
    ("rosh_hashana", "Rosh Hashana"),
    ("yom_kippur", "Yom Kippur"),
    ("sukkot", "Sukkot"),
    ("hanukkah", "Hanukkah"),
    ("purim", "Purim"),
    ("pesach", "Pesach"),
    ("shavuot", "Shavuot"),
]
# Kinds that look into a field, and the model it is one of.
FIELD_MODELS = {"partner_date": "res.partner", "order_date": "sale.order.line"}
FORWARD_AGAIN = {"active", "kind", "calendar", "holiday", "month", "day", "field_id", "repeats"}


class CrmOccasion(models.Model):
    """A day that is kept with customers: which, with whom, and what is done about it.

    A job (``occasion_plan.py``) looks ahead by ``lead_days`` and makes one ``crm.occasion.day``
    for each person and year; whose days fall when is one statement (``occasion_source.py``) and
    plain Python (``engine.occasions``). Conditions of one kind are alternatives, those of
    different kinds all hold; a kind in which nothing is chosen asks for nothing.
    """

    _name = "crm.occasion"
    _description = "Occasion"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Occasion", required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: for the customers of all companies. A customer of several is congratulated "
        "by the one that sold to them last.",
    )

    # When
    kind = fields.Selection(KINDS, required=True, default="birthday")
    calendar = fields.Selection(
        [("gregorian", "Gregorian"), ("hebrew", "Hebrew")], required=True, default="gregorian"
    )
    leap_day = fields.Selection(
        [("february_28", "28 February"), ("march_1", "1 March")],
        "29 February Is Kept on",
        required=True,
        default="february_28",
        help="In years that have no 29 February.",
    )
    holiday = fields.Selection(HOLIDAYS, required=True, default="fixed")
    month = fields.Integer(required=True, default=1)
    day = fields.Integer(required=True, default=1)
    field_id = fields.Many2one(
        "ir.model.fields",
        "Date",
        domain="[('model', '=', field_model), ('ttype', 'in', ('date', 'datetime')),"
        " ('store', '=', True)]",
        ondelete="set null",
    )
    field_model = fields.Char(compute="_compute_field_model")
    repeats = fields.Boolean("Every Year", default=True)
    lead_days = fields.Integer(
        "Days Before", required=True, default=7, help="So early it stands in people's lists."
    )
    late_days = fields.Integer(
        "At Most Days Late", required=True, default=7, help="After so many days it was missed."
    )
    warning = fields.Char(compute="_compute_warning")

    # Who
    tier_a = fields.Boolean("A")
    tier_b = fields.Boolean("B")
    tier_c = fields.Boolean("C")
    tier_d = fields.Boolean("D")
    health_new = fields.Boolean("New")
    health_good = fields.Boolean("Good")
    health_watch = fields.Boolean("Watch")
    health_risk = fields.Boolean("At Risk")
    health_lost = fields.Boolean("Lost")
    segment_ids = fields.Many2many(
        "res.partner.category",
        string="Segments",
        help="The customer is in one of these segments, or has one of these tags.",
    )
    domain = fields.Char("Also", default="[]", help="A condition on the customer's contact.")

    # What
    makes = fields.Selection(
        [
            ("touchpoint", "A Due Contact"),
            ("task", "A Task"),
            ("nothing", "Only the Message or the Gift"),
        ],
        required=True,
        default="touchpoint",
    )
    responsible_type = fields.Selection(
        RESPONSIBLES,
        "By",
        required=True,
        default="manager",
        help="The customer's. Without an account manager, the salesperson.",
    )
    user_id = fields.Many2one(
        "res.users", "Named", domain=[("share", "=", False)], ondelete="restrict"
    )
    activity_type_id = fields.Many2one("mail.activity.type", "Task", ondelete="set null")
    talk = fields.Text("What to Say", translate=True)
    template_id = fields.Many2one(
        "mail.template",
        "Message",
        domain=[("model", "=", "crm.occasion.day")],
        ondelete="restrict",
        help="Sent in the person's language, on the day itself.",
    )
    sends_itself = fields.Boolean(
        "Sent by Itself", help="Otherwise only after a person released it."
    )
    with_gift = fields.Boolean("Gift", help="Propose one that this person was never given.")

    # What came of it
    day_ids = fields.One2many("crm.occasion.day", "occasion_id", "Days Kept", readonly=True)
    planned_on = fields.Date("Last Looked", readonly=True, copy=False)
    planned_until = fields.Date("Looked until", readonly=True, copy=False)

    _days = models.Constraint(
        "CHECK (lead_days BETWEEN 0 AND 180 AND late_days BETWEEN 0 AND 90)",
        "An occasion is looked for up to 180 days before, and kept up to 90 days late.",
    )
    _date = models.Constraint(
        "CHECK (month BETWEEN 1 AND 12 AND day BETWEEN 1 AND 31)",
        "The month is 1 to 12, and the day 1 to 31.",
    )

    @api.depends("kind")
    def _compute_field_model(self):
        for occasion in self:
            occasion.field_model = FIELD_MODELS.get(occasion.kind)

    @api.depends("kind", "calendar", "holiday", "field_id")
    def _compute_warning(self):
        for occasion in self:
            occasion.warning = occasion._trouble()

    def _trouble(self):
        """Why the occasion is not kept, in words, or False."""
        self.ensure_one()
        if self._is_hebrew() and not hebrew.available():
            return self.env._(
                "The Hebrew calendar needs the Python package pyluach: ask your "
                "administrator to install it. Until then this occasion is not kept."
            )
        if self.kind in FIELD_MODELS and not self.sudo().field_id:
            return self.env._("Its date is no more: choose another date field.")
        return False

    def _is_hebrew(self):
        self.ensure_one()
        if self.kind == "holiday":
            return self.holiday in occasions.HEBREW_HOLIDAYS
        return self.calendar == "hebrew"

    # ------------------------------------------------------------------ checks
    @api.constrains("kind", "holiday", "month", "day")
    def _check_day(self):
        today = fields.Date.today()
        for occasion in self.filtered(lambda one: one._holiday_code() == "fixed"):
            try:
                occasions.holiday("fixed", today, today, occasion.month, occasion.day)
            except ValueError as error:
                raise ValidationError(
                    self.env._("No year has that day: correct the month or the day.")
                ) from error

    @api.constrains("kind", "field_id")
    def _check_field(self):
        for occasion in self.filtered(lambda one: one.kind in FIELD_MODELS):
            field = occasion.sudo().field_id
            ours = self.env[FIELD_MODELS[occasion.kind]]._fields.get(field.name)
            fits = field.model == FIELD_MODELS[occasion.kind] and self._is_day(ours)
            if not fits:
                raise ValidationError(self.env._("Choose the date field that the occasion is of."))

    @api.model
    def _is_day(self, field):
        """Whether a field is a day that stands in a column of its own."""
        return (
            field is not None
            and field.type in ("date", "datetime")
            and field.store
            and not field.company_dependent
        )

    @api.constrains("responsible_type", "user_id", "template_id")
    def _check_what(self):
        for occasion in self:
            if occasion.responsible_type == "user" and not occasion.user_id:
                raise ValidationError(self.env._("Name who keeps the occasion."))
            if occasion.template_id.sudo().model not in (False, "crm.occasion.day"):
                raise ValidationError(self.env._("Choose a message made for occasions."))

    @api.constrains("domain")
    def _check_domain(self):
        for occasion in self:
            self.env["crm.segment.rule"]._domain(occasion.domain)

    def write(self, vals):
        # What is kept on other days from now on begins with today, whatever went before.
        if FORWARD_AGAIN & set(vals):
            vals = {**vals, "planned_on": False, "planned_until": False}
        elif not {"planned_on", "planned_until"} & set(vals):
            vals = {**vals, "planned_on": False}
        return super().write(vals)

    # ------------------------------------------------------------------ actions
    def action_preview(self):
        """List the next twelve days on which this falls, and for how many people.

        :raises AccessError: for who may not change the occasion
        """
        self.ensure_one()
        self.check_access("write")
        rows = [
            {"occasion_id": self.id, "date": day, "people": people}
            for day, people in self.sudo()._next_days(12)
        ]
        lines = self.env["crm.occasion.preview"].sudo().create(rows)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_occasion_preview"
        )
        return {**action, "name": self.name, "domain": [("id", "in", lines.ids)]}

    # ------------------------------------------------------------------ hooks
    def _chosen(self, kind, choices):
        """The chosen values of a kind; none means any."""
        return [value for value, _label in choices if self[f"{kind}_{value}"]]

    def _tiers(self):
        return self._chosen("tier", TIERS)

    def _healths(self):
        return self._chosen("health", HEALTH)

    def _holiday_code(self):
        """The holiday that it is, or False. Override to add holidays of yours."""
        return self.holiday if self.kind == "holiday" else False

    def _occurrences(self, base, repeats, first, last):
        """When a day of a customer falls, from ``first`` to ``last``: ``Occurrence`` list."""
        code = self._holiday_code()
        if code:
            return occasions.holiday(code, first, last, self.month, self.day, self.leap_day)
        if repeats:
            return occasions.yearly(base, first, last, self.calendar, self.leap_day)
        return [occasions.once(base)] if first <= base <= last else []
