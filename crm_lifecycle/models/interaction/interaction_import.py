from odoo import api, models


class CrmInteraction(models.Model):
    """Contacts out of an Excel or CSV file, by Odoo's import dialog."""

    _inherit = "crm.interaction"

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import Template for Contacts with Customers"),
                "template": "/crm_lifecycle/static/xls/contact_log_import_template.xlsx",
            }
        ]

    @api.model_create_multi
    def create(self, vals_list):
        # The caller can set this context: it says where a row came from, and opens nothing.
        if self.env.context.get("import_file"):
            came = {"source": "import", "source_res_id": False}
            vals_list = [{**vals, **came} for vals in vals_list]
        return super().create(vals_list)
