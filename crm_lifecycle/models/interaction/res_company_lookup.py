from odoo import fields, models

MANAGER = "crm_lifecycle.group_lifecycle_manager"


class ResCompany(models.Model):
    """How often somebody may look up a telephone number, and how long that is kept."""

    _inherit = "res.company"

    lifecycle_lookup_limit = fields.Integer(
        "Look-ups a Minute",
        groups=MANAGER,
        default=60,
        help="A user who looks up more telephone numbers within a minute is asked to wait.",
    )
    lifecycle_lookup_days = fields.Integer(
        "Keep Look-ups (Days)",
        groups=MANAGER,
        default=90,
        help="Who looked up which telephone number is forgotten after so many days.",
    )

    _lifecycle_lookup_limit = models.Constraint(
        "CHECK (lifecycle_lookup_limit BETWEEN 1 AND 100000)",
        "Look-ups a minute are at least one and at most 100,000.",
    )
    _lifecycle_lookup_days = models.Constraint(
        "CHECK (lifecycle_lookup_days BETWEEN 1 AND 3650)",
        "Look-ups are kept for at least a day and at most ten years.",
    )
