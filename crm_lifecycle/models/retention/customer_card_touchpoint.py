from odoo import api, models
from odoo.fields import Domain

from .touchpoint import OPEN


class CrmCustomerCard(models.AbstractModel):
    """The next contacts that are due, among what is open."""

    _inherit = "crm.customer.card"

    @api.model
    def _open_kinds(self, customer):
        return [*super()._open_kinds(customer), self._open_touchpoint_kind(customer)]

    @api.model
    def _open_touchpoint_kind(self, customer):
        return {
            "key": "touchpoints",
            "title": self.env._("Next Contact"),
            "icon": "fa-handshake-o",
            "model": "crm.touchpoint",
            "domain": Domain("partner_id", "=", customer.id)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("state", "in", OPEN),
            "name": "name",
            "date": "due_date",
        }
