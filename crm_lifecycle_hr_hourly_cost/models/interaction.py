from odoo import api, models


class CrmInteraction(models.Model):
    _inherit = "crm.interaction"

    @api.model
    def _own_hourly_costs(self, users, company):
        """The employee's hourly cost in the company; the user's own, where somebody set it.

        As superuser: the cost of an hour is read by HR only, and a contact takes it over.
        """
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search_fetch(
                [
                    ("user_id", "in", users.ids),
                    ("company_id", "=", company.id),
                    ("hourly_cost", ">", 0),
                ],
                ["user_id", "hourly_cost"],
            )
        )
        costs = {employee.user_id.id: employee.hourly_cost for employee in employees}
        return {**costs, **super()._own_hourly_costs(users, company)}
