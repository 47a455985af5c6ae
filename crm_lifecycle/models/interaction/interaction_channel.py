from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("call", "Call"),
    ("email", "E-mail"),
    ("message", "Message"),
    ("meeting", "Meeting"),
    ("visit", "Visit"),
    ("letter", "Letter"),
    ("other", "Other"),
]


class CrmInteractionChannel(models.Model):
    """A way of talking with customers, and what it costs in each company.

    The costs are rates of today: a contact keeps those it was logged with
    (``crm.interaction._freeze_rates``).
    """

    _name = "crm.interaction.channel"
    _description = "Channel of Contacts"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="other",
        help="What captures contacts by itself looks for a channel of its kind: "
        "e-mails for E-mail, the telephone exchange for Call, the calendar for Meeting.",
    )
    icon = fields.Char(default="fa-comment-o", help="A Font Awesome class, for the buttons.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_touch = fields.Boolean(
        "Counts as Contact",
        default=True,
        help="An exchange with the customer: it counts among the contacts and moves the last "
        "contact. A letter that nobody answers may be none.",
    )
    default_minutes = fields.Float(
        "Usual Minutes", digits=(10, 2), help="What a new contact starts with."
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    fixed_cost = fields.Float(
        "Cost per Contact",
        digits=(16, 2),
        company_dependent=True,
        help="Whatever the duration, in the currency of the company.",
    )
    hourly_cost = fields.Float(
        "Cost per Hour",
        digits=(16, 2),
        company_dependent=True,
        help="For everybody whose own hourly cost is not known, in the currency of the company.",
    )

    _default_minutes = models.Constraint(
        "CHECK (default_minutes >= 0 AND default_minutes <= 10080)",
        "The usual minutes are between zero and a week.",
    )

    @api.depends_context("company")
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.constrains("fixed_cost", "hourly_cost")
    def _check_costs(self):
        for channel in self:
            costs = (channel.fixed_cost, channel.hourly_cost)
            if any(not isfinite(cost) or cost < 0 for cost in costs):
                raise ValidationError(self.env._("The costs of a channel are zero or more."))

    @api.model
    def _of_kind(self, kind):
        """The first active channel of a kind; none when the company uses no such channel."""
        return self.sudo().search([("kind", "=", kind)], limit=1)
