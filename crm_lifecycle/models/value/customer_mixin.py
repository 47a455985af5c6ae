from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL


class CrmCustomerMixin(models.AbstractModel):
    """What we keep on a customer is for those who look after that customer.

    A model that inherits this has a customer (a commercial partner) and a company, and two
    guards:

    * ``is_own_customer`` serves the record rule of the *User* group. Own is: the salesperson
      or account manager is me, or is a member of a team that I lead, or nobody is and the
      company says that unowned customers are everybody's. It is looked up in the partner
      when it is read, so a change of owner holds from the next request.
    * a customer put into ``partner_id`` by create, write, default or onchange must be one of
      those, in the row's company: Odoo checks no many2one value by itself.

    Cost: one query for a recordset; a search adds one correlated look-up by primary key.
    """

    _name = "crm.customer.mixin"
    _description = "Of a Customer in a Company"
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    is_own_customer = fields.Boolean(
        "My Customer",
        compute="_compute_is_own_customer",
        search="_search_is_own_customer",
        help="You are the salesperson or account manager, or you lead the team of one of them.",
    )

    @api.depends_context("uid")
    @api.depends("partner_id.user_id", "partner_id.own_account_manager_id", "company_id")
    def _compute_is_own_customer(self):
        domain = Domain("id", "in", self.ids) & self._own_customer_domain()
        own = (
            set(self.sudo().with_context(active_test=False)._search(domain)) if self.ids else set()
        )
        for record in self:
            record.is_own_customer = record.id in own

    def _search_is_own_customer(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._own_customer_domain() if True in value else ~self._own_customer_domain()

    def _traverse_related_sql(self, alias, field, query):
        """Let lists group and add up by what is shown of the customer and company.

        These fields are read and filtered with the viewer's own rights, which Odoo cannot
        put into a grouping; the rows that are grouped are the viewer's all the same.
        """
        if field.name in self._grouped_fields():
            return super(CrmCustomerMixin, self.sudo())._traverse_related_sql(alias, field, query)
        return super()._traverse_related_sql(alias, field, query)

    @api.model
    def _grouped_fields(self):
        """Related fields of the customer and company that rows may be grouped by."""
        return {
            "currency_id",
            "salesperson_id",
            "team_id",
            "country_id",
            "city",
            "category_ids",
            "is_company",
            "partner_active",
        }

    @api.model
    def _own_customer_domain(self):
        """The rows of the user's own customers, as a domain on this model."""
        return Domain.custom(
            to_sql=lambda model, alias, _query: model._own_customer_sql(
                SQL.identifier(alias, "partner_id"), SQL.identifier(alias, "company_id")
            ),
            predicate=lambda record: record.is_own_customer,
        )

    @api.model
    def _own_customer_sql(self, partner, company):
        """A condition that holds where ``partner`` is a customer of the user in ``company``.

        Override to let more people see a customer (a deputy, a back office).

        :param SQL partner: the expression of the customer's id
        :param SQL company: the expression of the company's id
        """
        return SQL(
            """EXISTS (
                SELECT 1
                  FROM res_partner owned
                  JOIN res_company owning ON owning.id = %(company)s
                  CROSS JOIN LATERAL (SELECT
                      (owned.own_account_manager_id ->> owning.id::text)::int AS manager_id
                  ) appointed
                 WHERE owned.id = %(partner)s
                   AND (owned.user_id = %(uid)s
                        OR appointed.manager_id = %(uid)s
                        OR (owned.user_id IS NULL AND appointed.manager_id IS NULL
                            AND owning.lifecycle_unowned_visible)
                        OR EXISTS (
                            SELECT 1
                              FROM crm_team team
                              JOIN crm_team_member member ON member.crm_team_id = team.id
                              JOIN res_users colleague ON colleague.id = member.user_id
                             WHERE team.user_id = %(uid)s AND team.active
                               AND (member.active OR NOT colleague.active)
                               AND colleague.id IN (owned.user_id, appointed.manager_id)))
            )""",
            partner=partner,
            company=company,
            uid=self.env.uid,
            to_flush=[
                self.env[model]._fields[name]
                for model, names in self._ownership_fields().items()
                for name in names
            ],
        )

    @api.model
    def _ownership_fields(self):
        """What decides whose customer a partner is: field names by model."""
        return {
            "res.partner": ["user_id", "own_account_manager_id"],
            "res.company": ["lifecycle_unowned_visible"],
            "crm.team": ["user_id", "active"],
            "crm.team.member": ["user_id", "crm_team_id", "active"],
            "res.users": ["active"],
        }

    @api.model
    def _visible_customer_sql(self, partner, company):
        """A condition that holds where the user may see ``partner`` as a customer of ``company``.

        It asks who the user is and never whether the code runs as superuser: Odoo evaluates
        parts of a domain that came from outside as superuser, and they find no more for that.
        """
        user = self.env.user
        if user.has_group("crm_lifecycle.group_lifecycle_analyst"):
            return SQL("TRUE")
        if user.has_group("crm_lifecycle.group_lifecycle_user"):
            return self._own_customer_sql(partner, company)
        return SQL("FALSE")

    @api.model_create_multi
    def create(self, vals_list):
        # Before, so that a unique key tells nothing of what is there; and afterwards, because
        # a customer may come from a compute as well.
        default = self.default_get(["partner_id"]).get("partner_id")
        self._check_customers({vals.get("partner_id", default) for vals in vals_list})
        records = super().create(vals_list)
        records._check_own_rows()
        return records

    def write(self, vals):
        self._check_customers({vals.get("partner_id")})
        result = super().write(vals)
        if not {"partner_id", "company_id"}.isdisjoint(vals):
            self._check_own_rows()
        return result

    @api.onchange("partner_id")
    def _onchange_partner_id_own_customer(self):
        """Take back a customer that the user may not see, before any figure is shown."""
        if self.partner_id and not self._visible_customers(self.partner_id.ids):
            self.partner_id = False

    def _open_customer(self):
        """The action that opens the customer's form, for who may read the row."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def _take_customer_of_contact(self):
        """For a row with a ``contact_id``: take the person's customer.

        Take back a person that the user may not see.
        """
        customer = self.contact_id.sudo().commercial_partner_id
        if customer and not self._visible_customers(customer.ids):
            self.contact_id = False
        elif customer:
            self.partner_id = customer

    def _check_own_rows(self):
        """Refuse rows of customers that the user may not see in the row's company."""
        if self.env.su:
            return
        for company, rows in self.sudo().grouped("company_id").items():
            self._check_customers(rows.partner_id.ids, company)

    @api.model
    def _check_customers(self, partner_ids, companies=None):
        """Refuse customers that the user may not see.

        :param companies: in one of these; by default, in one of those the user works in
        :raises AccessError: the same words for a hidden customer and a missing one
        """
        wanted = {partner_id for partner_id in partner_ids if isinstance(partner_id, int)} - {0}
        if wanted and wanted != self._visible_customers(wanted, companies):
            raise AccessError(
                self.env._(
                    "You can only choose customers you look after. "
                    "Ask a manager to make you their salesperson or account manager."
                )
            )

    @api.model
    def _visible_customers(self, partner_ids, companies=None):
        """Which of these partners the user may see as customers.

        :param companies: in one of these; by default, in one of those the user works in
        :return: set of partner ids; all that exist for analysts, managers and the superuser
        """
        visible = SQL("TRUE")
        if not self.env.su:
            visible = self._visible_customer_sql(
                SQL.identifier("partner", "commercial_partner_id"), SQL.identifier("company", "id")
            )
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.id FROM res_partner partner
                    WHERE partner.id = ANY(%s) AND EXISTS (
                          SELECT 1 FROM res_company company
                           WHERE company.id = ANY(%s) AND %s)""",
                list(partner_ids),
                (companies or self.env.companies).ids,
                visible,
                to_flush=self.env["res.partner"]._fields["commercial_partner_id"],
            )
        )
        return {partner_id for (partner_id,) in rows}
