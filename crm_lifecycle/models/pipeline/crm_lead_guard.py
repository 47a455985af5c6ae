from odoo import api, models
from odoo.exceptions import AccessError


class CrmLead(models.Model):
    """Fields that only the server writes, whichever door a client comes through.

    A new lead's are left out, so that a duplicate or an imported file goes through; writing one
    on a lead is refused. Loaded after the files that set them, so that it comes before them.
    """

    _inherit = "crm.lead"

    @api.model
    def default_get(self, fields):
        # A default may come from the client's context.
        if not self.env.su:
            kept = self._server_set() | {"stage_deadline"}
            fields = [name for name in fields if name not in kept]
        return super().default_get(fields)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            kept = self._server_set()
            vals_list = [
                {name: value for name, value in vals.items() if name not in kept}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_server_set(vals)
        return super().write(vals)

    def _check_server_set(self, vals):
        """Refuse values that only the server writes.

        :raises AccessError: with the fields' names
        """
        names = self._server_set().intersection(vals)
        if names:
            labels = self.fields_get(sorted(names), ["string"])
            raise AccessError(
                self.env._(
                    "The system writes this down itself, nobody else: %(fields)s. "
                    "Log a contact, or use the buttons of the lead.",
                    fields=", ".join(label["string"] for label in labels.values()),
                )
            )
