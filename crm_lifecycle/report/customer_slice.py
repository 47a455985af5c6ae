from odoo import api, fields, models
from odoo.tools import SQL

from ..models.value.customer_value import HEALTH, PHASES, TIERS


class CrmCustomerSlice(models.Model):
    """Customers, to be cut any way: who they are as dimensions, what they bring as measures.

    One row per customer and company: that of ``crm.customer.value``, with its id, beside the
    customer's own facts of now. An average is over customers, and one that is not known (an
    age) is left out of it. Grouped by tag, a customer counts in each of their tags; the total
    has everybody once.
    """

    _name = "crm.customer.slice"
    _description = "Analysis of Customers"
    _inherit = ["crm.customer.mixin"]
    _auto = False
    _log_access = False
    _order = "worth desc, id"
    _depends = {
        "crm.customer.value": ["partner_id", "company_id", "tier", "phase", "health"],
        "res.partner": ["birth_date", "lang", "state_id", "country_id", "city", "is_company"],
    }

    # Who they are
    tier = fields.Selection(TIERS, readonly=True)
    phase = fields.Selection(PHASES, readonly=True)
    health = fields.Selection(HEALTH, readonly=True)
    is_company = fields.Boolean("Is a Company", readonly=True)
    age_band = fields.Selection(lambda self: self._age_bands(), readonly=True)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(), "Language", readonly=True
    )
    country_id = fields.Many2one("res.country", readonly=True)
    state_id = fields.Many2one("res.country.state", "State or Region", readonly=True)
    city = fields.Char(readonly=True)
    first_purchase_date = fields.Date("First Purchase", readonly=True)
    category_ids = fields.Many2many(
        related="partner_id.category_id", related_sudo=False, string="Tags"
    )
    salesperson_id = fields.Many2one(
        related="partner_id.user_id", related_sudo=False, string="Salesperson"
    )

    # How many, and what they bring
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    customer_count = fields.Integer("Customers", readonly=True)
    age = fields.Integer("Average Age", readonly=True, aggregator="avg")
    revenue = fields.Monetary(readonly=True, help="In the trailing period.")
    service_cost = fields.Monetary(readonly=True, help="In the trailing period.")
    worth = fields.Monetary(readonly=True, help="Revenue less service cost, trailing period.")
    average_revenue = fields.Monetary("Revenue per Customer", readonly=True, aggregator="avg")
    average_service_cost = fields.Monetary(
        "Service Cost per Customer", readonly=True, aggregator="avg"
    )
    average_worth = fields.Monetary("Worth per Customer", readonly=True, aggregator="avg")
    contact_count = fields.Integer("Contacts", readonly=True)
    inbound_count = fields.Integer("Contacts by Customer", readonly=True)
    complaint_count = fields.Integer("Complaints", readonly=True)
    average_contacts = fields.Float("Contacts per Customer", readonly=True, aggregator="avg")
    purchase_count = fields.Integer("Purchases", readonly=True)

    @property
    def _table_query(self):
        # As superuser: an age is the contact's, and the row's rights are those of the customer.
        partners = self.env["res.partner"].sudo()
        return SQL(
            """SELECT value.id, value.partner_id, value.company_id, value.tier, value.phase,
                      value.health, customer.is_company, %s AS age_band, customer.lang,
                      customer.country_id, customer.state_id, customer.city,
                      value.first_purchase_date, 1 AS customer_count, %s AS age,
                      value.revenue_period AS revenue, value.service_cost_period AS service_cost,
                      value.value_period AS worth, value.revenue_period AS average_revenue,
                      value.service_cost_period AS average_service_cost,
                      value.value_period AS average_worth,
                      value.interaction_count AS contact_count, value.inbound_count,
                      value.complaint_count, value.interaction_count AS average_contacts,
                      value.purchase_count
                 FROM crm_customer_value value
                 JOIN res_partner customer ON customer.id = value.partner_id""",
            partners._field_to_sql("customer", "age_band"),
            partners._field_to_sql("customer", "age"),
        )

    @api.model
    def _age_bands(self):
        return self.env["res.partner"]._fields["age_band"].selection

    @api.model
    def _grouped_fields(self):
        return super()._grouped_fields() | {"salesperson_id"}

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for row in self:
            row.display_name = self.env._("Customer %(id)s", id=row.id)

    def action_open_partner(self):
        """Open the customer's form."""
        return self._open_customer()
