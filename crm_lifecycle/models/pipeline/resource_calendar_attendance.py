from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    """Changed hours reach the clocks that run by them."""

    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        attendances = super().create(vals_list)
        self.env["crm.clock.change"]._note(calendars=attendances.calendar_id)
        return attendances

    def write(self, vals):
        before = self.calendar_id
        result = super().write(vals)
        self.env["crm.clock.change"]._note(calendars=before | self.calendar_id)
        return result

    def unlink(self):
        calendars = self.calendar_id
        result = super().unlink()
        self.env["crm.clock.change"]._note(calendars=calendars)
        return result
