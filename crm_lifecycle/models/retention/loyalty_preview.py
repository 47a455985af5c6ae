from odoo import fields, models

OUTCOMES = [
    ("give", "Gets It"),
    ("replace", "Changes"),
    ("keep", "Keeps It"),
    ("resume", "Keeps It After All"),
    ("grace", "Grace Begins"),
    ("end", "Loses It"),
    ("override", "Left Alone: Chosen by Hand Meanwhile"),
    ("hand", "Left Alone: Chosen by Hand"),
]


class CrmLoyaltyPreview(models.TransientModel):
    """What the daily job would do about a rule for one customer: the dry run."""

    _name = "crm.loyalty.preview"
    _description = "What a Loyalty Rule Would Do"
    _order = "id"

    rule_id = fields.Many2one("crm.loyalty.rule", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, ondelete="cascade"
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    present_pricelist_id = fields.Many2one(
        "product.pricelist", "Now", readonly=True, ondelete="cascade"
    )
    pricelist_id = fields.Many2one("product.pricelist", "Then", readonly=True, ondelete="cascade")
    until_date = fields.Date("Goes Back on", readonly=True)
