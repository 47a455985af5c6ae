from odoo import fields, models

USER = "crm_lifecycle.group_lifecycle_user"
BY = [
    ("invoice", "The Invoice's Salesperson"),
    ("manager", "The Customer's Account Manager at the Time"),
]


class ResCompany(models.Model):
    """What a new period of the retention bonus begins with."""

    _inherit = "res.company"

    lifecycle_bonus_by = fields.Selection(
        BY,
        "Bonus Goes to",
        groups=USER,
        required=True,
        default="invoice",
        help="To whom the revenue of an invoice belongs in the retention bonus. Without an "
        "account manager, the customer's salesperson.",
    )
    lifecycle_bonus_won_percent = fields.Float(
        "Bonus on Won (%)",
        groups=USER,
        default=0.0,
        help="Of the revenue of customers in the first 365 days since their first purchase.",
    )
    lifecycle_bonus_kept_percent = fields.Float(
        "Bonus on Kept (%)",
        groups=USER,
        default=0.0,
        help="Of the revenue of customers who bought in the period before too, up to that amount.",
    )
    lifecycle_bonus_grown_percent = fields.Float(
        "Bonus on Grown (%)",
        groups=USER,
        default=0.0,
        help="Of the revenue above what the customer bought in the period before.",
    )

    _lifecycle_bonus_percent = models.Constraint(
        "CHECK (lifecycle_bonus_won_percent BETWEEN 0 AND 100"
        " AND lifecycle_bonus_kept_percent BETWEEN 0 AND 100"
        " AND lifecycle_bonus_grown_percent BETWEEN 0 AND 100)",
        "The rates of the bonus are from 0 to 100 percent.",
    )
