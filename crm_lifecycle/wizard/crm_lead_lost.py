from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmLeadLost(models.TransientModel):
    """The dialog of a loss asks for what the reason wants to know, and when to try again."""

    _inherit = "crm.lead.lost"

    asks_competitor = fields.Boolean(related="lost_reason_id.asks_competitor")
    asks_price = fields.Boolean(related="lost_reason_id.asks_price")
    reason_required = fields.Boolean(compute="_compute_reason_required")
    currency_id = fields.Many2one("res.currency", compute="_compute_reason_required")
    lost_to_id = fields.Many2one("res.partner")
    lost_price = fields.Monetary()
    retry_months = fields.Integer(
        "Try Again in (Months)", help="A new lead is made after so many months. Zero: none."
    )

    _retry_months = models.Constraint(
        "CHECK (retry_months BETWEEN 0 AND 120)", "Try again within ten years."
    )

    @api.depends("lead_ids")
    def _compute_reason_required(self):
        for wizard in self:
            leads = wizard.sudo().lead_ids
            wizard.currency_id = leads[:1].company_currency
            wizard.reason_required = any(
                lead._lifecycle_company().lifecycle_lost_reason_required for lead in leads
            )

    def action_lost_reason_apply(self):
        """Write down what the dialog asked for, and lose the leads.

        :raises AccessError: for a lead that the user may not change, or a competitor that the
            user may not see
        """
        self.ensure_one()
        vals = self._loss_values()
        if vals:
            self.lead_ids.write(vals)
        return super().action_lost_reason_apply()

    def _loss_values(self):
        """What is written on the leads beside the reason: dict of values."""
        if self.lost_price < 0:
            raise ValidationError(self.env._("A price is not below zero."))
        vals = {}
        if self.asks_competitor:
            vals["lost_to_id"] = self.lost_to_id.id
        if self.asks_price:
            vals["lost_price"] = self.lost_price
        if self.retry_months:
            today = fields.Date.context_today(self)
            vals["retry_on"] = today + relativedelta(months=self.retry_months)
        return vals
