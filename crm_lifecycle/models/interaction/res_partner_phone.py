from odoo import api, fields, models
from odoo.tools import SQL

# What decides whether a contact is the one that a number belongs to.
REACHED_BY = {"phone", "country_id", "active", "company_id", "employee", "parent_id"}
NOTED = "crm_lifecycle.numbers"


class ResPartner(models.Model):
    """A contact with a new number may be who called: its calls are looked up again.

    Contacts are noted while the transaction runs; before it commits, one statement finds those
    with calls, by index, however many contacts there were, and appends them to the queue of
    ``crm.interaction.capture``. Who saves a contact never waits for a job that holds the calls.
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
        """Have the calls of the noted contacts' numbers looked up.

        In whatever state the calls are: a job may be at them, not knowing of the contact yet.
        """
        noted = self.env.cr.precommit.data.pop(NOTED, None)
        if not noted:
            return
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO crm_interaction_capture (source, res_id, create_date)
                   SELECT 'number', partner.id, %s
                     FROM res_partner partner
                    WHERE partner.id = ANY(%s) AND EXISTS (
                          SELECT 1 FROM crm_interaction_caller caller
                           WHERE caller.number_e164 = partner.phone_sanitized)
                RETURNING id""",
                fields.Datetime.now(),
                list(noted),
                to_flush=self._fields["phone_sanitized"],
            )
        )
        if rows:
            self.env["crm.interaction.capture"]._wake()
