from odoo import api, models
from odoo.fields import Command


class ResPartner(models.Model):
    """Tags that people set or take away are kept as theirs, so that no rule undoes them.

    Costs nothing where tags are not written, and three queries where they are.
    """

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        context = self.env.context
        if (
            any("category_id" in vals for vals in vals_list)
            or context.get("category_id")
            or context.get("default_category_id")
        ):
            partners._note_tags_by_hand(set())
        return partners

    def write(self, vals):
        if "category_id" not in vals:
            return super().write(vals)
        before = self._segment_tags()
        result = super().write(vals)
        self._note_tags_by_hand(before)
        return result

    def copy_data(self, default=None):
        """A copy takes along no tag that came by rule: the rule decides on the copy."""
        vals_list = super().copy_data(default)
        if "category_id" in (default or {}):
            return vals_list
        history = self.env["crm.segment.membership"].sudo()
        rows = history.search(
            [("partner_id", "in", self.ids), ("left_on", "=", False), ("kind", "=", "rule")]
        )
        for partner, vals in zip(self, vals_list, strict=True):
            by_rule = rows.filtered(lambda row, one=partner: row.partner_id == one).category_id
            if by_rule:
                vals["category_id"] = [Command.set((partner.category_id - by_rule).ids)]
        return vals_list

    def _segment_tags(self):
        """The contacts' tags that are segments: set of (contact id, tag id)."""
        segments = self.env["res.partner.category"]._segment_ids()
        return self.env["crm.segment.membership"]._pairs(self.ids, segments)

    def _note_tags_by_hand(self, before):
        """Keep what changed since ``before``, and leave one tag of each exclusive group."""
        after = self._segment_tags()
        self.env["crm.segment.membership"]._note_by_hand(before, after)
        self.env["res.partner.category"]._leave_one_of_group(after - before)
