from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """One person, once a year: of the same occasion or gift of merged people one row remains."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        people = (src_partners | dst_partner).ids
        self._forget_doubles("crm.occasion.day", ("occasion_id", "source_id", "year"), people)
        self._forget_doubles("crm.gift.given", ("gift_id",), people)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _forget_doubles(self, model, key, people):
        """Delete all but one row of each key: what was done stays before what was planned."""
        rows = self.env[model].sudo()
        rows.flush_model()
        columns = SQL(", ").join(SQL.identifier(name) for name in key)
        order = SQL("id")
        if model == "crm.occasion.day":
            order = SQL("state IN ('planned', 'missed', 'skipped'), state = 'planned', id")
        found = self.env.execute_query(
            SQL(
                """SELECT id FROM (
                       SELECT id, ROW_NUMBER() OVER (PARTITION BY %s ORDER BY %s) AS place
                         FROM %s WHERE contact_id = ANY(%s)) AS placed
                    WHERE place > 1""",
                columns,
                order,
                SQL.identifier(rows._table),
                people,
            )
        )
        rows.browse([row_id for (row_id,) in found]).unlink()
