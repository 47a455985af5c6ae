from odoo import models


class CrmLead(models.Model):
    """A lead's stays in stages, behind a button of its form."""

    _inherit = "crm.lead"

    def action_open_passages(self):
        """Open the stays of this lead, oldest first."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stays in Stages"),
            "res_model": "crm.stage.passage",
            "view_mode": "list",
            "views": [(False, "list")],
            "domain": [("lead_id", "=", self.id)],
            "context": {"create": False},
        }
