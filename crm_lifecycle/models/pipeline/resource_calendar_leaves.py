from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    """A new, moved or cancelled holiday or leave reaches the clocks that it stops."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._note_clocks()
        return leaves

    def write(self, vals):
        self._note_clocks()
        result = super().write(vals)
        self._note_clocks()
        return result

    def unlink(self):
        self._note_clocks()
        result = super().unlink()
        # What was looked up between the note and the deletion still had the holiday in it.
        self.env.registry.clear_cache()
        return result

    def _note_clocks(self):
        """Holidays of everybody concern calendars, or companies; leave concerns its user."""
        changes = self.env["crm.clock.change"]
        leaves = self.sudo()
        holidays = leaves.filtered(lambda leave: not leave.resource_id)
        changes._note(calendars=holidays.calendar_id)
        changes._note(companies=holidays.filtered(lambda leave: not leave.calendar_id).company_id)
        changes._note(users=leaves.resource_id.user_id)
