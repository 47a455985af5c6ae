from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from .segment_membership import MEMBER

USER = "crm_lifecycle.group_lifecycle_user"
MANAGER = "crm_lifecycle.group_lifecycle_manager"
# What decides who is in a segment: a manager's to change.
RULE = {
    "is_segment",
    "segment_domain",
    "segment_company_id",
    "segment_group_id",
    "segment_sequence",
}
# What the refresh says of a segment: nobody's to change.
OUTCOME = {"segment_state", "segment_error", "segment_refreshed_at"}


class ResPartnerCategory(models.Model):
    """Odoo's tags, of which some keep themselves right.

    A *segment* is a tag with a rule over contacts (``segment_domain``), or without one a tag
    whose history is kept. The rule is evaluated in the segment's company by
    ``crm.segment.run``, nightly and on demand. Only Lifecycle managers of that company change
    or delete a segment; the server asks, not only the screen. The tag itself is Odoo's:
    everybody who reads a contact sees its tags.
    """

    _inherit = "res.partner.category"

    is_segment = fields.Boolean("Segment", copy=False, index=True, groups=USER)
    segment_domain = fields.Char("Rule", copy=False, groups=USER)
    segment_company_id = fields.Many2one(
        "res.company",
        "Company of the Rule",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=USER,
        help="Worth, tier, phase, health and last contact are those of this company. "
        "Contacts of other companies are left alone.",
    )
    segment_group_id = fields.Many2one(
        "crm.segment.group",
        "Exclusive Group",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=USER,
        help="A contact has at most one tag of a group: one set by hand, or the first in order.",
    )
    segment_sequence = fields.Integer("Order in the Group", default=10, copy=False, groups=USER)

    # What the refresh says
    segment_state = fields.Selection(
        [("active", "Active"), ("broken", "Broken")],
        "State",
        default="active",
        readonly=True,
        copy=False,
        groups=USER,
    )
    segment_error = fields.Char("What Is Wrong", readonly=True, copy=False, groups=MANAGER)
    segment_refreshed_at = fields.Datetime("Refreshed", readonly=True, copy=False, groups=USER)
    segment_member_count = fields.Integer(
        "Members",
        compute="_compute_segment_member_count",
        compute_sudo=False,
        groups=USER,
        help="Contacts of the segment among the customers you may see.",
    )
    segment_progress = fields.Float(
        "Refreshing", compute="_compute_segment_progress", compute_sudo=True, groups=MANAGER
    )

    _segment_has_company = models.Constraint(
        "CHECK (is_segment IS NOT TRUE OR segment_company_id IS NOT NULL)",
        "Choose the company of the segment.",
    )
    _segment_of_group = models.Constraint(
        "CHECK (is_segment IS TRUE OR segment_group_id IS NULL)",
        "Only segments stand in an exclusive group.",
    )

    # ------------------------------------------------------------------ computes
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_segment_member_count(self):
        rows = self.env["crm.segment.membership"]._read_group(
            [
                ("category_id", "in", self.ids),
                ("left_on", "=", False),
                ("kind", "in", MEMBER),
            ],
            ["category_id"],
            ["__count"],
        )
        counts = {category.id: count for category, count in rows}
        for category in self:
            category.segment_member_count = counts.get(category._origin.id, 0)

    def _compute_segment_progress(self):
        runs = self.env["crm.segment.run"].search([("state", "=", "running")])
        for category in self:
            run = runs.filtered(lambda run, tag=category: tag._origin in run._categories())[:1]
            category.segment_progress = run.progress if run else 0.0

    # ------------------------------------------------------------------ checks
    @api.constrains("segment_domain", "segment_company_id", "is_segment")
    def _check_segment_domain(self):
        rules = self.env["crm.segment.rule"]
        for category in self.sudo().filtered("segment_domain"):
            if not category.is_segment:
                raise ValidationError(self.env._("Only a segment has a rule."))
            rules._check_tags(category)
            rules._check(category.segment_domain, category.segment_company_id)

    # ------------------------------------------------------------------ create, write, unlink
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_segment_vals(vals)
        categories = super().create([self._with_company(vals) for vals in vals_list])
        # Defaults of a context come in as well.
        if any(category.is_segment or category.segment_domain for category in categories.sudo()):
            categories._check_segment_manager()
        categories._note_members(set())
        return categories

    def write(self, vals):
        self._check_segment_vals(vals)
        if RULE & set(vals):
            self._check_segment_manager()
        before = self._members() if "partner_ids" in vals else set()
        result = super().write(self._repaired(self._with_company(vals)))
        if RULE & set(vals):
            self._check_segment_manager()
        if "partner_ids" in vals:
            self._note_members(before)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_segments_by_managers(self):
        if self.sudo().filtered("is_segment"):
            self._check_segment_manager()

    @api.model
    def _check_segment_vals(self, vals):
        """Refuse what a person may not write, before anything is written."""
        if self.env.su:
            return
        if OUTCOME & set(vals):
            raise AccessError(self.env._("Only the refresh says how a segment is."))
        if RULE & set(vals) and not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only Lifecycle managers make and change segments."))

    def _check_segment_manager(self):
        """Refuse others than managers of the segments' companies."""
        if self.env.su:
            return
        companies = self.sudo().segment_company_id
        if not self.env.user.has_group(MANAGER) or companies - self.env.user.company_ids:
            raise AccessError(
                self.env._("Only Lifecycle managers of a segment's company change or delete it.")
            )

    @api.model
    def _with_company(self, vals):
        """A tag that becomes a segment does so in the current company, unless told."""
        if not vals.get("is_segment") or "segment_company_id" in vals:
            return vals
        if self and all(tag.segment_company_id for tag in self.sudo()):
            return vals
        return {**vals, "segment_company_id": self.env.company.id}

    @api.model
    def _repaired(self, vals):
        """A changed rule has been checked, and holds until it is seen not to."""
        if not {"segment_domain", "segment_company_id"} & set(vals):
            return vals
        return {"segment_state": "active", "segment_error": False, **vals}

    def _members(self):
        """Who has these tags, so far as they are segments."""
        segments = self.sudo().filtered("is_segment")
        return self.env["crm.segment.membership"]._pairs(
            segments.with_context(active_test=False).partner_ids.ids, segments.ids
        )

    def _note_members(self, before):
        after = self._members()
        self.env["crm.segment.membership"]._note_by_hand(before, after)
        self._leave_one_of_group(after - before)

    @api.model
    def _segment_ids(self):
        """Ids of all segments, the archived ones too."""
        return self.sudo().with_context(active_test=False).search([("is_segment", "=", True)]).ids

    @api.model
    def _leave_one_of_group(self, added):
        """Take away the other tags of the groups of tags that were set by hand.

        Of two tags set at once the first in the order of the group stays.

        :param added: set of pairs of contact id and tag id
        """
        history = self.env["crm.segment.membership"]
        tags = self.sudo().with_context(active_test=False).browse({tag for _contact, tag in added})
        for tag in tags.filtered("segment_group_id").sorted(
            lambda tag: (tag.segment_sequence, tag.id)
        ):
            pairs = {pair for pair in added if pair[1] == tag.id}
            keeping = history._pairs({contact for contact, _tag in pairs}, tag.ids)
            others = tag.segment_group_id.category_ids - tag
            lost = history._pairs({contact for contact, _tag in keeping}, others.ids)
            self.env["crm.segment.source"]._take_away(lost)
            history._end(lost)

    # ------------------------------------------------------------------ refresh
    def _segment_place(self):
        """Where the segment stands, for ``crm.segment.source``."""
        return self.env["crm.segment.source"]._place(
            self, self.segment_company_id, self.segment_group_id, self.segment_sequence
        )

    def _segment_holds(self, last):
        """Evaluate the rule over everybody without any change; mark it broken if it fails.

        :param int last: the id of the last contact
        :return: whether it holds
        """
        self.ensure_one()
        rules = self.env["crm.segment.rule"]

        def work():
            matching = rules._matching(self.segment_domain, self.segment_company_id, 0, last)
            self.env.execute_query(SQL("SELECT COUNT(*) FROM (%s) fitting", matching))

        reason = rules._attempt(work)
        if reason:
            self._segment_break(reason)
        return not reason

    def _segment_break(self, reason):
        self.write({"segment_state": "broken", "segment_error": reason})

    def _segment_apply(self, low, high):
        """Bring a segment up to date for a range of contacts, or mark it broken.

        :return: dict of the numbers ``entered`` and ``left``, or ``broken``
        """
        self.ensure_one()
        rules, counts = self.env["crm.segment.rule"], {}

        def work():
            matching = rules._matching(self.segment_domain, self.segment_company_id, low, high)
            place = self._segment_place()
            counts.update(self.env["crm.segment.source"]._apply(place, matching, low, high))

        reason = rules._attempt(work)
        if reason:
            self._segment_break(reason)
            return {"broken": 1}
        if self.segment_state != "active":
            self.write({"segment_state": "active", "segment_error": False})
        return counts

    # ------------------------------------------------------------------ people
    def action_segment_refresh(self):
        """Refresh these segments in the background, and show how far that is."""
        self._check_segment_manager()
        runs = self.env["crm.segment.run"]
        action = runs._refreshes_action()
        for segment in self.sudo().filtered("is_segment"):
            action = runs._ask_for_refresh(segment)
        return action

    def action_segment_preview(self):
        """Open the rule with a preview of what it would change."""
        self.ensure_one()
        self._check_segment_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rule of %(name)s", name=self.name),
            "res_model": "crm.segment.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_category_id": self.id},
        }
