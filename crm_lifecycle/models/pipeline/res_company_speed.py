from odoo import fields, models

MANAGER = "crm_lifecycle.group_lifecycle_manager"


class ResCompany(models.Model):
    """How soon somebody who asked from outside has a salesperson, and is talked with."""

    _inherit = "res.company"

    lifecycle_contact_minutes = fields.Integer(
        "Contact New Leads within (Minutes)",
        groups=MANAGER,
        default=15,
        help="Working minutes from the arrival of a lead by the website, e-mail or an interface "
        "to the first contact. Zero: there is no deadline.",
    )
    lifecycle_assign_minutes = fields.Integer(
        "Assign New Leads within (Minutes)",
        groups=MANAGER,
        default=5,
        help="Working minutes from the arrival of a lead by the website, e-mail or an interface "
        "to its first salesperson. Zero: there is no target.",
    )
    lifecycle_lost_reason_required = fields.Boolean(
        "Lost Needs a Reason",
        groups=MANAGER,
        help="A lead cannot be lost without a lost reason, whichever way it is done.",
    )

    _lifecycle_contact_minutes = models.Constraint(
        "CHECK (lifecycle_contact_minutes BETWEEN 0 AND 100000)",
        "New leads are contacted within at most 100,000 minutes.",
    )
    _lifecycle_assign_minutes = models.Constraint(
        "CHECK (lifecycle_assign_minutes BETWEEN 0 AND 100000)",
        "New leads are assigned within at most 100,000 minutes.",
    )
