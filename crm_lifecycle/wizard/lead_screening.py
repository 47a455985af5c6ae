from odoo import fields, models


class CrmLeadScreening(models.TransientModel):
    """A manager releases or refuses a flagged lead, and says why.

    The lead is an id from a client: the button asks again who may do what with it.
    """

    _name = "crm.lead.screening"
    _description = "Release of a Flagged Lead"

    lead_id = fields.Many2one("crm.lead", required=True, readonly=True, ondelete="cascade")
    decision = fields.Selection(
        [("released", "Release"), ("refused", "Refuse")], required=True, default="released"
    )
    note = fields.Text(required=True, help="Goes into the lead's chatter.")

    def _compute_display_name(self):
        for wizard in self:
            wizard.display_name = self.env._("Release of a Flagged Lead")

    def action_confirm(self):
        """Keep the decision.

        :raises AccessError: for others than managers who may write the lead
        """
        self.ensure_one()
        self.check_access("write")
        self.lead_id._decide_screening(self.decision, self.note)
        return {"type": "ir.actions.act_window_close"}
