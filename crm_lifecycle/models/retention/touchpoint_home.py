from odoo import api, models

HOMES = {
    "win": "crm_lifecycle.action_crm_lead_win",
    "grow": "crm_lifecycle.action_crm_lead_grow",
    "keep": "crm_lifecycle.action_crm_touchpoint_today",
}
SALES = "sales_team.group_sale_salesman"


class CrmTouchpoint(models.Model):
    _inherit = "crm.touchpoint"

    @api.model
    def _home_action(self):
        """The screen that Lifecycle opens with, by the focus of the company.

        Who has no part in sales has no leads to look at: they get the customers, as everybody
        does where no focus is set.
        """
        focus = self.env.company.sudo().lifecycle_focus
        if focus in ("win", "grow") and not self.env.user.has_group(SALES):
            focus = False
        home = HOMES.get(focus, "crm_lifecycle.action_crm_customer_value")
        return self.env["ir.actions.actions"]._for_xml_id(home)
