from odoo import models

from .crm_lead_arrival import WAITING_FOR_US

# Of the lead whose customer has waited longest.
WAITING = (
    "arrival",
    "arrived_at",
    "assign_deadline",
    "contact_clock_from",
    "contact_deadline",
    "contact_late_told_at",
)
ANSWERED = ("first_contact_at", "first_contact_id")


class CrmLead(models.Model):
    """Somebody who waits for us waits on when leads are merged.

    The lead that stays takes over the clock of whoever has waited longest, and the first
    contact there was with any of them. Nothing is asked or written where there is neither:
    Odoo merges leads by the hundred, one by one.
    """

    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        self.sudo()._keep_waiting(opportunities.sudo())
        return super()._merge_dependences(opportunities)

    def _keep_waiting(self, merged):
        """Take over what the customers of merged leads wait for. As superuser.

        :param merged: leads that go
        """
        leads = self | merged
        waiting = leads.filtered(lambda lead: lead.arrival in WAITING_FOR_US and lead.arrived_at)
        answered = leads.filtered("first_contact_at")
        first = waiting.sorted("arrived_at")[:1]
        vals = self._taken_from(first, WAITING)
        vals |= self._taken_from(answered.sorted("first_contact_at")[:1], ANSWERED)
        if not vals:
            return
        self.write(vals)
        if self.arrival in WAITING_FOR_US:
            # One that came in this very transaction has no deadline yet.
            self._note_speed("contacted" if self.contact_clock_from else "restarted")

    def _taken_from(self, lead, names):
        """The values of a lead that goes, or none where it is the one that stays."""
        if not lead or lead == self:
            return {}
        return {name: lead._fields[name].convert_to_write(lead[name], lead) for name in names}
