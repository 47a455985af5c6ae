from odoo import api, fields, models

from ..models.interaction.interaction import DIRECTIONS


class CrmTouchpointDone(models.TransientModel):
    """A due contact was made: by what, in one line. Saved, the contact is logged."""

    _name = "crm.touchpoint.done"
    _description = "A Due Contact Was Made"

    touchpoint_id = fields.Many2one("crm.touchpoint", required=True, ondelete="cascade")
    channel_id = fields.Many2one(
        "crm.interaction.channel",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env["crm.interaction.channel"]._of_kind("call"),
    )
    direction = fields.Selection(DIRECTIONS, "Started by", required=True, default="out")
    said = fields.Char("What Was Said", size=500)
    about = fields.Char("Contact", compute="_compute_about", compute_sudo=False)

    @api.depends("touchpoint_id")
    def _compute_about(self):
        for done in self:
            row = done.touchpoint_id._filtered_access("read").sudo()
            done.about = f"{row.partner_id.name}: {row.name}" if row else False

    def _compute_display_name(self):
        for done in self:
            done.display_name = self.env._("Done")

    def action_save(self):
        """Log the contact, which closes the due one, and say what comes next.

        :raises AccessError: for others' customers
        """
        self.ensure_one()
        self.check_access("write")
        self.channel_id.check_access("read")
        channel = self.sudo().channel_id
        message = self.touchpoint_id._log_contact(
            {
                "channel_id": channel.id,
                "direction": self.direction,
                "minutes": channel.default_minutes,
                "said": self.said,
            }
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
