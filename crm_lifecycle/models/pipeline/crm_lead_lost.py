from odoo import api, fields, models
from odoo.exceptions import UserError

FACTS = {"lost_reason_id", "lost_to_id", "lost_price"}


class CrmLead(models.Model):
    """A lost lead says why, to whom and at what price, where the company wants to know.

    The company's setting asks for a reason, and the reason for the rest. Asked of users at every
    door: the dialog, a write, an import, the list's mass edit.
    """

    _inherit = "crm.lead"

    lost_to_id = fields.Many2one(
        "res.partner",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The competitor who won.",
    )
    lost_price = fields.Monetary(
        currency_field="company_currency", copy=False, help="What the competitor asked."
    )

    # ------------------------------------------------------------------ create, write
    @api.model_create_multi
    def create(self, vals_list):
        # A default may come from the client's context.
        default = {} if self.env.su else self.default_get(["lost_to_id"])
        self._check_competitors([default, *vals_list])
        return super().create(vals_list)

    def write(self, vals):
        if FACTS.isdisjoint(vals):
            return super().write(vals)
        self._check_competitors([vals])
        result = super().write(vals)
        if not self.env.su:
            self.filtered(lambda lead: lead.won_status == "lost")._check_loss()
        return result

    def action_set_lost(self, **additional_values):
        # One without any probability is lost as soon as it is archived: say why before.
        if additional_values and not all(self.mapped("probability")):
            self.write(additional_values)
        return super().action_set_lost(**additional_values)

    def _after_moves(self, moves):
        """One that is restored was not lost to anybody."""
        result = super()._after_moves(moves)
        back = self.sudo().browse([move.lead.id for move in moves if move.reopened])
        told = back.filtered(lambda lead: lead.lost_to_id or lead.lost_price)
        if told:
            told.write({"lost_to_id": False, "lost_price": 0})
        return result

    # ------------------------------------------------------------------ checks
    def _check_moves(self, moves):
        result = super()._check_moves(moves)
        lost = [move.lead.id for move in moves if move.after.won_status == "lost"]
        self.browse(lost)._check_loss()
        return result

    def _check_loss(self):
        """Refuse a loss that does not say what it must.

        :raises UserError: with all that is missing, for all of the leads
        """
        missing = [(lead.name, lead._missing_of_loss()) for lead in self]
        lines = [f"{name}: {', '.join(words)}" for name, words in missing if words]
        if lines:
            raise UserError(
                self.env._("Say how it was lost. Missing:\n%(missing)s", missing="\n".join(lines))
            )

    def _missing_of_loss(self):
        """What this lost lead should say and does not: list of words."""
        lead = self.sudo()
        reason, words = lead.lost_reason_id, []
        if not reason and lead._lifecycle_company().lifecycle_lost_reason_required:
            words.append(self.env._("the lost reason"))
        if reason.asks_competitor and not lead.lost_to_id:
            words.append(self.env._("the competitor who won"))
        if reason.asks_price and not lead.lost_price:
            words.append(self.env._("the competitor's price"))
        return words

    @api.model
    def _check_competitors(self, vals_list):
        """Refuse a competitor whom the user may not see."""
        ids = {vals["lost_to_id"] for vals in vals_list if vals.get("lost_to_id")}
        if ids and not self.env.su:
            self.env["res.partner"].browse(ids).check_access("read")
