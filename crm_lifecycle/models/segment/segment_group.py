from odoo import fields, models


class CrmSegmentGroup(models.Model):
    """Tags that exclude each other: a contact has at most one of them.

    A tag set by hand wins; among tags of rules the first in order does.
    """

    _name = "crm.segment.group"
    _description = "Group of Segments that Exclude Each Other"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, size=200)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category_ids = fields.One2many("res.partner.category", "segment_group_id", "Segments")
