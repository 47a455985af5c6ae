from odoo import fields, models


class CrmOccasionPreview(models.TransientModel):
    """A day on which an occasion will fall, and for how many people, as of now."""

    _name = "crm.occasion.preview"
    _description = "Coming Day of an Occasion"
    _order = "date, id"

    occasion_id = fields.Many2one("crm.occasion", required=True, readonly=True, ondelete="cascade")
    date = fields.Date(required=True, readonly=True)
    people = fields.Integer(readonly=True)
