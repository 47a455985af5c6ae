from odoo import api, models
from odoo.fields import Domain


class CrmRetentionSource(models.AbstractModel):
    """The figures of the *Retention* workbook: those of the screens, grouped the same way.

    Everything is asked of the analyses as the user, in the export's company, so that the
    figures are made of what the user may see.
    """

    _name = "crm.retention.source"
    _description = "Figures of the Retention Workbook"

    @api.model
    def _of_export(self, export):
        """The rows of the export, of any day."""
        domain = Domain("company_id", "=", export.company_id.id)
        return domain & Domain("tier", "=", export.tier) if export.tier else domain

    @api.model
    def _within(self, export, days):
        """The rows of the export on these days, the first and the last."""
        return (
            self._of_export(export) & Domain("date", ">=", days[0]) & Domain("date", "<=", days[1])
        )

    @api.model
    def _cuts(self, model, domain, cuts, aggregates):
        """Figures of several groupings, one after the other.

        :param cuts: pairs of the grouping's label and the grouping
        :return: pairs of ((grouping, id or value, label, name), figures)
        """
        return [
            (
                (groupby, getattr(key, "id", key), label, self._shown(model, groupby, key)),
                self._known(figures),
            )
            for label, groupby in cuts
            for key, *figures in self.env[model]._sums(domain, [groupby], aggregates)
        ]

    @api.model
    def _total(self, model, domain, aggregates):
        """Figures over all rows; none without the right to read."""
        rows = self.env[model]._sums(domain, [], aggregates)
        return self._known(rows[0]) if rows else (None,) * len(aggregates)

    @api.model
    def _shown(self, model, groupby, key):
        """The label that the screen has for a group, or None."""
        field = self.env[model]._fields[groupby.partition(":")[0]]
        if field.relational:
            return key.sudo().display_name or None
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(key)
        return str(key) if key else None

    @staticmethod
    def _known(figures):
        """Figures with None for what is not known."""
        return tuple(None if value is False else value for value in figures)

    # ------------------------------------------------------------------ weeks
    @api.model
    def _weeks(self, model, domain, first, aggregates):
        """Figures by week of the period: pairs of ((number,), figures)."""
        return [
            (((week - first).days + 6) // 7 + 1, self._known(figures))
            for week, *figures in self.env[model]._sums(domain, ["date:week"], aggregates)
        ]

    # ------------------------------------------------------------------ customers
    @api.model
    def _neglected(self, export, limit):
        """The neglected customers themselves, the most valuable first."""
        neglect = self.env["crm.customer.neglect"]
        if not neglect.has_access("read"):
            return neglect
        return neglect.search(self._of_export(export), limit=limit)
