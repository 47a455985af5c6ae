from odoo import api, models


class ResCompany(models.Model):
    """A new company finds the ready-made rules of events, switched off."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["crm.event.rule"]._make_ready(companies)
        return companies
