from odoo import models


class CalendarEvent(models.Model):
    """The job that looks for past meetings finds them by when they ended."""

    _inherit = "calendar.event"

    _lifecycle_stop_idx = models.Index("(stop)")
