from odoo import models


class CrmLead(models.Model):
    """While a lead is put off, its stage's clock stops; it goes on when the lead comes back.

    A clock that was late already stays late. One that waited for the customer is set going by
    the return as well: somebody has to look at the lead again.
    """

    _inherit = "crm.lead"

    def _on_put_off(self):
        result = super()._on_put_off()
        now = self._clock_now()
        for passage in self._clocks():
            if not passage.paused_since and passage.state == "open" and now <= passage.deadline:
                passage._pause(passage.lead_id.put_off_reason, now)
                passage.lead_id._keep_stage_deadline(False)
        return result

    def _on_return(self):
        result = super()._on_return()
        for passage in self._clocks().filtered("paused_since"):
            passage._resume(self._clock_now())
            passage.lead_id._keep_stage_deadline(passage.deadline)
        return result
