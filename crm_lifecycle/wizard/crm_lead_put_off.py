from odoo import fields, models


class CrmLeadPutOff(models.TransientModel):
    """Until when and why leads are put off.

    The leads are ids from a client: the button asks whether the user may change them.
    """

    _name = "crm.lead.put.off"
    _description = "Put Off Leads"

    lead_ids = fields.Many2many(
        "crm.lead", string="Leads", required=True, context={"active_test": False}
    )
    until = fields.Date(required=True)
    reason = fields.Char(required=True, size=500)

    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Put Off")

    def action_put_off(self):
        """Put the leads off.

        :raises AccessError: for a lead that the user may not change
        :raises UserError: for a day that is not in the future, or a lead that is closed
        """
        self.ensure_one()
        self.check_access("write")
        leads = self.env["crm.lead"].browse(self.sudo().lead_ids.ids)
        leads.check_access("write")
        leads._put_off(self.until, self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
