from odoo import fields, models


class CrmLeadWait(models.TransientModel):
    """What a lead waits for, when its clock is stopped for the customer.

    The leads are ids from a client: the button asks whether the user may change them.
    """

    _name = "crm.lead.wait"
    _description = "Wait for the Customer"

    lead_ids = fields.Many2many("crm.lead", string="Leads", required=True)
    reason = fields.Char("Waiting for", size=500)

    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Wait for Customer")

    def action_wait(self):
        """Stop the clocks of the leads.

        :raises AccessError: for a lead that the user may not change
        :raises UserError: when a clock cannot wait
        """
        self.ensure_one()
        self.check_access("write")
        leads = self.env["crm.lead"].browse(self.sudo().lead_ids.ids)
        leads.action_pause_clock(self.reason or "")
        return {"type": "ir.actions.client", "tag": "soft_reload"}
