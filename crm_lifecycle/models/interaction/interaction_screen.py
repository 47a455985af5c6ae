from textwrap import shorten

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmInteraction(models.Model):
    """What the screens ask of contacts: the document, and how many there are per customer."""

    _inherit = "crm.interaction"

    per_customer = fields.Float(
        "Contacts per Customer",
        digits=(10, 2),
        compute="_compute_per_customer",
        aggregator="avg",
        exportable=False,
        help="Contacts divided by the customers they were with.",
    )
    has_document = fields.Boolean(compute="_compute_has_document")
    headline = fields.Char(
        compute="_compute_headline", help="The subject, or how that which was said begins."
    )

    def _compute_per_customer(self):
        self.per_customer = 1

    @api.depends("res_model", "res_id")
    def _compute_has_document(self):
        for interaction in self:
            interaction.has_document = bool(
                interaction.res_id and interaction.res_model in self.env
            )

    @api.depends("summary", "said")
    def _compute_headline(self):
        for interaction in self:
            begin = (interaction.said or "").strip().partition("\n")[0]
            interaction.headline = interaction.summary or shorten(begin, 100, placeholder="...")

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "per_customer:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "COUNT(*)::float / NULLIF(COUNT(DISTINCT %s), 0)",
            self._field_to_sql(self._table, "partner_id", query),
        )

    def action_open_document(self):
        """Open the lead, order, invoice or delivery it was about, as far as the user may see it.

        :raises UserError: when they may not, or when it is gone
        """
        self.ensure_one()
        self.check_access("read")
        document = self._document()
        if document is None or not document.has_access("read"):
            raise UserError(
                self.env._("You may not open this document, or it is gone. Ask its department.")
            )
        return document.get_formview_action()

    def _document(self):
        """The document it was about, with the user's rights; None when there is none."""
        if not self.has_document:
            return None
        return self.env[self.res_model].browse(self.res_id).exists() or None
