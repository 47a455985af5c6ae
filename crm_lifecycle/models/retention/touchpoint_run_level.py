from odoo import models


class CrmTouchpointRun(models.Model):
    """When everybody is planned, the days are given anew."""

    _inherit = "crm.touchpoint.run"

    def _step(self, attempt=0):
        done = super()._step(attempt)
        if self.state == "done":
            job = self.env.ref("crm_lifecycle.cron_crm_touchpoint_level", raise_if_not_found=False)
            if job:
                job.sudo()._trigger()
        return done
