from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.value.scope import Scope

KINDS = [
    ("invoice", "Invoice or credit note"),
    ("analytic", "Hours and other costs"),
    ("return", "Return"),
    ("interaction", "Contact"),
]
MODELS = {
    "invoice": "account.move",
    "analytic": "account.analytic.line",
    "return": "stock.picking",
    "interaction": "crm.interaction",
}


class CrmCustomerValueLine(models.Model):
    """The rows that a customer's worth is made of: revenue as it is, costs negative.

    Their sum over a customer and company is the customer's figure, because costs come from
    the very sources that the figures are added up from.
    """

    _name = "crm.customer.value.line"
    _description = "Row of Customer Worth"
    _inherit = ["crm.customer.mixin"]
    _auto = False
    _log_access = False
    _order = "day desc, id desc"

    day = fields.Date("Date", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    name = fields.Char("Document", readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True, string="Record")
    res_model = fields.Char(compute="_compute_res_model")
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    in_period = fields.Boolean("In Trailing Period", readonly=True)

    @property
    def _table_query(self):
        source = self.env["crm.customer.value.source"]
        scope = Scope(self.env["crm.customer.value.run"]._as_of())
        costs = SQL(" UNION ALL ").join(
            SQL("(%s)", cost) for cost in source._service_cost_sources(scope)
        )
        return SQL(
            """WITH param AS (%(param)s)
               SELECT entry.res_id::bigint * %(kinds)s + entry.place AS id, entry.partner_id,
                      entry.company_id, entry.day, entry.kind, entry.res_id, entry.name,
                      entry.amount, entry.day > param.after_day AS in_period
                 FROM (SELECT move.commercial_partner_id AS partner_id, move.company_id,
                              move.invoice_date AS day, move.amount_untaxed_signed AS amount,
                              'invoice' AS kind, move.id AS res_id, move.name, 0 AS place
                         FROM account_move move
                        WHERE %(revenue)s
                        UNION ALL
                       SELECT cost.partner_id, cost.company_id, cost.day, -cost.amount, cost.kind,
                              cost.res_id, cost.name, array_position(%(order)s, cost.kind)
                         FROM (%(costs)s) cost) entry
                 JOIN param ON param.company_id = entry.company_id""",
            param=source._param(scope),
            kinds=len(self._kind_order()) + 1,
            order=self._kind_order(),
            revenue=source._revenue_condition(scope),
            costs=costs,
        )

    @api.model
    def _kind_order(self):
        """All kinds, in an order that gives each row an id of its own."""
        return [kind for kind, _label in self._fields["kind"].selection]

    @api.model
    def _cost_kinds(self):
        """The kinds that are service cost."""
        return [kind for kind in self._kind_order() if kind != "invoice"]

    @api.model
    def _kind_models(self):
        """The model of each kind's ``res_id``. Extend it with the kinds."""
        return MODELS

    @api.depends("kind")
    def _compute_res_model(self):
        models_by_kind = self._kind_models()
        for line in self:
            line.res_model = models_by_kind.get(line.kind)

    def _compute_display_name(self):
        # Names of customers and documents stay out of error messages.
        for line in self:
            line.display_name = self.env._("Row %(id)s", id=line.id)

    def action_open_document(self):
        """Open the invoice, transfer or analytic line, as far as the user may see it.

        :raises UserError: when they may not
        """
        self.ensure_one()
        self.check_access("read")
        document = self.env[self.res_model].browse(self.res_id)
        if not document.has_access("read"):
            raise UserError(
                self.env._("You may not open this document. Ask somebody in its department.")
            )
        return document.get_formview_action()
