from odoo import fields, models


class CrmBonusInvoice(models.Model):
    """One invoice or credit note in somebody's bonus, and how it was divided.

    The amounts are those of when the period was computed: they stay when the invoice changes
    after the period was closed. Whose invoice it is says the invoice itself, to whom Odoo lets
    see it.
    """

    _name = "crm.bonus.invoice"
    _description = "Invoice in a Retention Bonus"
    _order = "invoice_date, id"
    _log_access = False

    line_id = fields.Many2one(
        "crm.bonus.line", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    user_id = fields.Many2one(
        "res.users", "Person", index="btree_not_null", readonly=True, ondelete="restrict"
    )
    move_id = fields.Many2one(
        "account.move", "Document", index="btree_not_null", readonly=True, ondelete="set null"
    )
    name = fields.Char("Number", readonly=True)
    invoice_date = fields.Date("Date", readonly=True)
    revenue = fields.Monetary(readonly=True)
    won = fields.Monetary(readonly=True)
    kept = fields.Monetary(readonly=True)
    grown = fields.Monetary(readonly=True)

    def _compute_display_name(self):
        # Numbers stay out of error messages.
        for invoice in self:
            invoice.display_name = self.env._("Invoice in a bonus %(id)s", id=invoice.id)

    def action_open_invoice(self):
        """Open the invoice, for who may see it in Odoo."""
        self.ensure_one()
        self.check_access("read")
        move = self.move_id
        move.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": move.id,
            "views": [(False, "form")],
        }
