from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _close_with_touchpoint(self):
        """Close the tasks of due contacts that were closed otherwise: kept, but not done."""
        self.sudo().write(
            {
                "active": False,
                "not_needed": True,
                "feedback": self.env._("No longer needed: the due contact was closed."),
            }
        )
