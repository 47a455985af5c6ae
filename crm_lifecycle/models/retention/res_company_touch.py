from odoo import fields, models

MANAGER = "crm_lifecycle.group_lifecycle_manager"


class ResCompany(models.Model):
    """How many due contacts a person makes in a day."""

    _inherit = "res.company"

    lifecycle_touch_capacity = fields.Integer(
        "Contacts a Day",
        groups=MANAGER,
        default=8,
        help="How many due contacts a person makes on a working day.",
    )

    _lifecycle_touch_capacity = models.Constraint(
        "CHECK (lifecycle_touch_capacity BETWEEN 1 AND 1000)",
        "A person makes at least one and at most 1,000 contacts a day.",
    )
