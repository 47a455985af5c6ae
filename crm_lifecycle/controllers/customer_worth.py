from odoo import http

from .workbook import WorkbookController


class CustomerWorthController(WorkbookController):
    """The *Customer worth* workbook."""

    @http.route(
        "/lifecycle/customer_worth/<int:export_id>", type="http", auth="user", methods=["GET"]
    )
    def customer_worth(self, export_id):
        """Stream the workbook of one of the user's own exports; see ``_serve``."""
        return self._serve("crm.customer.worth.export", export_id)
