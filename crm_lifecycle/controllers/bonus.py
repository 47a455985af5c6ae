from odoo import http

from .workbook import WorkbookController


class BonusController(WorkbookController):
    """The *Retention bonus* workbook."""

    @http.route(
        "/lifecycle/retention_bonus/<int:export_id>", type="http", auth="user", methods=["GET"]
    )
    def retention_bonus(self, export_id):
        """Stream the workbook of one of the user's own exports; see ``_serve``."""
        return self._serve("crm.bonus.export", export_id)
