from markupsafe import Markup
from odoo import models

PIPELINES = ("crm_lifecycle.action_crm_lead_win", "crm_lifecycle.action_crm_lead_grow")


class IrActionsActWindow(models.Model):
    """The empty pipelines lead managers to the ready-made processes, until these are in use."""

    _inherit = "ir.actions.act_window"

    def _get_action_dict(self):
        result = super()._get_action_dict()
        if self._is_one_of(PIPELINES):
            result["help"] = (result["help"] or Markup("")) + self._process_hint()
        return result

    def _process_hint(self):
        """A paragraph for the person asking; empty for who does not manage sales."""
        user, setup = self.env.user, self.env["crm.process.setup"]
        manages = setup.has_access("create")
        if not manages and not user.has_group("sales_team.group_sale_manager"):
            return ""
        if not setup._is_to_do():
            return ""
        if not manages:
            text = self.env._(
                "Ready-made stages are waiting: ask a manager of the Lifecycle app to take them "
                "into use."
            )
            return Markup("<p>%s</p>") % text
        link = Markup('<a name="%s" type="action" tabindex="-1">%s</a>') % (
            self.env.ref("crm_lifecycle.action_crm_process_setup").id,
            self.env._("Take the ready-made stages into use"),
        )
        return Markup("<p>%s</p>") % link
