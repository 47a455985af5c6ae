from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .interaction import OPEN_COMPLAINT


class CrmCustomerValue(models.Model):
    """Open complaints beside the figures: counted when they are looked at, one query a list."""

    _inherit = "crm.customer.value"

    open_complaint_count = fields.Integer(
        "Open Complaints",
        compute="_compute_open_complaint_count",
        search="_search_open_complaint_count",
        compute_sudo=False,
        aggregator=None,
    )

    @api.depends_context("uid")
    @api.depends("partner_id", "company_id")
    def _compute_open_complaint_count(self):
        domain = self._open_complaints() & Domain("partner_id", "in", self.partner_id.ids)
        rows = self.env["crm.interaction"]._read_group(
            domain, ["partner_id", "company_id"], ["__count"]
        )
        counts = {(customer.id, company.id): count for customer, company, count in rows}
        for value in self:
            key = (value.partner_id.id, value.company_id.id)
            value.open_complaint_count = counts.get(key, 0)

    def _search_open_complaint_count(self, operator, value):
        """Customers with open complaints, or without."""
        if (operator, value) == (">", 0):
            return self._with_open_complaints()
        if operator == "in" and not any(value):
            return ~self._with_open_complaints()
        return NotImplemented

    @api.model
    def _open_complaints(self):
        return Domain("complaint_state", "in", OPEN_COMPLAINT)

    @api.model
    def _with_open_complaints(self):
        """The rows of customers with complaints that the viewer may see open in the company."""
        # With the viewer's rights also where Odoo evaluates a caller's domain as superuser.
        query = self.env["crm.interaction"].sudo(False)._search(self._open_complaints())
        found = query.select(
            SQL.identifier(query.table, "partner_id"), SQL.identifier(query.table, "company_id")
        )
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "(%s, %s) IN (%s)",
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(alias, "company_id"),
                found,
            ),
            predicate=lambda record: record.open_complaint_count > 0,
        )
