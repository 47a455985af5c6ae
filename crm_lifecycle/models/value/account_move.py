from odoo import api, models

from .customer_value_source import REVENUE_MOVES


class AccountMove(models.Model):
    _inherit = "account.move"

    # Without a predicate, so that Odoo's own queries by customer use it as well. The date is
    # a key, so that counting the days of purchase needs no sorting.
    _lifecycle_customer_idx = models.Index(
        "(commercial_partner_id, company_id, invoice_date)"
        " INCLUDE (move_type, state, amount_untaxed_signed)"
    )

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
        """Whether writing these values may change a customer's figures.

        Amounts of a posted invoice do not change without a change of its state. Override when
        an addon lets more be changed.
        """
        return not {"state", "partner_id", "commercial_partner_id", "invoice_date"}.isdisjoint(vals)

    def _lifecycle_keys(self):
        """The (customer, company) pairs of the customer invoices among these moves."""
        return {
            (move.commercial_partner_id.id, move.company_id.id)
            for move in self
            if move.move_type in REVENUE_MOVES
        }
