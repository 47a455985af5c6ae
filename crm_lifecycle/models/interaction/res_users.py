from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResUsers(models.Model):
    _inherit = "res.users"

    lifecycle_hourly_cost = fields.Float(
        "Cost of an Hour with Customers",
        digits=(16, 2),
        company_dependent=True,
        copy=False,
        groups="crm_lifecycle.group_lifecycle_manager",
        help="What an hour of this person costs, in the currency of the company. It wins over "
        "the cost of the channel. Zero: the channel's.",
    )

    @api.constrains("lifecycle_hourly_cost")
    def _check_lifecycle_hourly_cost(self):
        for user in self.sudo():
            cost = user.lifecycle_hourly_cost
            if not isfinite(cost) or cost < 0:
                raise ValidationError(self.env._("The cost of an hour is zero or more."))
