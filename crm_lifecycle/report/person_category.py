from odoo import api, fields, models
from odoo.tools import SQL


class CrmPersonCategory(models.Model):
    """Who sells which products well: salesperson by product category.

    One row is a line: of a posted customer invoice, or of an order that was offered, so every
    figure opens the rows it is made of. An order counts as offered once it was sent, confirmed
    or cancelled, not as a draft. The won share is the confirmed of those decided: an order that
    is still open is neither won nor lost.
    """

    _name = "crm.person.category"
    _description = "Salespeople by Product Category"
    _inherit = ["crm.ratio.mixin"]
    _auto = False
    _log_access = False
    _order = "date desc, id desc"
    _depends = {
        "account.move.line": ["product_id", "quantity", "balance", "product_uom_id"],
        "account.move": ["state", "invoice_user_id", "invoice_date", "team_id"],
        "sale.order": ["state", "user_id", "date_order", "team_id"],
        "sale.order.line": ["product_id", "order_id"],
    }

    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    category_id = fields.Many2one("product.category", "Product Category", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True, help="Of the invoice or the order.")

    move_id = fields.Many2one(
        "account.move", "Invoices", readonly=True, aggregator="count_distinct"
    )
    order_id = fields.Many2one(
        "sale.order",
        "Quotations Offered",
        readonly=True,
        aggregator="count_distinct",
        help="Sent, confirmed or cancelled.",
    )
    decided_order_id = fields.Many2one(
        "sale.order",
        "Quotations Decided",
        readonly=True,
        aggregator="count_distinct",
        help="Confirmed or cancelled.",
    )
    won_order_id = fields.Many2one(
        "sale.order",
        "Quotations Won",
        readonly=True,
        aggregator="count_distinct",
        help="Confirmed.",
    )
    revenue = fields.Monetary(
        "Invoiced Revenue",
        readonly=True,
        help="Posted customer invoices less credit notes, untaxed, in the company's currency.",
    )
    quantity = fields.Float(readonly=True, help="Invoiced, in the product's own unit.")
    won_share = fields.Float(
        readonly=True, aggregator="avg", help="Quotations won / quotations decided."
    )

    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._("Row %(id)s", id=row.id)

    @api.model
    def _ratios(self):
        return {"won_share": ("won_order_id:count_distinct", "decided_order_id:count_distinct")}

    def action_open(self):
        """Open the row's invoice or order."""
        self.ensure_one()
        self.check_access("read")
        record = self.move_id or self.order_id
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }

    @property
    def _table_query(self):
        facts = SQL("%s UNION ALL %s", self._of_invoices(), self._of_orders())
        return self._with_currency(facts)

    @api.model
    def _of_invoices(self):
        return SQL(
            """
            SELECT line.id * 2 AS id, move.invoice_user_id AS user_id,
                   template.categ_id AS category_id, line.product_id, move.team_id,
                   move.company_id, move.invoice_date AS date, move.id AS move_id,
                   NULL::int AS order_id, NULL::int AS decided_order_id,
                   NULL::int AS won_order_id, -line.balance AS revenue,
                   line.quantity * COALESCE(unit.factor, 1) / NULLIF(COALESCE(own.factor, 1), 0)
                     * CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END AS quantity,
                   NULL::numeric AS won_share
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN uom_uom unit ON unit.id = line.product_uom_id
              LEFT JOIN uom_uom own ON own.id = template.uom_id
             WHERE line.display_type = 'product' AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """
        )

    @api.model
    def _of_orders(self):
        return SQL(
            """
            SELECT line.id * 2 + 1, sale.user_id, template.categ_id, line.product_id,
                   sale.team_id, sale.company_id, sale.date_order::date, NULL::int, sale.id,
                   CASE WHEN sale.state IN ('sale', 'cancel') THEN sale.id END,
                   CASE WHEN sale.state = 'sale' THEN sale.id END,
                   0::numeric, 0::numeric, NULL::numeric
              FROM sale_order_line line
              JOIN sale_order sale ON sale.id = line.order_id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE line.display_type IS NULL AND NOT COALESCE(line.is_downpayment, FALSE)
               AND sale.state IN ('sent', 'sale', 'cancel')
            """
        )
