from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmBonusExport(models.TransientModel):
    """Which period to put into a *Retention bonus* workbook, and the button that downloads it."""

    _name = "crm.bonus.export"
    _inherit = ["crm.workbook.export"]
    _description = "Retention Bonus (Excel)"

    _route = "/lifecycle/retention_bonus"
    _report = "crm.bonus.report"
    _rows_model = "crm.bonus.line"

    period_id = fields.Many2one(
        "crm.bonus.period",
        required=True,
        ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self._last_period(),
    )

    @api.model
    def _last_period(self):
        return self.env["crm.bonus.period"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    @api.model_create_multi
    def create(self, vals_list):
        exports = super().create(vals_list)
        exports._check_period()
        return exports

    def write(self, vals):
        result = super().write(vals)
        self._check_period()
        return result

    def _check_period(self):
        """Refuse periods that the user may not see, or of another company than the export's."""
        if self.env.su:
            return
        self.period_id.check_access("read")
        if any(export.period_id.company_id != export.company_id for export in self):
            raise AccessError(self.env._("Choose a period of the company of the workbook."))

    def _compute_display_name(self):
        for export in self:
            export.display_name = self.env._("Retention bonus (Excel)")

    @api.model
    def _check_export_right(self):  # pylint: disable=missing-return
        """Analysts and managers only: others have their own lines on the screen."""
        super()._check_export_right()
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_analyst"):
            raise AccessError(self._refusal())

    def _filters(self):
        return [(self.env._("Period"), self.period_id.display_name)]

    def _file_name(self):
        return self.env._(
            "Retention bonus %(company)s %(period)s",
            company=self.company_id.name,
            period=self.period_id.display_name,
        )
