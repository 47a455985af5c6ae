from odoo import fields, models


class CrmOccasionSkip(models.TransientModel):
    """Why a day of an occasion is not kept this time."""

    _name = "crm.occasion.skip"
    _description = "Skip an Occasion"

    day_ids = fields.Many2many("crm.occasion.day", required=True)
    reason = fields.Char(required=True, size=250)

    def action_skip(self):
        """Close the days with the reason.

        :raises AccessError: for a day that the user may not change
        """
        self.ensure_one()
        self.check_access("write")
        # Many2many values from users are not checked by Odoo.
        days = self.env["crm.occasion.day"].browse(self.sudo().day_ids.ids)
        days.check_access("write")
        days._open().sudo()._close("skipped", self.reason)
        return {"type": "ir.actions.act_window_close"}
