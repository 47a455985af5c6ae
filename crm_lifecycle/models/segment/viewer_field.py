"""Fields of contacts that are searched with the rights of whoever asks."""

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL


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


class ViewerBoolean(_AsViewer, fields.Boolean):
    """Yes or no."""


class ViewerDate(_AsViewer, fields.Date):
    """A day."""


class ViewerFloat(_AsViewer, fields.Float):
    """A number."""


class ViewerSelection(_AsViewer, fields.Selection):
    """One of a list."""


class _RowsAsViewer(_AsViewer):
    """Links to rows of ours: those that the user may not read are not there, nor is their lack.

    Odoo looks for *has none* (``= False``) and for ids among all rows, whose ever they are.
    """

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        model.sudo(False)._check_field_access(self, "read")

        def some(rows):
            return super(_RowsAsViewer, self).condition_to_sql(
                field_expr, "any", rows, model, alias, query
            )

        kind = operator.removeprefix("not ").removesuffix("!")
        if kind == "any":
            found = some(value if isinstance(value, Domain) else Domain("id", "in", value))
        elif kind == "in":
            found = some(Domain("id", "in", [row_id for row_id in value if row_id]))
            if not all(value):
                found = SQL("(%s OR NOT %s)", found, some(Domain.TRUE))
        else:
            raise ValueError(f"Rows cannot be compared: {self} {operator}")
        return SQL("NOT %s", found) if operator.startswith("not ") else found


class ViewerMany2many(_RowsAsViewer, fields.Many2many):
    """Links to records."""


class ViewerOne2many(_RowsAsViewer, fields.One2many):
    """Rows that belong to the contact."""
