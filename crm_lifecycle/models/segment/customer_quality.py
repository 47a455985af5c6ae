from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCustomerQuality(models.Model):
    """How complete and credible the data on a customer is, in a company.

    One row per commercial partner and company that ``crm.customer.value`` knows. Rows are
    *derived*: ``crm.customer.quality.refresh`` fills them by SQL, every night and, for one
    customer, at once. The score is 100 less the weights of the checks that failed, as a share
    of those that apply to the customer.

    Only duplicates with the same owners count in the score and in what is missing: a customer
    whom somebody else looks after leaves no trace in what a user sees. Analysts have
    ``duplicate_elsewhere_count`` for those.
    """

    _name = "crm.customer.quality"
    _description = "Data Quality of a Customer"
    _inherit = ["crm.customer.mixin"]
    _order = "value_period desc, id"
    _log_access = False

    # The unique constraint and the index below begin with these.
    partner_id = fields.Many2one(index=False)
    company_id = fields.Many2one(index=False)

    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    value_period = fields.Monetary("Worth", readonly=True, help="When it was checked last.")
    score = fields.Float(
        "Data Quality",
        digits=(5, 2),
        readonly=True,
        aggregator="avg",
        help="100 where nothing is missing or doubtful.",
    )
    issue_ids = fields.Many2many(
        "crm.quality.check",
        "crm_customer_quality_issue_rel",
        "quality_id",
        "check_id",
        "Missing or Doubtful",
        readonly=True,
    )
    issue_count = fields.Integer("Issues", readonly=True)
    duplicate_count = fields.Integer(
        "Duplicates",
        readonly=True,
        help="Customers with the same phone, e-mail or VAT whom the same people look after.",
    )
    duplicate_elsewhere_count = fields.Integer(
        "Duplicates Elsewhere",
        readonly=True,
        groups="crm_lifecycle.group_lifecycle_analyst",
        help="The same, of other owners.",
    )
    computed_at = fields.Datetime("Changed", readonly=True)

    # Of the customer, as of now, with the viewer's own rights
    salesperson_id = fields.Many2one(
        related="partner_id.user_id", related_sudo=False, string="Salesperson"
    )
    team_id = fields.Many2one(
        related="partner_id.user_id.sale_team_id", related_sudo=False, string="Sales Team"
    )
    country_id = fields.Many2one(related="partner_id.country_id", related_sudo=False)
    city = fields.Char(related="partner_id.city", related_sudo=False)
    category_ids = fields.Many2many(
        related="partner_id.category_id", related_sudo=False, string="Tags"
    )
    is_company = fields.Boolean(related="partner_id.is_company", related_sudo=False)

    # A constraint rather than a unique index: Odoo's merge of partners gives way only to those.
    _customer_company_uniq = models.Constraint(
        "UNIQUE (partner_id, company_id)", "A customer has one row in a company."
    )
    _worth_idx = models.Index("(company_id, value_period DESC, id)")

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for quality in self:
            quality.display_name = self.env._("Data quality %(id)s", id=quality.id)

    # ------------------------------------------------------------------ actions
    def action_open_partner(self):
        """Open the customer's form, to fill in what is missing."""
        return self._open_customer()

    def action_check_again(self):
        """Check these customers now.

        :raises AccessError: when one of them is not the user's to see
        """
        self.check_access("read")
        self._check_now(self.partner_id)

    def action_merge_duplicates(self):
        """Open Odoo's merge with the customer and those who may be the same.

        :raises AccessError: without the right to see the customer, or to merge contacts
        """
        self.ensure_one()
        self.check_access("read")
        self.env["base.partner.merge.automatic.wizard"].check_access("create")
        duplicates = self._visible_duplicates()
        if not duplicates:
            raise UserError(self.env._("There is no duplicate any more. Check the customer again."))
        partners = self.partner_id | duplicates
        action = self.env["ir.actions.actions"]._for_xml_id("base.action_partner_deduplicate")
        context = {"active_model": "res.partner", "active_ids": partners.ids, "active_test": False}
        return {**action, "context": context}

    def _visible_duplicates(self):
        """The contacts with the same phone, e-mail or VAT that the user may see as customers."""
        self.ensure_one()
        found = self.env["crm.customer.quality.source"]._duplicate_ids(self.sudo())
        visible = self._visible_customers(found, self.sudo().company_id)
        return self.env["res.partner"].search([("id", "in", list(visible))])

    @api.model
    def _check_now(self, customers):
        """Bring customers up to date in the caller's transaction.

        In sudo: the rows are derived, and nobody writes them.
        """
        self.env["crm.customer.quality.refresh"].sudo()._refresh_customers(customers.ids)
