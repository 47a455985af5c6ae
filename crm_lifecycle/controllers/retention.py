from odoo import http

from .workbook import WorkbookController


class RetentionController(WorkbookController):
    """The *Retention* workbook."""

    @http.route("/lifecycle/retention/<int:export_id>", type="http", auth="user", methods=["GET"])
    def retention(self, export_id):
        """Stream the workbook of one of the user's own exports; see ``_serve``."""
        return self._serve("crm.retention.export", export_id)
