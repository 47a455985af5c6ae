from odoo import api, models


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    _lifecycle_customer_idx = models.Index(
        "(partner_id) INCLUDE (company_id, date, amount)"
        " WHERE move_line_id IS NULL AND partner_id IS NOT NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["crm.customer.value.queue"]._push(lines._lifecycle_keys())
        return lines

    def write(self, vals):
        if not self._lifecycle_watched(vals):
            return super().write(vals)
        before = self._lifecycle_keys()
        result = super().write(vals)
        self.env["crm.customer.value.queue"]._push(before | self._lifecycle_keys())
        return result

    def unlink(self):
        self.env["crm.customer.value.queue"]._push(self._lifecycle_keys())
        return super().unlink()

    @api.model
    def _lifecycle_watched(self, vals):
        """Whether writing these values may change a customer's service cost."""
        watched = {"partner_id", "amount", "date", "move_line_id", "company_id", "unit_amount"}
        return not watched.isdisjoint(vals)

    def _lifecycle_keys(self):
        """The (customer, company) pairs of the lines that are service cost."""
        return {
            (line.partner_id.commercial_partner_id.id, line.company_id.id)
            for line in self.sudo()
            if line.partner_id and not line.move_line_id
        }
