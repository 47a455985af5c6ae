from odoo import fields, models


class CrmCustomerEvent(models.Model):
    """Something that happened at a customer: layoffs, funding, a new manager, a competitor seen.

    ``risk_points`` and ``bears_until`` are the type's at the time of the event: health reads
    them, and later changes of the type rewrite no history.
    """

    _name = "crm.customer.event"
    _description = "Customer Event"
    _inherit = ["crm.customer.mixin"]
    _order = "date desc, id desc"

    # The index below begins with it.
    partner_id = fields.Many2one(index=False, readonly=False)
    company_id = fields.Many2one(default=lambda self: self.env.company)
    type_id = fields.Many2one(
        "crm.customer.event.type", "Event", required=True, index=True, ondelete="restrict"
    )
    date = fields.Date("When", required=True, default=fields.Date.context_today)
    note = fields.Text()
    risk_points = fields.Integer(readonly=True)
    bears_until = fields.Date(readonly=True)

    _of_customer_idx = models.Index("(partner_id, company_id, date DESC)")

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for event in self:
            event.display_name = self.env._("Customer event %(id)s", id=event.id)
