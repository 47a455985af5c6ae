from odoo import api, models


class AccountPartialReconcile(models.Model):
    """A payment changes what is overdue."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._push_customers()
        return partials

    def unlink(self):
        self._push_customers()
        return super().unlink()

    def _push_customers(self):
        lines = (self.debit_move_id | self.credit_move_id).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.env["crm.customer.value.queue"]._push(
            (line.partner_id.commercial_partner_id.id, line.company_id.id) for line in lines
        )
