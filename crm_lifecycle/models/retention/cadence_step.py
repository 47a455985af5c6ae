from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.cadence import Interval, Rhythm

UNITS = [("days", "Days"), ("weeks", "Weeks"), ("months", "Months")]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RESPONSIBLES = [
    ("manager", "The Account Manager"),
    ("salesperson", "The Salesperson"),
    ("team_leader", "The Team Leader"),
    ("user", "Somebody Named"),
]


class CrmCadenceStep(models.Model):
    """One kind of contact that a cadence asks for: which, by whom, how often.

    ``ideal`` days, weeks or months after the last contact that counts the next one is due, and
    by ``max`` at the latest. What counts is an interaction by a channel that counts as contact,
    of ``channel_ids`` where any are named, in the step's direction, by its responsible only
    where the step says so.
    """

    _name = "crm.cadence.step"
    _description = "Step of a Cadence"
    _order = "sequence, id"
    _check_company_auto = True

    cadence_id = fields.Many2one("crm.cadence", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="cadence_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char("Contact", required=True, translate=True)
    channel_ids = fields.Many2many(
        "crm.interaction.channel", string="Channels", help="Any that counts, where none is named."
    )
    direction = fields.Selection(
        [("any", "Whoever Starts"), ("out", "We Contact Them"), ("in", "They Contact Us")],
        required=True,
        default="any",
    )
    is_service = fields.Boolean(
        "Service Contact",
        help="Goes on while a complaint is open; sales contacts wait until it is closed.",
    )
    responsible_type = fields.Selection(
        RESPONSIBLES,
        "By",
        required=True,
        default="manager",
        help="The customer's. Without an account manager, the salesperson.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Named",
        domain=[("share", "=", False)],
        check_company=True,
        ondelete="restrict",
    )
    only_responsible = fields.Boolean(
        "Only by Them", help="Contacts of colleagues do not count for this step."
    )
    ideal_number = fields.Integer("Every", required=True, default=1)
    ideal_unit = fields.Selection(UNITS, required=True, default="months")
    max_number = fields.Integer("At Most Every", required=True, default=6)
    max_unit = fields.Selection(UNITS, required=True, default="weeks")
    monday = fields.Boolean(default=True)
    tuesday = fields.Boolean(default=True)
    wednesday = fields.Boolean(default=True)
    thursday = fields.Boolean(default=True)
    friday = fields.Boolean(default=True)
    saturday = fields.Boolean(default=True)
    sunday = fields.Boolean(default=True)
    hour_from = fields.Float("From", default=0.0)
    hour_to = fields.Float("Until", default=24.0)
    activity_type_id = fields.Many2one("mail.activity.type", "Task", ondelete="set null")
    talk = fields.Text("What to Talk About", translate=True)

    _intervals = models.Constraint(
        "CHECK (ideal_number BETWEEN 1 AND 3650 AND max_number BETWEEN 1 AND 3650)",
        "The intervals of a step are one or more.",
    )
    _hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_to <= 24 AND hour_from < hour_to)",
        "The hours of a step are between 0 and 24, and end after they begin.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._ask_for_preview()
        return steps

    def write(self, vals):
        result = super().write(vals)
        self._ask_for_preview()
        return result

    def _ask_for_preview(self):
        """What was seen in the preview of these cadences is not what they ask for any more."""
        self.cadence_id.sudo().filtered("previewed_at").previewed_at = False

    @api.constrains("responsible_type", "user_id")
    def _check_user(self):
        for step in self:
            if step.responsible_type == "user" and not step.user_id:
                raise ValidationError(self.env._("Name who makes the contacts of the step."))
            if step.user_id.sudo().share:
                raise ValidationError(self.env._("A contact is made by one of our users."))

    @api.constrains("ideal_number", "ideal_unit", "max_number", "max_unit")
    def _check_intervals(self):
        # In the shortest month, so that a month and four weeks go together.
        start = date(2026, 2, 1)
        for step in self:
            rhythm = step._rhythm()
            if rhythm.longest.after(start) < rhythm.ideal.after(start):
                raise ValidationError(
                    self.env._(
                        "A step is late after its longest interval: "
                        "make that as long as the usual one, or longer."
                    )
                )

    @api.constrains(*WEEKDAYS)
    def _check_weekdays(self):
        if any(not any(step._weekdays()) for step in self):
            raise ValidationError(self.env._("Choose a weekday on which the step may be done."))

    def _weekdays(self):
        """Monday to Sunday."""
        return tuple(self[name] for name in WEEKDAYS)

    def _rhythm(self):
        """How often the step asks for a contact, as the engine takes it."""
        self.ensure_one()
        return Rhythm(
            Interval(self.ideal_number, self.ideal_unit),
            Interval(self.max_number, self.max_unit),
            self._weekdays(),
        )
