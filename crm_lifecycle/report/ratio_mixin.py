from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmRatioMixin(models.AbstractModel):
    """Analyses with ratios: of sums, not means of ratios.

    ``_ratios`` says, by name of a field with ``aggregator="avg"``, its numerator and its
    denominator, each a field and how it is aggregated (sum or count_distinct). Any grouping has
    the ratio of its own rows, and the total that of all.
    """

    _name = "crm.ratio.mixin"
    _description = "Analysis with Ratios"

    @api.model
    def _ratios(self):
        """Dict of field name to two aggregates, ``field:sum`` or ``field:count_distinct``."""
        return {}

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        ratio = self._ratios().get(name)
        if not ratio or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        part, whole = (super(CrmRatioMixin, self)._read_group_select(one, query) for one in ratio)
        return SQL("(%s)::numeric / NULLIF(%s, 0)", part, whole)

    @api.model
    def _with_currency(self, facts):
        """Rows with ``company_id``, each beside its company's ``currency_id``: a query.

        A column of its own, as a related field keeps amounts out of pivots.
        """
        return SQL(
            """SELECT fact.*, company.currency_id
                 FROM (%s) fact LEFT JOIN res_company company ON company.id = fact.company_id""",
            facts,
        )

    @api.model
    def _sums(self, domain, groupby, aggregates):
        """Rows of a grouping that the user may see: none without the right to read.

        :return: list of tuples, as ``_read_group``
        """
        if not self.has_access("read"):
            return []
        return self._read_group(Domain(domain), groupby, aggregates)
