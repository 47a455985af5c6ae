from odoo import models


class CrmInteraction(models.Model):
    """A meeting's contact that somebody deletes stays deleted."""

    _inherit = "crm.interaction"

    def unlink(self):
        meetings = self.sudo().filtered(lambda row: row.source == "meeting" and row.source_res_id)
        meeting_ids = meetings.mapped("source_res_id")
        result = super().unlink()
        self.env["crm.interaction.capture"]._leave_meetings(
            meeting_ids, self.env._("The contact was deleted.")
        )
        return result
