from odoo import api, models
from odoo.tools import SQL

# What decides whether a contact is the one that a number belongs to.
REACHED_BY = {"phone", "country_id", "active", "company_id", "employee", "parent_id"}
NOTED = "crm_lifecycle.numbers"


class ResPartner(models.Model):
    """A contact with a new number may be who called: its calls are looked up again.

    Contacts are noted while the transaction runs; before it commits, one statement finds their
    calls, by index, however many contacts there were.
    """

    _inherit = "res.partner"

    _phone_sanitized_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners.filtered("phone")._note_numbers()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if REACHED_BY & set(vals):
            self._note_numbers()
        return result

    def _note_numbers(self):
        if not self.ids:
            return
        noted = self.env.cr.precommit.data.setdefault(NOTED, set())
        if not noted:
            self.env.cr.precommit.add(self.sudo()._look_up_callers)
        noted.update(self.ids)

    @api.model
    def _look_up_callers(self):
        """Have the calls of the noted contacts' numbers looked up."""
        noted = self.env.cr.precommit.data.pop(NOTED, None)
        if not noted:
            return
        callers = self.env["crm.interaction.caller"]
        rows = self.env.execute_query(
            SQL(
                """UPDATE crm_interaction_caller caller SET state = 'new'
                     FROM res_partner partner
                    WHERE partner.id = ANY(%s) AND partner.phone_sanitized = caller.number_e164
                      AND caller.state <> 'new'
                RETURNING caller.id""",
                list(noted),
                to_flush=self._fields["phone_sanitized"],
            )
        )
        if rows:
            callers.invalidate_model(["state"])
            callers._wake()
