from odoo import fields, models
from odoo.exceptions import AccessError

STATES = [
    ("active", "Given"),
    ("grace", "In Grace"),
    ("replaced", "Replaced by Another Rule"),
    ("ended", "Ended"),
    ("overridden", "Chosen by Hand"),
]
OPEN = ("active", "grace")


class CrmLoyaltyGrant(models.Model):
    """A price list that a rule gave a customer: what, from when until when, and what was before.

    It remembers what *we* set. Where the customer's price list is another one, somebody chose:
    the grant is *chosen by hand*, and the rules leave that customer alone until a manager lets
    them decide again. Rows are history; the daily job writes them, nobody else.
    """

    _name = "crm.loyalty.grant"
    _description = "Price List Given for Loyalty"
    _inherit = ["crm.customer.mixin"]
    _order = "date_from desc, id desc"

    # The index below begins with it.
    partner_id = fields.Many2one(index=False)
    rule_id = fields.Many2one(
        "crm.loyalty.rule", required=True, index=True, readonly=True, ondelete="restrict"
    )
    pricelist_id = fields.Many2one(
        "product.pricelist", index="btree_not_null", readonly=True, ondelete="set null"
    )
    previous_pricelist_id = fields.Many2one(
        "product.pricelist",
        "Before",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="Comes back when the reason ends. Empty: none of the customer's own.",
    )
    date_from = fields.Date("From", required=True, readonly=True)
    reason_end_date = fields.Date(
        "Reason Ended", readonly=True, help="Since then the rule does not fit the customer."
    )
    back_date = fields.Date(
        "Goes Back on", readonly=True, help="The end of the grace, if nothing changes."
    )
    date_until = fields.Date("Until", readonly=True)
    state = fields.Selection(STATES, required=True, default="active", readonly=True)

    _of_customer_idx = models.Index("(partner_id, company_id, state)")

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for grant in self:
            grant.display_name = self.env._("Price list given %(id)s", id=grant.id)

    def action_let_rules_decide(self):
        """End the protection of lists chosen by hand: the next run of the job decides again.

        A list that the customer has of their own stays all the same, until it is taken off.

        :raises AccessError: for others than managers
        """
        self.check_access("read")
        if not self.env.user.has_group("crm_lifecycle.group_lifecycle_manager"):
            raise AccessError(self.env._("Only Lifecycle managers let the rules decide again."))
        self.sudo().filtered(lambda grant: grant.state == "overridden").state = "ended"
