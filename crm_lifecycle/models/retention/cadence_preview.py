from odoo import fields, models


class CrmCadencePreview(models.TransientModel):
    """What a cadence would ask of one person in one week, beside what others ask already."""

    _name = "crm.cadence.preview"
    _description = "What a Cadence Would Ask for"
    _order = "week, user_id, id"

    cadence_id = fields.Many2one("crm.cadence", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True, ondelete="cascade")
    week = fields.Date("Week from", readonly=True)
    contact_count = fields.Integer("Contacts of This Cadence", readonly=True)
    other_count = fields.Integer("Contacts of Other Cadences", readonly=True)
    total_count = fields.Integer("Contacts", readonly=True)
    capacity = fields.Integer(
        readonly=True, aggregator=None, help="Contacts a day by the setting, for five days."
    )
    is_over = fields.Boolean("Over Capacity", readonly=True)
