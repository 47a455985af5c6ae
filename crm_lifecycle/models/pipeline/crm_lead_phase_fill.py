from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists, create_column


class CrmLead(models.Model):
    """The leads there are when the app is installed get their process by one statement."""

    _inherit = "crm.lead"

    def _auto_init(self):
        """Make the column before Odoo does, which would compute it lead by lead."""
        if not column_exists(self.env.cr, "crm_lead", "lifecycle_phase"):
            create_column(self.env.cr, "crm_lead", "lifecycle_phase", "varchar")
            self._fill_lifecycle_phase()
        return super()._auto_init()

    @api.model
    def _fill_lifecycle_phase(self):
        """Set the process of leads that have none, as ``_compute_lifecycle_phase`` would."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_lead lead
                      SET lifecycle_phase = CASE WHEN EXISTS (
                          SELECT 1
                            FROM res_partner contact
                            JOIN account_move move
                              ON move.commercial_partner_id = contact.commercial_partner_id
                             AND move.move_type IN ('out_invoice', 'out_receipt')
                             AND move.state = 'posted'
                           WHERE contact.id = lead.partner_id
                             AND move.company_id = COALESCE(
                                 lead.company_id,
                                 (SELECT company_id FROM crm_team WHERE id = lead.team_id),
                                 (SELECT company_id FROM res_users WHERE id = %s)))
                          THEN 'enhancement' ELSE 'acquisition' END
                    WHERE lead.lifecycle_phase IS NULL""",
                SUPERUSER_ID,
            )
        )
