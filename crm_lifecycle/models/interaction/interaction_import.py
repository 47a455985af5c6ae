from odoo import api, models

# Where a row came from is the server's to say: else a row could stand in the way of an e-mail's.
ORIGIN = ("source", "source_res_id", "external_id")


class CrmInteraction(models.Model):
    """Contacts out of an Excel or CSV file, by Odoo's import dialog.

    Odoo reads the file, names each bad row with its line and reason, and rolls all of it back
    when there is one. The checks are those of any contact.
    """

    _name = "crm.interaction"
    _inherit = ["crm.interaction", "crm.lifecycle.import"]

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
        if not self.env.su:
            # The caller can set this context: it says where a row came from, and opens nothing.
            source = "import" if self.env.context.get("import_file") else "manual"
            came = {**dict.fromkeys(ORIGIN, False), "source": source}
            vals_list = [{**vals, **came} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            vals = {name: value for name, value in vals.items() if name not in ORIGIN}
        return super().write(vals)
