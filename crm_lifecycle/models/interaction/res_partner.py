from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    """A contact that becomes part of a company brings its conversations along."""

    _inherit = "res.partner"

    def unlink(self):
        # By the ORM rather than by the cascade: messages and files go along.
        self.env["crm.interaction"].sudo().search([("partner_id", "in", self.ids)]).unlink()
        return super().unlink()

    @api.model
    def _push_customer_change(self, customer_ids):
        self._move_interactions(customer_ids)
        return super()._push_customer_change(customer_ids)

    @api.model
    def _move_interactions(self, customer_ids):
        """Put what was said with a customer that is one no more under the one it is part of.

        What was said with a contact of a company stays with the company when the contact leaves.
        """
        interactions = self.env["crm.interaction"]
        self.flush_model(["commercial_partner_id"])
        interactions.flush_model(["partner_id"])
        moved = self.env.execute_query(
            SQL(
                """UPDATE crm_interaction SET partner_id = contact.commercial_partner_id
                     FROM res_partner contact
                    WHERE contact.id = crm_interaction.partner_id
                      AND contact.id <> contact.commercial_partner_id
                      AND contact.commercial_partner_id = ANY(%s)
                RETURNING crm_interaction.id""",
                list(customer_ids),
            )
        )
        if moved:
            interactions.invalidate_model(["partner_id"])
