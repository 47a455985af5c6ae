from odoo import api, models
from odoo.tools import SQL


class CrmInteractionCapture(models.Model):
    """Contacts whose telephone number changed: the calls from it are looked up again."""

    _inherit = "crm.interaction.capture"

    @api.model
    def _capture_numbers(self, noted):
        """Have the calls of these contacts' numbers looked up."""
        rows = self.env.execute_query(
            SQL(
                """UPDATE crm_interaction_caller caller SET state = 'new'
                     FROM res_partner partner
                    WHERE partner.id = ANY(%s) AND partner.phone_sanitized = caller.number_e164
                      AND caller.state <> 'new'
                RETURNING caller.id""",
                list(noted),
                to_flush=self.env["res.partner"]._fields["phone_sanitized"],
            )
        )
        if rows:
            callers = self.env["crm.interaction.caller"]
            callers.invalidate_model(["state"])
            callers._wake()
