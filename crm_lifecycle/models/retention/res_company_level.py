from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.levelling import Caps
from ...engine.quiet import Quiet

MANAGER = "crm_lifecycle.group_lifecycle_manager"
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
    """How often customers are contacted at the most, and when they are left in peace."""

    _inherit = "res.company"

    lifecycle_contact_cap = fields.Integer(
        "Contacts with a Customer at Most",
        groups=MANAGER,
        default=4,
        help="Over all channels and cadences, those that were made included.",
    )
    lifecycle_contact_cap_days = fields.Integer(
        "within Days",
        groups=MANAGER,
        default=30,
        help="The cap holds for any stretch of so many days.",
    )
    lifecycle_hour_from = fields.Float(
        "Contacts from", groups=MANAGER, default=0.0, help="Customers are not contacted earlier."
    )
    lifecycle_hour_to = fields.Float(
        "Contacts until", groups=MANAGER, default=24.0, help="Customers are not contacted later."
    )
    lifecycle_rest_from_day = fields.Selection(
        WEEKDAYS,
        "Rest from",
        groups=MANAGER,
        help="From here to the end of the rest no customer is contacted. Empty: no weekly rest.",
    )
    lifecycle_rest_from_hour = fields.Float("Rest from Hour", groups=MANAGER, default=16.0)
    lifecycle_rest_to_day = fields.Selection(
        WEEKDAYS, "Rest until", groups=MANAGER, help="The day the weekly rest ends."
    )
    lifecycle_rest_to_hour = fields.Float("Rest until Hour", groups=MANAGER, default=20.0)

    lifecycle_service_a_day = fields.Integer(
        "Offers a Day",
        groups=MANAGER,
        default=2,
        help="How many customers who ask for nothing are offered to a person who has time. "
        "0: none.",
    )
    lifecycle_service_quiet_days = fields.Integer(
        "Quiet for Days",
        groups=MANAGER,
        default=180,
        help="Who has not called or not bought for so many days is offered.",
    )
    lifecycle_service_again_days = fields.Integer(
        "Not Again for Days",
        groups=MANAGER,
        default=90,
        help="A customer who was offered is not offered again for so many days.",
    )

    _lifecycle_service = models.Constraint(
        "CHECK (lifecycle_service_a_day BETWEEN 0 AND 100"
        " AND lifecycle_service_quiet_days BETWEEN 1 AND 3650"
        " AND lifecycle_service_again_days BETWEEN 1 AND 3650)",
        "Offers a day are 0 to 100, and the days between one and 3,650.",
    )
    _lifecycle_contact_cap = models.Constraint(
        "CHECK (lifecycle_contact_cap BETWEEN 1 AND 1000"
        " AND lifecycle_contact_cap_days BETWEEN 1 AND 366)",
        "A customer has one contact or more, within one to 366 days.",
    )
    _lifecycle_hours = models.Constraint(
        "CHECK (lifecycle_hour_from >= 0 AND lifecycle_hour_to <= 24"
        " AND lifecycle_hour_from < lifecycle_hour_to)",
        "The hours of contacts are between 0 and 24, and end after they begin.",
    )
    _lifecycle_rest_hours = models.Constraint(
        "CHECK (lifecycle_rest_from_hour BETWEEN 0 AND 24"
        " AND lifecycle_rest_to_hour BETWEEN 0 AND 24)",
        "The hours of the weekly rest are between 0 and 24.",
    )

    @api.constrains(
        "lifecycle_hour_from",
        "lifecycle_hour_to",
        "lifecycle_rest_from_day",
        "lifecycle_rest_from_hour",
        "lifecycle_rest_to_day",
        "lifecycle_rest_to_hour",
    )
    def _check_lifecycle_rest(self):
        for company in self.sudo():
            if bool(company.lifecycle_rest_from_day) != bool(company.lifecycle_rest_to_day):
                raise ValidationError(
                    self.env._("Say on which day the weekly rest begins and on which it ends.")
                )
            if not any(company._lifecycle_quiet().weekdays()):
                raise ValidationError(
                    self.env._("Leave some hours of the week in which customers are contacted.")
                )

    def _lifecycle_quiet(self):
        """When the company leaves customers in peace, as the engine takes it."""
        self.ensure_one()
        rest = (0.0, 0.0)
        if self.lifecycle_rest_from_day and self.lifecycle_rest_to_day:
            rest = (
                int(self.lifecycle_rest_from_day) * 24 + self.lifecycle_rest_from_hour,
                int(self.lifecycle_rest_to_day) * 24 + self.lifecycle_rest_to_hour,
            )
        return Quiet(self.lifecycle_hour_from, self.lifecycle_hour_to, *rest)

    def _lifecycle_caps(self):
        """How often a customer is contacted at the most, as the engine takes it."""
        self.ensure_one()
        return Caps(self.lifecycle_contact_cap, self.lifecycle_contact_cap_days)
