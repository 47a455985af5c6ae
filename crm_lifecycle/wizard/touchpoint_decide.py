from odoo import api, fields, models

WHENS = [
    ("tomorrow", "Tomorrow"),
    ("next_week", "In a Week"),
    ("next_month", "In a Month"),
    ("day", "Another Day"),
]
LATER = {"tomorrow": {"days": 1}, "next_week": {"days": 7}, "next_month": {"months": 1}}


class CrmTouchpointDecide(models.TransientModel):
    """Put a due contact off, or skip it this time, and say why."""

    _name = "crm.touchpoint.decide"
    _description = "Put Off or Skip a Due Contact"

    touchpoint_id = fields.Many2one("crm.touchpoint", required=True, ondelete="cascade")
    decision = fields.Selection(
        [("put_off", "Put Off"), ("skip", "Skip This Time")], required=True, default="put_off"
    )
    choice = fields.Selection(WHENS, "To", required=True, default="next_week")
    until = fields.Date(compute="_compute_until", store=True, readonly=False, precompute=True)
    reason = fields.Char("Why", required=True, size=250)

    @api.depends("choice")
    def _compute_until(self):
        today = self.env["crm.touchpoint.plan"]._today()
        for decision in self:
            later = LATER.get(decision.choice)
            decision.until = fields.Date.add(today, **later) if later else decision.until

    def _compute_display_name(self):
        for decision in self:
            decision.display_name = self.env._("Not Now")

    def action_save(self):
        """Do what was decided; the touchpoint's own methods ask who may."""
        self.ensure_one()
        self.check_access("write")
        if self.decision == "skip":
            self.touchpoint_id.action_skip(self.reason)
        else:
            self.touchpoint_id.action_put_off(self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
