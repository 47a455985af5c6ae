from odoo import api, models
from odoo.tools import SQL

from .crm_lead_arrival import WAITING_FOR_US

# In person, it does not matter who began.
IN_PERSON = ("call", "meeting", "visit")


class CrmInteraction(models.Model):
    """A real contact stops the clock of the leads it answers.

    It is real when we reached out, or talked in person, on a channel that counts as contact: a
    letter from the customer is none, nor is a note, which is no contact at all. It answers its
    own lead; without a document, all open leads of its customer that had come by then.
    """

    _inherit = "crm.interaction"

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions.filtered(lambda one: one._is_real_contact())._note_first_contacts()
        return interactions

    def _is_real_contact(self):
        """Whether somebody of ours talked, or tried to talk, with the customer."""
        channel = self.sudo().channel_id
        if not channel.is_touch or (self.res_model or "crm.lead") != "crm.lead":
            return False
        return self.direction == "out" or channel.kind in IN_PERSON

    def _note_first_contacts(self):
        """Write the first contact on the leads that had none, with one look for all."""
        if not self:
            return
        talks = self.sudo()
        for lead_id, talk_id in talks._leads_answered():
            talk, lead = talks.browse(talk_id), talks.env["crm.lead"].browse(lead_id)
            lead.write({"first_contact_at": talk.date, "first_contact_id": talk_id})
            if lead.arrival in WAITING_FOR_US:
                lead._note_speed("contacted")

    def _leads_answered(self):
        """The leads these contacts are the first of: list of (lead id, interaction id)."""
        self.flush_model()
        self.env["crm.lead"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (lead.id) lead.id, talk.id
                     FROM crm_interaction talk
                     JOIN crm_lead lead
                       ON lead.id = talk.res_id AND talk.res_model = 'crm.lead'
                       OR talk.res_model IS NULL AND lead.active
                      AND lead.won_status = 'pending'
                      AND (lead.company_id IS NULL OR lead.company_id = talk.company_id)
                      AND lead.partner_id IN (
                          SELECT id FROM res_partner
                           WHERE commercial_partner_id = talk.partner_id)
                    WHERE talk.id = ANY(%s)
                      AND lead.first_contact_at IS NULL
                      AND talk.date >= lead.arrived_at
                    ORDER BY lead.id, talk.date, talk.id""",
                self.ids,
            )
        )
