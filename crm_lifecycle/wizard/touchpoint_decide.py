from odoo import fields, models


class CrmTouchpointDecide(models.TransientModel):
    """Put a due contact off, or skip it this time, and say why."""

    _name = "crm.touchpoint.decide"
    _description = "Put Off or Skip a Due Contact"

    touchpoint_id = fields.Many2one("crm.touchpoint", required=True, ondelete="cascade")
    decision = fields.Selection(
        [("put_off", "Put Off"), ("skip", "Skip This Time")], required=True, default="put_off"
    )
    until = fields.Date(default=lambda _self: fields.Date.add(fields.Date.today(), days=7))
    reason = fields.Char("Why", required=True, size=250)

    def action_save(self):
        """Do what was decided; the touchpoint's own methods ask who may."""
        self.ensure_one()
        self.check_access("write")
        if self.decision == "skip":
            self.touchpoint_id.action_skip(self.reason)
        else:
            self.touchpoint_id.action_put_off(self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
