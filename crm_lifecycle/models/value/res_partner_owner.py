from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import SQL

from .res_partner import HIERARCHY, USER

# What decides whose customer a contact is.
OWNERSHIP = {"user_id", "account_manager_id", *HIERARCHY}


class ResPartner(models.Model):
    """Who looks after a customer: the salesperson of Odoo and, by company, an account manager.

    Who owns a customer decides who sees it, so only those who see it hand it over
    (``_check_hand_over``), and no change of the hierarchy brings a customer into sight
    (``_check_no_gain``). The account manager of a customer that the viewer may not see is
    empty, like the figures.
    """

    _inherit = "res.partner"

    own_account_manager_id = fields.Many2one(
        "res.users",
        "Appointed Account Manager",
        company_dependent=True,
        copy=False,
        groups=NO_ACCESS,
        domain=[("share", "=", False)],
        help="Read and written through the account manager, which asks whose customer it is.",
    )
    account_manager_id = fields.Many2one(
        "res.users",
        compute="_compute_account_manager_id",
        inverse="_inverse_account_manager_id",
        search="_search_account_manager_id",
        compute_sudo=False,
        groups=USER,
        domain=[("share", "=", False)],
        help="Keeps the relation with this customer, in this company. "
        "The salesperson, where nobody else is named.",
    )

    def write(self, vals):
        self._check_hand_over(vals)
        if not OWNERSHIP & set(vals) or self._assigns_customers():
            return super().write(vals)
        before = self._owned_keys()
        result = super().write(vals)
        self._check_no_gain(before)
        return result

    # ------------------------------------------------------------------ account manager
    @api.depends_context("uid", "company")
    @api.depends("commercial_partner_id.own_account_manager_id", "commercial_partner_id.user_id")
    def _compute_account_manager_id(self):
        customers = self.commercial_partner_id | self
        managers = self._visible_account_managers(customers._origin.ids)
        for partner in self:
            customer = partner.commercial_partner_id or partner
            manager = managers.get(customer._origin.id)
            if not customer.id and (not customer._origin or customer._origin.id in managers):
                # In a form that is not saved yet, what stands there counts.
                manager = (customer.sudo().own_account_manager_id or customer.user_id).id
            partner.account_manager_id = manager

    def _visible_account_managers(self, customer_ids):
        """The account managers of the customers among these that the user may see.

        :return: dict of customer id to user id or None
        """
        visible = self._account_manager_sql(everything=self.env.su)
        condition = SQL("customer.id = ANY(%s)", list(customer_ids))
        return dict(self.env.execute_query(SQL("%s AND %s", visible, condition)))

    def _account_manager_sql(self, everything=False):
        """``SELECT`` of the customers the user may see, and the account manager of each.

        :param bool everything: all customers
        """
        company = SQL("%s", self.env.company.id)
        visible = self.env["crm.customer.mixin"]._visible_customer_sql(
            SQL.identifier("customer", "id"), company
        )
        return SQL(
            """SELECT customer.id, COALESCE(
                      (customer.own_account_manager_id ->> %s::text)::int, customer.user_id)
                 FROM res_partner customer
                WHERE %s""",
            company,
            SQL("TRUE") if everything else visible,
            to_flush=[self._fields["own_account_manager_id"], self._fields["user_id"]],
        )

    def _inverse_account_manager_id(self):
        """Naming the salesperson, or nobody, means to fall back to the salesperson."""
        # A contact's customer; for a customer itself, ``write`` has asked already.
        others = self.commercial_partner_id - self
        self.env["crm.customer.mixin"]._check_customers(others.ids, self.env.company)
        for partner in self:
            manager = partner.account_manager_id
            customer = partner.commercial_partner_id.sudo()
            customer.own_account_manager_id = manager if manager != customer.user_id else False
        # What was asked for is not what is shown, where it falls back.
        self.invalidate_recordset(["account_manager_id"], flush=False)

    def _search_account_manager_id(self, operator, value):
        self._check_field_access(self._fields["account_manager_id"], "read")
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        viewer = self.sudo(False)
        appointed = SQL(
            "(SELECT visible.id FROM (%s) AS visible (id, manager_id) WHERE %s)",
            viewer._account_manager_sql(),
            viewer._managers_fit(operator, value),
        )
        domain = Domain("commercial_partner_id", "in", appointed)
        if operator == "in" and False in value:
            named = SQL(
                "(SELECT visible.id FROM (%s) AS visible (id, manager_id)"
                " WHERE visible.manager_id IS NOT NULL)",
                viewer._account_manager_sql(),
            )
            domain |= Domain("commercial_partner_id", "not in", named)
        return domain

    def _managers_fit(self, operator, value):
        """The condition on ``visible.manager_id``, as far as the user may see users."""
        if operator == "in":
            wanted = [user_id for user_id in value if user_id]
            return SQL("visible.manager_id = ANY(%s::int[])", wanted)
        users = self.env["res.users"].with_context(active_test=False)
        if operator in ("any", "any!"):
            found = users._search(Domain(value) if isinstance(value, list) else value)
        else:
            found = users._search(Domain("display_name", operator, value))
        return SQL("visible.manager_id IN %s", found.subselect())

    # ------------------------------------------------------------------ handing over
    def _check_hand_over(self, vals):
        """Only those who look after a customer name its salesperson and account manager.

        :raises AccessError: when somebody else tries
        """
        if not {"user_id", "account_manager_id"} & set(vals) or self._assigns_customers():
            return
        customers = self.commercial_partner_id
        if "account_manager_id" not in vals:
            customers = (customers & self).filtered(lambda one: one.user_id.id != vals["user_id"])
        # An account manager is named in the current company, and by who sees the customer there.
        companies = self.env.company if "account_manager_id" in vals else self.env.user.company_ids
        keys = customers._owned_keys()
        owned = {customer for customer, company in keys if company in companies.ids}
        if set(customers.ids) != owned:
            raise AccessError(self._hand_over_message())

    def _check_no_gain(self, before):
        """Refuse a change of these contacts after which the user looks after more customers.

        :param before: ``_owned_keys()`` of before the change
        """
        if self._owned_keys() - before:
            raise AccessError(self._hand_over_message())

    def _hand_over_message(self):
        return self.env._(
            "Somebody else looks after this customer. Ask them, or a manager, to hand it over."
        )

    @api.model
    def _assigns_customers(self):
        """Whether the user may name anybody for any customer.

        Override to let more people do so (a back office).
        """
        user = self.env.user
        return (
            self.env.su
            or user.has_group("crm_lifecycle.group_lifecycle_analyst")
            or user.has_group("sales_team.group_sale_manager")
            or user.has_group("base.group_system")
        )

    def _owned_keys(self):
        """Whose customers these contacts are: those that are the user's.

        :return: set of (contact id, company id), for all companies of the user
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.id, company.id
                     FROM res_partner partner CROSS JOIN res_company company
                    WHERE partner.id = ANY(%s) AND company.id = ANY(%s) AND %s""",
                self.ids,
                self.env.user.sudo().company_ids.ids,
                self.env["crm.customer.mixin"]._own_customer_sql(
                    SQL.identifier("partner", "commercial_partner_id"),
                    SQL.identifier("company", "id"),
                ),
                to_flush=self._fields["commercial_partner_id"],
            )
        )
        return set(rows)
