from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOST = 100


class CrmQualityCheck(models.Model):
    """Something that may be missing or doubtful in a customer's data, and how much it matters.

    The code names the check's ``SELECT`` in ``crm.customer.quality.source``. The weight is a
    company's own; where it set none, the one that the check came with. Zero switches the
    check off.
    """

    _name = "crm.quality.check"
    _description = "Check of Data Quality"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    weight = fields.Integer(
        compute="_compute_weight",
        inverse="_inverse_weight",
        help="How much of the score hangs on it, beside the other checks that apply to the "
        "customer. Zero switches it off. Each company has its own.",
    )
    default_weight = fields.Integer(readonly=True, default=10, aggregator=None)
    own_weights = fields.Json(readonly=True, help="By id of the company, where set.")

    _code_uniq = models.Constraint("UNIQUE (code)", "A check has one row.")

    @api.depends_context("company")
    @api.depends("own_weights", "default_weight")
    def _compute_weight(self):
        key = str(self.env.company.id)
        for check in self:
            check.weight = (check.own_weights or {}).get(key, check.default_weight)

    def _inverse_weight(self):
        key = str(self.env.company.id)
        for check in self:
            if not 0 <= check.weight <= MOST:
                raise ValidationError(self.env._("A weight is between 0 and 100."))
            check.own_weights = {**(check.own_weights or {}), key: check.weight}
        self.env["crm.customer.quality.run"]._ask_for_check()
