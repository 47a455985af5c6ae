from odoo import fields, models

MANAGER = "crm_lifecycle.group_lifecycle_manager"
FOCUS = [("win", "Win Customers"), ("grow", "Grow with Customers"), ("keep", "Keep Customers")]
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ResCompany(models.Model):
    """What the company is about now, and whether its people get a letter a week."""

    _inherit = "res.company"

    lifecycle_focus = fields.Selection(
        FOCUS,
        "Focus",
        groups=MANAGER,
        help="What comes first: the screen that Lifecycle opens with, and the weekly digest. "
        "Without one, Lifecycle opens with the customers.",
    )
    lifecycle_digest = fields.Boolean(
        "Weekly Digest",
        groups=MANAGER,
        help="Once a week everybody gets an e-mail with their contacts of the week, the late, "
        "the missed and the put off. Whoever wants none says so in their preferences.",
    )
    lifecycle_digest_weekday = fields.Selection(
        WEEKDAYS,
        "Day of the Digest",
        groups=MANAGER,
        default="0",
        required=True,
        help="The weekly digest is sent on this day, or as soon after as the server runs.",
    )
