from odoo import api, fields, models

from .xlsx_book import Money


class CrmWorkbook(models.AbstractModel):
    """What every workbook says of itself, in the user's language."""

    _name = "crm.workbook"
    _description = "Workbook"

    @api.model
    def _money(self, currency):
        return Money(
            currency.symbol or currency.name, currency.decimal_places, currency.position == "before"
        )

    @api.model
    def _is_right_to_left(self):
        return self.env["res.lang"]._get_data(code=self.env.lang or "en_US").direction == "rtl"

    @api.model
    def _made(self, export):
        """When, by whom, where and why the workbook was made: list of (label, text)."""
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        zone = self.env.context.get("tz") or self.env.user.tz or "UTC"
        return [
            (self.env._("Made"), f"{now:%Y-%m-%d %H:%M:%S} ({zone})"),
            (self.env._("By"), self.env.user.name),
            (self.env._("Database"), self.env.cr.dbname),
            (self.env._("Reason"), export.reason or self.env._("None given")),
        ]
