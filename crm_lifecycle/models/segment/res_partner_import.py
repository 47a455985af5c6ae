from odoo import api, models

from ..value.res_partner import USER


class ResPartner(models.Model):
    """Profiles come in from Excel, by the import of contacts."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.lifecycle.import"]

    @api.model
    def get_import_templates(self):
        templates = super().get_import_templates()
        if not self.env.user.has_group(USER):
            return templates
        return [
            *templates,
            {
                "label": self.env._("Import Template for Profiles"),
                "template": "/crm_lifecycle/static/xls/customer_profile_import_template.xlsx",
            },
        ]
