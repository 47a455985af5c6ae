from odoo import api, models


class CrmCustomerCard(models.AbstractModel):
    """Why the customer is at risk, on the card."""

    _inherit = "crm.customer.card"

    @api.model
    def _card_sections(self):
        return [*super()._card_sections(), "health"]

    @api.model
    def _card_health(self, partner):
        """The risk with its reasons; nothing for who has no reason to show."""
        value = self._customer_row(partner)
        lines = value._risk_lines() if value else None
        return lines if lines and (lines["lines"] or lines["basis"]) else None
