from odoo import models


class CrmLead(models.Model):
    """While a lead is put off, its stage's clock stops; it goes on when the lead comes back.

    So it does in a stage that the lead is moved to meanwhile. A clock that was late already
    stays late, and takes no further step of the ladder until the return. One that waited for
    the customer is set going by the return as well: somebody has to look at the lead again.
    """

    _inherit = "crm.lead"

    def _after_moves(self, moves):
        result = super()._after_moves(moves)
        off = [move.lead.id for move in moves if move.lead.sudo().put_off_until]
        self.browse(off)._stop_clocks()
        return result

    def _on_put_off(self):
        result = super()._on_put_off()
        self._stop_clocks()
        return result

    def _stop_clocks(self):
        """Stop the clocks that run and are not late."""
        now = self._clock_now()
        for passage in self._clocks():
            if not passage.paused_since and passage.state == "open" and now <= passage.deadline:
                passage._pause(passage.lead_id.put_off_reason, now)
                passage.lead_id._keep_stage_deadline(False)

    def _on_return(self):
        result = super()._on_return()
        clocks, now = self._clocks(), self._clock_now()
        for passage in clocks.filtered("paused_since"):
            passage._resume(now)
            passage.lead_id._keep_stage_deadline(passage.deadline)
            clocks -= passage
        clocks.write({"next_check_at": now})
        return result

    def _is_waiting(self, passage):
        # One that is put off goes on when it returns.
        return super()._is_waiting(passage) and not self.sudo().put_off_until
