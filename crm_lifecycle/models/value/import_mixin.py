from odoo import api, models
from odoo.exceptions import UserError


class BatchRefusedError(Exception):
    """Some row of a batch was refused; which one is found row by row."""


class CrmLifecycleImport(models.AbstractModel):
    """Have a wrong row of an import named with its own line.

    Odoo tries a batch at once, and puts a refusal that it understands on the first line of the
    batch as well. Another kind of refusal has it take the rows one by one.
    """

    _name = "crm.lifecycle.import"
    _description = "Import that Names the Wrong Row"

    @api.model
    def _load_records(self, data_list, update=False):
        try:
            return super()._load_records(data_list, update)
        except UserError as error:
            if len(data_list) == 1 or not self.env.context.get("import_file"):
                raise
            raise BatchRefusedError(str(error)) from error
