from odoo import api, fields, models

from .crm_lead_speed import SPEED_STATES


class CrmLead(models.Model):
    """Whether a lead from outside had its first salesperson within the company's target.

    The target runs from the arrival, in the same working time as that of the first contact, and
    does not start anew when the lead is given to somebody else. It tells nobody: a lead without a
    salesperson rings anyway, and the late contact is reported.
    """

    _inherit = "crm.lead"

    assign_deadline = fields.Datetime("Assign by", readonly=True, copy=False)
    assign_state = fields.Selection(
        SPEED_STATES,
        "Assignment",
        compute="_compute_assign_state",
        search="_search_assign_state",
        help="Whether it had a salesperson, or can still have one, within the target.",
    )

    @api.depends("assign_deadline", "assigned_at", "won_status", "active", "put_off_until")
    def _compute_assign_state(self):
        now = fields.Datetime.now()
        for lead in self:
            lead.assign_state = lead._target_state(lead.assign_deadline, lead.assigned_at, now)

    @api.model
    def _search_assign_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        return self._target_search(value, "assign_deadline", "assigned_at", now)

    def _speed_deadline_of(self, calendar, known):
        vals = super()._speed_deadline_of(calendar, known)
        start = vals["contact_clock_from"]
        if self.assigned_at and self.assigned_at < start:
            # It came back after it was assigned: that is decided.
            return vals
        minutes = self._lifecycle_company().lifecycle_assign_minutes
        return {**vals, "assign_deadline": self._speed_due(calendar, known, start, minutes)}
