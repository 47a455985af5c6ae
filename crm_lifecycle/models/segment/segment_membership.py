from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

KINDS = [
    ("rule", "By Rule"),
    ("hand", "By Hand"),
    ("out", "Kept out by Hand"),
]
MEMBER = ("rule", "hand")


class CrmSegmentMembership(models.Model):
    """When a contact came into a segment and left it, and who decided.

    A row without an end holds now. ``rule`` rows come and go with the segment's rule. ``hand``
    rows are of tags that a person set: no rule takes them away. ``out`` rows are of contacts
    whose tag a person took away: no rule brings them back. ``action_follow_rule`` leaves a
    contact to the rule again.

    ``partner_id`` is the contact itself, company or person: a later change of the person's
    company changes who sees the row. The rows are written by the segments' refresh
    (``crm.segment.source``) and by writing tags on contacts (``_note_by_hand``), never by
    people. There is no unique key on the contact, because a merge of contacts would throw
    away the history of one of them; the refresh ends what a merge left twice.
    """

    _name = "crm.segment.membership"
    _description = "Contact in a Segment"
    _inherit = ["crm.customer.mixin"]
    _order = "entered_on desc, id desc"

    # The index below begins with it.
    partner_id = fields.Many2one(string="Contact", index=False)
    category_id = fields.Many2one(
        "res.partner.category", "Segment", required=True, ondelete="cascade", readonly=True
    )
    kind = fields.Selection(KINDS, "How", required=True, default="rule", readonly=True)
    entered_on = fields.Datetime("Since", required=True, readonly=True)
    left_on = fields.Datetime("Until", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Decided by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who set the tag, or took it away.",
    )

    _of_contact_idx = models.Index("(partner_id, category_id)")
    _of_segment_idx = models.Index("(category_id, partner_id) WHERE left_on IS NULL")
    _period = models.Constraint(
        "CHECK (left_on IS NULL OR left_on >= entered_on)", "Nobody leaves before they enter."
    )

    # ------------------------------------------------------------------ computes
    @api.depends("category_id", "kind")
    def _compute_display_name(self):
        # Names of contacts stay out of error messages and of links from elsewhere.
        for row in self:
            row.display_name = row.sudo().category_id.name or self.env._("Segment")

    @api.model
    def _own_customer_sql(self, partner, company):
        """The contact's customer decides: what comes in may be a person at a company."""
        customer = SQL(
            "(SELECT contact.commercial_partner_id FROM res_partner contact WHERE contact.id = %s)",
            partner,
            to_flush=self.env["res.partner"]._fields["commercial_partner_id"],
        )
        return super()._own_customer_sql(customer, company)

    # ------------------------------------------------------------------ people
    def action_follow_rule(self):
        """Let the segment's rule decide again, from the next refresh.

        :raises AccessError: when the row, or writing the contact, is not the user's
        """
        self.check_access("read")
        contacts = self.partner_id
        contacts.check_access("write")
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_user"):
            raise AccessError(self.env._("Only Lifecycle users leave a contact to the rule."))
        rows = self.sudo().filtered(lambda row: not row.left_on)
        rows.filtered(lambda row: row.kind == "out").left_on = self._now()
        rows.filtered(lambda row: row.kind == "hand").write({"kind": "rule", "user_id": False})

    # ------------------------------------------------------------------ by hand
    @api.model
    def _pairs(self, partner_ids, category_ids):
        """Which of these contacts have which of these tags now.

        :return: set of (contact id, tag id)
        """
        if not partner_ids or not category_ids:
            return set()
        return set(
            self.env.execute_query(
                SQL(
                    """SELECT partner_id, category_id FROM res_partner_res_partner_category_rel
                        WHERE partner_id = ANY(%s) AND category_id = ANY(%s)""",
                    list(partner_ids),
                    list(category_ids),
                    to_flush=self.env["res.partner"]._fields["category_id"],
                )
            )
        )

    @api.model
    def _note_by_hand(self, before, after, kept_out=True):
        """Keep what a person changed of the segments' tags.

        :param before: ``_pairs()`` before the change
        :param after: ``_pairs()`` after it
        :param bool kept_out: whether what was taken away stays away
        """
        removed, added = before - after, after - before
        if not removed and not added:
            return
        self._end(removed | added)
        rows = [self._row_by_hand(pair, "hand") for pair in added]
        if kept_out:
            rows += [self._row_by_hand(pair, "out") for pair in removed]
        self.sudo().create([row for row in rows if row])

    @api.model
    def _row_by_hand(self, pair, kind):
        partner_id, category_id = pair
        category = self.env["res.partner.category"].sudo().browse(category_id)
        if not category.segment_company_id or (kind == "out" and not category.segment_domain):
            return None
        return {
            "partner_id": partner_id,
            "category_id": category_id,
            "company_id": category.segment_company_id.id,
            "kind": kind,
            "entered_on": self._now(),
            "user_id": self.env.uid,
        }

    @api.model
    def _end(self, pairs):
        """End what holds of these pairs of contact and tag."""
        partners = {partner for partner, _category in pairs}
        categories = {category for _partner, category in pairs}
        domain = Domain("partner_id", "in", partners) & Domain("category_id", "in", categories)
        rows = self.sudo().search(domain & Domain("left_on", "=", False))
        rows.filtered(lambda row: (row.partner_id.id, row.category_id.id) in pairs).write(
            {"left_on": self._now()}
        )

    @api.model
    def _now(self):
        return fields.Datetime.now()
