from odoo import fields, models


class CrmEventRulePreview(models.TransientModel):
    """One customer for whom a rule would raise an event now, and why: the dry run."""

    _name = "crm.event.rule.preview"
    _description = "What a Rule of Events Would Notice"
    _order = "id"

    rule_id = fields.Many2one("crm.event.rule", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", "Reaction by", readonly=True, ondelete="cascade")
    source_count = fields.Integer("Came from", readonly=True, aggregator=None)
    reason = fields.Char("Why", readonly=True)
