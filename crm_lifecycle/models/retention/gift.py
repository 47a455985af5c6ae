from odoo import api, fields, models

from ..value.customer_value import TIERS


class CrmGift(models.Model):
    """Something that customers are given: for which tiers, and for whom with which interests.

    Where no tier is chosen it is for all, and without interests for everybody.
    """

    _name = "crm.gift"
    _description = "Gift"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char("Gift", required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Of several that fit as well, the first one is proposed."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    product_id = fields.Many2one("product.product", check_company=True, ondelete="set null")
    cost = fields.Monetary()
    tier_a = fields.Boolean("A")
    tier_b = fields.Boolean("B")
    tier_c = fields.Boolean("C")
    tier_d = fields.Boolean("D")
    interest_ids = fields.Many2many(
        "crm.interest", string="Interests", help="For people who have one of these."
    )
    given_ids = fields.One2many("crm.gift.given", "gift_id", readonly=True)

    _cost = models.Constraint(
        "CHECK (cost >= 0 AND cost < 1e15)", "The cost of a gift is zero or more."
    )

    def _tiers(self):
        return [tier for tier, _label in TIERS if self[f"tier_{tier}"]]

    @api.model
    def _fits(self, tier, interests):
        """The gifts among these for a tier and interests, the best first."""
        fitting = self.filtered(
            lambda gift: (
                (not gift._tiers() or tier in gift._tiers())
                and (not gift.interest_ids or gift.interest_ids & interests)
            )
        )
        return fitting.sorted(lambda gift: -len(gift.interest_ids & interests))
