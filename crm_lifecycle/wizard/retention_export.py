from odoo import fields, models

from ..models.value.customer_value import TIERS


class CrmRetentionExport(models.TransientModel):
    """What to put into a *Retention* workbook, and the button that downloads it."""

    _name = "crm.retention.export"
    _inherit = ["crm.period.workbook.export"]
    _description = "Retention (Excel)"

    _route = "/lifecycle/retention"
    _report = "crm.retention.report"
    _rows_model = "crm.touchpoint.report"

    tier = fields.Selection(TIERS, help="The customers' tier now. Empty: all.")

    def _compute_display_name(self):
        for export in self:
            export.display_name = self.env._("Retention (Excel)")

    def _filters(self):
        tiers = dict(self._fields["tier"]._description_selection(self.env))
        chosen = [(self._label("tier"), tiers[self.tier])] if self.tier else []
        return [*super()._filters(), *chosen]

    def _file_name(self):
        return self.env._(
            "Retention %(company)s %(period)s",
            company=self.company_id.name,
            period=self._period_label(self.date_from, self.date_to),
        )
