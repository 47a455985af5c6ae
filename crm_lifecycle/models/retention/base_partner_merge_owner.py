from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """A merge brings the account managers of the merged contacts along, past ``write``."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        before = self._account_managers(dst_partner)
        result = super()._update_reference_fields(src_partners, dst_partner)
        dst_partner.invalidate_recordset(["own_account_manager_id"], flush=False)
        for company_id, manager_id in self._account_managers(dst_partner).items():
            known = before.get(company_id)
            if manager_id != known:
                self.env["crm.owner.change"]._keep(
                    "manager",
                    [(dst_partner.id, known, manager_id)],
                    company=self.env["res.company"].browse(company_id),
                    reason=self.env._("Contacts were merged"),
                )
        return result

    @api.model
    def _account_managers(self, partner):
        """Who is appointed for the contact: user id by company id."""
        field = self.env["res.partner"]._fields["own_account_manager_id"]
        rows = self.env.execute_query(
            SQL(
                """SELECT appointed.key::int, appointed.value::int
                     FROM res_partner, jsonb_each_text(own_account_manager_id) AS appointed
                    WHERE id = %s""",
                partner.id,
                to_flush=field,
            )
        )
        return dict(rows)
