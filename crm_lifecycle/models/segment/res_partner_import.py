from odoo import api, models
from odoo.exceptions import UserError

from ..value.res_partner import USER


class BatchRefusedError(Exception):
    """One of several rows of an import is wrong: Odoo then takes them one by one."""


class ResPartner(models.Model):
    """Profiles come in from Excel, by the import of contacts."""

    _inherit = "res.partner"

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

    @api.model
    def _load_records(self, data_list, update=False):
        """Have a wrong row named with its own line, and not with the batch's first as well.

        Odoo tries a batch at once, and puts a refusal that it understands on the first line.
        """
        try:
            return super()._load_records(data_list, update)
        except UserError as error:
            if len(data_list) == 1 or not self.env.context.get("import_file"):
                raise
            raise BatchRefusedError from error
