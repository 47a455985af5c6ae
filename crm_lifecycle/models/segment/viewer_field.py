"""Fields of contacts that are searched with the rights of whoever asks."""

from odoo import fields


class _AsViewer:
    """A stored field that a search never asks for with more rights than the user has.

    Odoo evaluates parts of a caller's domain as superuser, so that ``groups`` alone would let
    an employee outside the app filter contacts by a field that he cannot read. Jobs of the
    superuser search as ever.
    """

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        viewer = model.sudo(False)
        return super().condition_to_sql(field_expr, operator, value, viewer, alias, query)


class ViewerChar(_AsViewer, fields.Char):
    """Text."""


class ViewerDate(_AsViewer, fields.Date):
    """A day."""


class ViewerFloat(_AsViewer, fields.Float):
    """A number."""


class ViewerSelection(_AsViewer, fields.Selection):
    """One of a list."""


class ViewerMany2many(_AsViewer, fields.Many2many):
    """Links; what they link to is searched with the user's rights as well."""


class ViewerOne2many(_AsViewer, fields.One2many):
    """Rows; those that the user may not read are not found."""
