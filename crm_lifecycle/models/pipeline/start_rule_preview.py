from odoo import fields, models


class CrmStartRulePreview(models.TransientModel):
    """One customer for whom a rule would start an opportunity now, and why: the dry run."""

    _name = "crm.start.rule.preview"
    _description = "What a Starting Rule Would Start"
    _order = "id"

    rule_id = fields.Many2one("crm.start.rule", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    lead_name = fields.Char("Opportunity", readonly=True)
    expected_revenue = fields.Monetary(readonly=True)
    user_id = fields.Many2one("res.users", "Led by", readonly=True, ondelete="cascade")
    reason = fields.Char(readonly=True)
