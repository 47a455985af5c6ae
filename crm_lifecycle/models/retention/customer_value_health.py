from odoo import api, fields, models
from odoo.exceptions import UserError

BASES = [
    ("own", "Its Own Rhythm"),
    ("company", "The Company's Usual Rhythm"),
    ("none", "Too Little to Go by"),
]


class CrmCustomerValue(models.Model):
    """A customer's risk in words, each reason with the rows that it came from."""

    _inherit = "crm.customer.value"

    health_basis = fields.Selection(
        BASES,
        "Measured by",
        readonly=True,
        help="The rhythm that how quiet the customer is was compared with: its own from three "
        "purchases on, else the usual one of the company's customers.",
    )
    risk_summary = fields.Char("Why", compute="_compute_risk_summary", compute_sudo=False)

    @api.depends_context("lang")
    @api.depends("health", "risk_score", "risk_reasons")
    def _compute_risk_summary(self):
        words = self.env["crm.health.reason"]
        names = words._factor_names()
        for value in self:
            value.risk_summary = words._summary(
                value.risk_score, value.health, value.risk_reasons, names
            )

    def _risk_lines(self):
        """What the screens draw: the row's id, the risk and its reasons in words; or None."""
        self.ensure_one()
        if not self.health:
            return None
        words = self.env["crm.health.reason"]
        return {
            "value_id": self.id,
            "health": self.health,
            "score": round(self.risk_score),
            "summary": words._summary(self.risk_score, self.health, []),
            "basis": words._basis_words(self.health_basis),
            "lines": words._lines(self.risk_reasons, self.company_id),
        }

    def action_open_reason(self, factor=None):
        """Open the rows that a reason of the risk was counted from, with the viewer's rights.

        :param str factor: the code of the reason's factor
        :raises AccessError: when the customer is not the user's to see
        :raises UserError: when the customer has no such reason any more
        """
        self.ensure_one()
        self.check_access("read")
        reasons = {reason["factor"]: reason for reason in self.risk_reasons or []}
        words = self.env["crm.health.reason"]
        rows = words._rows(reasons[factor]) if factor in reasons else None
        if not rows:
            raise UserError(self.env._("This is no reason any more. Load the page again."))
        model, domain = rows
        return {
            "type": "ir.actions.act_window",
            "name": words._factor_names().get(factor, factor),
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                *domain,
            ],
            "context": {"create": False},
        }
