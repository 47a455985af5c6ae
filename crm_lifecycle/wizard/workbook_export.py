from odoo import api, fields, models
from odoo.exceptions import AccessError

EXPORT_GROUP = "base.group_allow_export"


class CrmWorkbookExport(models.AbstractModel):
    """What to put into a workbook, and the button that downloads it.

    The button only leads to ``_route``/<id>; the controller has ``_report`` make the file from
    this record, as the same user. A record rule keeps the wizard its user's own and its company
    among theirs. Odoo's export right is checked here and there.
    """

    _name = "crm.workbook.export"
    _description = "Export of a Workbook"

    _route = ""
    _report = ""
    # The model whose rows the workbook is made of: who may not read it gets no workbook.
    _rows_model = ""

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    reason = fields.Char(help="What you need the file for. It is kept with the log of downloads.")

    def action_download(self):
        """Lead the browser to the file.

        :raises AccessError: without Odoo's export right
        """
        self.ensure_one()
        self.check_access("read")
        self._check_export_right()
        return {
            "type": "ir.actions.act_url",
            "url": f"{self._route}/{self.id}",
            "target": "download",
        }

    @api.model
    def _check_export_right(self):
        """Refuse users who may not take data out of Odoo, or who see none of the rows."""
        if not self.env.user.has_group(EXPORT_GROUP):
            raise AccessError(
                self.env._("You may not export data. Ask an administrator for the export right.")
            )
        self.env[self._rows_model].check_access("read")

    @api.model
    def _refusal(self):
        """The sentence for those who may not have the workbook."""
        return self.env._("You may not download this workbook. Ask an administrator.")

    def _filters(self):
        """The filters in words: list of pairs of label and what was chosen."""
        return []

    def _file_name(self):
        raise NotImplementedError

    def _label(self, name):
        return self._fields[name]._description_string(self.env)
