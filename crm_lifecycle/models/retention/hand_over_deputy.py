from odoo import api, fields, models

from ...engine.hand_over import Deputy


class CrmHandOverDeputy(models.Model):
    """Who takes over, and by what rule: an area, tiers, or so much beside the others."""

    _name = "crm.hand.over.deputy"
    _description = "Deputy of a Hand-over"
    _order = "sequence, id"

    hand_over_id = fields.Many2one("crm.hand.over", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="hand_over_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        "Deputy",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    share = fields.Float(
        required=True, default=1.0, help="Can carry so much beside the others: 2 is twice as much."
    )
    country_id = fields.Many2one("res.country", ondelete="set null")
    state_id = fields.Many2one("res.country.state", "State or Region", ondelete="set null")
    city = fields.Char(size=100)
    tier_a = fields.Boolean("A")
    tier_b = fields.Boolean("B")
    tier_c = fields.Boolean("C")
    tier_d = fields.Boolean("D")

    _share_positive = models.Constraint("CHECK (share > 0)", "A deputy's share is over zero.")
    _user_uniq = models.UniqueIndex("(hand_over_id, user_id)", "This deputy is named already.")

    def _compute_display_name(self):
        for deputy in self:
            deputy.display_name = deputy.sudo().user_id.name or self.env._("Deputy")

    @api.model_create_multi
    def create(self, vals_list):
        deputies = super().create(vals_list)
        deputies.hand_over_id._check_draft()
        return deputies

    def write(self, vals):
        self.hand_over_id._check_draft()
        result = super().write(vals)
        self.hand_over_id._check_draft()
        return result

    def unlink(self):
        self.hand_over_id._check_draft()
        return super().unlink()

    def _as_engine(self):
        """The deputy as the engine takes it."""
        return Deputy(
            key=self.user_id.id,
            share=self.share,
            tiers=frozenset(tier for tier in "abcd" if self[f"tier_{tier}"]),
            country=self.country_id.id or None,
            state=self.state_id.id or None,
            city=self.city or None,
        )
