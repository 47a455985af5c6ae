from odoo import fields, models


class CrmInterest(models.Model):
    """A hobby or an interest: tags of people, shared by all companies."""

    _name = "crm.interest"
    _description = "Hobby or Interest"
    _order = "name, id"

    name = fields.Char(required=True, translate=True, size=100)
    color = fields.Integer()
    active = fields.Boolean(default=True)
