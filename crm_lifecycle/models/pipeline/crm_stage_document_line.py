from odoo import api, fields, models


class CrmStageDocumentLine(models.Model):
    """A product of the quotation that a stage prepares."""

    _name = "crm.stage.document.line"
    _description = "Product of a Stage's Quotation"
    _order = "sequence, id"

    document_id = fields.Many2one(
        "crm.stage.document", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("sale_ok", "=", True)],
    )
    quantity = fields.Float(default=1, digits="Product Unit")

    _quantity = models.Constraint(
        "CHECK (quantity > 0 AND quantity < 'Infinity')", "The quantity is more than zero."
    )

    @api.constrains("product_id")
    def _check_product(self):
        if not self.env.su:
            self.product_id.check_access("read")
