from odoo import models


class ResCompany(models.Model):
    """Other working hours of the company reach its clocks."""

    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "resource_calendar_id" in vals:
            self.env["crm.clock.change"]._note(companies=self)
        return result
