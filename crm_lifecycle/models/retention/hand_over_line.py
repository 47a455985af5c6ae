from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

KINDS = [
    ("salesperson", "Customer, as Salesperson"),
    ("manager", "Customer, as Account Manager"),
    ("lead", "Lead"),
    ("activity", "Activity"),
    ("touchpoint", "Due Contact"),
]
STATES = [
    ("waiting", "Waiting"),
    ("moved", "Moved"),
    ("left", "Not Moved"),
    ("returned", "Given Back"),
    ("kept", "Not Given Back"),
]
# Kind: the model, and its field that holds who looks after the record.
HELD = {
    "salesperson": ("res.partner", "user_id"),
    "manager": ("res.partner", "own_account_manager_id"),
    "lead": ("crm.lead", "user_id"),
    "activity": ("mail.activity", "user_id"),
    "touchpoint": ("crm.touchpoint", "user_id"),
}


class CrmHandOverLine(models.Model):
    """One thing that a hand-over moves: what, to whom, and how far it is.

    ``name`` is the record's name when the list was made; the records themselves are opened with
    the viewer's rights. Moving and giving back ask who holds the record *now*: what somebody
    changed meanwhile stays as they left it, and the line says so.
    """

    _name = "crm.hand.over.line"
    _description = "Line of a Hand-over"
    _order = "customer_name, kind, id"

    hand_over_id = fields.Many2one("crm.hand.over", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="hand_over_id.company_id", store=True, index=True)
    kind = fields.Selection(KINDS, "What", required=True, readonly=True)
    res_id = fields.Integer("Record", required=True, readonly=True, aggregator=None)
    name = fields.Char(readonly=True)
    customer_name = fields.Char("Customer", readonly=True)
    deputy_id = fields.Many2one("res.users", "To", index="btree_not_null", ondelete="restrict")
    state = fields.Selection(STATES, required=True, default="waiting", readonly=True)
    note = fields.Char("Remark", readonly=True)

    _once_uniq = models.UniqueIndex(
        "(hand_over_id, kind, res_id)", "This is in the list of the hand-over already."
    )
    _waiting_idx = models.Index("(hand_over_id, state, id)")

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for line in self:
            line.display_name = self.env._("Line %(id)s of a hand-over", id=line.id)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Lines of a hand-over are made by its preview."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if set(vals) - {"deputy_id"}:
                raise AccessError(self.env._("Of a line, only the deputy can be changed."))
            self.hand_over_id._check_draft()
        result = super().write(vals)
        if not self.env.su:
            self.hand_over_id._check_deputies()
        return result

    def unlink(self):
        self.hand_over_id._check_draft()
        return super().unlink()

    def action_open(self):
        """Open the record, with the viewer's rights.

        :raises AccessError: when the line or the record is not the viewer's to read
        """
        self.ensure_one()
        self.check_access("read")
        model, _field = HELD[self.kind]
        record = self.env[model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("This is not there any more."))
        if self.kind == "activity" and record.sudo().res_model:
            record = self.env[record.sudo().res_model].browse(record.sudo().res_id)
        record.check_access("read")
        return record._get_records_action()
