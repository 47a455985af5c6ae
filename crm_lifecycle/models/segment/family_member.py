from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

RELATIONS = [
    ("spouse", "Spouse or partner"),
    ("child", "Child"),
    ("parent", "Parent"),
    ("other", "Other"),
]


class CrmFamilyMember(models.Model):
    """Somebody of a person's family: whom to ask about, and whose birthday to know.

    ``partner_id`` is the person, who may be a contact of a customer; whose customer it is
    decides who sees the row. As the person, it belongs to all companies or to one.
    """

    _name = "crm.family.member"
    _description = "Family Member of a Person"
    _inherit = ["crm.customer.mixin"]
    _order = "partner_id, birth_date, id"

    partner_id = fields.Many2one(string="Person", readonly=False)
    company_id = fields.Many2one(
        related="partner_id.company_id",
        store=True,
        required=False,
        help="The person's. Empty: of all companies.",
    )
    name = fields.Char(required=True, size=200)
    relation = fields.Selection(RELATIONS, required=True, default="child")
    birth_date = fields.Date()
    note = fields.Char(size=500)

    def _compute_display_name(self):
        # Names stay out of error messages and of links from elsewhere.
        for member in self:
            member.display_name = self.env._("Family member %(id)s", id=member.id or "")

    @api.constrains("birth_date")
    def _check_birth_date(self):
        self.env["res.partner"]._check_birth_dates(self)

    @api.model
    def _own_customer_domain(self):
        """The rows of persons whose customer is the user's, in one of the companies at work."""
        return Domain.custom(
            to_sql=lambda model, alias, _query: model._own_person_sql(
                SQL.identifier(alias, "partner_id")
            ),
            predicate=lambda record: record.is_own_customer,
        )

    @api.model
    def _own_person_sql(self, person):
        return SQL(
            """EXISTS (SELECT 1 FROM res_partner person, res_company company
                        WHERE person.id = %s AND company.id = ANY(%s) AND %s)""",
            person,
            self.env.companies.ids,
            self._own_customer_sql(
                SQL.identifier("person", "commercial_partner_id"), SQL.identifier("company", "id")
            ),
            to_flush=self.env["res.partner"]._fields["commercial_partner_id"],
        )
