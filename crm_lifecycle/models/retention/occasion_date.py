from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmOccasionDate(models.Model):
    """A date of a person that is kept, written by hand: a wedding, a renewal, a lease that ends.

    ``partner_id`` is the person or the customer itself; whose customer it is decides who sees
    the row. As the person, it belongs to all companies or to one.
    """

    _name = "crm.occasion.date"
    _description = "Date Kept with a Customer"
    _inherit = ["crm.customer.mixin"]
    _order = "partner_id, date, id"

    partner_id = fields.Many2one(string="Person", readonly=False)
    company_id = fields.Many2one(
        related="partner_id.company_id",
        store=True,
        required=False,
        help="The person's. Empty: of all companies.",
    )
    active = fields.Boolean(default=True)
    occasion_id = fields.Many2one(
        "crm.occasion",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("kind", "=", "hand")],
        help="Says how early, by whom and with which message it is kept.",
    )
    name = fields.Char("Label", required=True, size=200)
    date = fields.Date(required=True)
    repeats = fields.Boolean("Every Year", default=True)

    def _compute_display_name(self):
        # What is kept stays out of error messages and of links from elsewhere.
        for date in self:
            date.display_name = self.env._("Kept date %(id)s", id=date.id or "")

    @api.model_create_multi
    def create(self, vals_list):
        dates = super().create(vals_list)
        dates._check_occasion()
        return dates

    def write(self, vals):
        result = super().write(vals)
        if "occasion_id" in vals:
            self._check_occasion()
        return result

    def _check_occasion(self):
        """Refuse occasions that the user may not see: Odoo checks no many2one value by itself."""
        occasions = self.env["crm.occasion"].browse(self.sudo().occasion_id.ids)
        occasions.check_access("read")

    @api.model
    def _own_customer_domain(self):
        """The rows of persons whose customer is the user's, in one of the companies at work."""
        members = self.env["crm.family.member"]
        return Domain.custom(
            to_sql=lambda _model, alias, _query: members._own_person_sql(
                SQL.identifier(alias, "partner_id")
            ),
            predicate=lambda record: record.is_own_customer,
        )
