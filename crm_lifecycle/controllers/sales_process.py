from odoo import http

from .workbook import WorkbookController


class SalesProcessController(WorkbookController):
    """The *Sales process* workbook."""

    @http.route(
        "/lifecycle/sales_process/<int:export_id>", type="http", auth="user", methods=["GET"]
    )
    def sales_process(self, export_id):
        """Stream the workbook of one of the user's own exports; see ``_serve``."""
        return self._serve("crm.sales.process.export", export_id)
