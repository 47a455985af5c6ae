from odoo import api, fields, models

PEOPLE = ("contact_id", "successor_id", "joined_id")


class CrmContactFormer(models.Model):
    """A person who was at a customer until a day: who follows, and where the person went.

    The row is the customer's that the person left. Rows are history: the person's contact stays
    with that customer, archived, with all that was said; ``joined_id`` is the contact that was
    made for the person at another company.
    """

    _name = "crm.contact.former"
    _description = "Former Contact Person"
    _inherit = ["crm.customer.mixin"]
    _order = "date_to desc, id desc"

    company_id = fields.Many2one(default=lambda self: self.env.company)
    name = fields.Char("Person", required=True, readonly=True)
    contact_id = fields.Many2one(
        "res.partner", index="btree_not_null", ondelete="set null", readonly=True
    )
    function = fields.Char("Job Position", readonly=True)
    date_from = fields.Date("From", readonly=True, help="When we first knew the person there.")
    date_to = fields.Date("Until", required=True, readonly=True)
    reason = fields.Char("Why", readonly=True, size=250)
    successor_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        help="Empty: to be found.",
    )
    joined_id = fields.Many2one(
        "res.partner", "Now at", index="btree_not_null", ondelete="set null", readonly=True
    )

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for former in self:
            former.display_name = self.env._("Former contact person %(id)s", id=former.id)

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(list(PEOPLE))
        named = {vals.get(name, default.get(name)) for vals in vals_list for name in PEOPLE}
        self._check_customers(named)
        return super().create(vals_list)

    def write(self, vals):
        self._check_customers({vals.get(name) for name in PEOPLE})
        return super().write(vals)

    @api.onchange(*PEOPLE)
    def _onchange_people(self):
        """Take back people that the user may not see."""
        for name in PEOPLE:
            if self[name] and not self._visible_customers(self[name].ids):
                self[name] = False

    def _note(self):
        """In words: "Former: Dana Levi (until 2026-03-01), successor: Tom Barak"."""
        self.ensure_one()
        successor = self.sudo().successor_id.name or self.env._("to be found")
        return self.env._(
            "Former: %(person)s (until %(day)s), successor: %(successor)s",
            person=self.name,
            day=self.date_to,
            successor=successor,
        )
