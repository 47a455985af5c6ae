from odoo import api, models
from odoo.tools import SQL

from .crm_lead_arrival import WAITING_FOR_US

# In person, it does not matter who began.
IN_PERSON = ("call", "meeting", "visit")
# What says whether a contact is real, and which leads it answers.
TELLING = {"channel_id", "direction", "date", "partner_id", "company_id"}


class CrmInteraction(models.Model):
    """A real contact stops the clock of the leads it answers.

    It is real when we reached out, or talked in person, on a channel that counts as contact: a
    letter from the customer is none, nor is a note, which is no contact at all. It answers its
    own lead; without a document, all open leads of its customer that had come by then.

    When the first contact of a lead is deleted or corrected, the lead takes the next real one,
    or waits again.
    """

    _inherit = "crm.interaction"

    @api.model_create_multi
    def create(self, vals_list):
        interactions = super().create(vals_list)
        interactions.filtered(lambda one: one._is_real_contact())._note_first_contacts()
        return interactions

    def write(self, vals):
        result = super().write(vals)
        if not TELLING.isdisjoint(vals):
            self._find_anew(self._first_of_leads())
        return result

    def unlink(self):
        leads = self._first_of_leads()
        result = super().unlink()
        self._find_anew(leads)
        return result

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

    # ------------------------------------------------------------------ taken back
    def _first_of_leads(self):
        """The leads, in sudo, whose first contact one of these is."""
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        return leads.search([("first_contact_id", "in", self.ids)])

    @api.model
    def _find_anew(self, leads):
        """Write the first real contact there is on leads, or that there is none.

        :param leads: in sudo
        """
        if not leads:
            return
        self.env.flush_all()
        # In SQL: Odoo writes no empty number, and a nought would count as a fast answer.
        self.env.execute_query(
            SQL(
                """UPDATE crm_lead
                      SET first_contact_at = found.date, first_contact_id = found.talk_id,
                          contact_minutes = NULL, response_minutes = NULL
                     FROM (%s) AS found
                    WHERE crm_lead.id = found.id
                RETURNING crm_lead.id""",
                self._first_real_contacts(leads),
            )
        )
        leads.invalidate_recordset()
        answered = leads.filtered("first_contact_at")
        answered.filtered(lambda lead: lead.arrival in WAITING_FOR_US)._note_speed("contacted")

    @api.model
    def _first_real_contacts(self, leads):
        """Leads with their first real contact, as SQL: id, talk_id and date, empty without."""
        return SQL(
            """SELECT lead.id, first.id AS talk_id, first.date
                 FROM crm_lead lead
                 LEFT JOIN res_partner contact ON contact.id = lead.partner_id
                 LEFT JOIN LATERAL (
                      SELECT talk.id, talk.date
                        FROM crm_interaction talk
                        JOIN crm_interaction_channel channel ON channel.id = talk.channel_id
                       WHERE (talk.res_id = lead.id AND talk.res_model = 'crm.lead'
                              OR talk.res_model IS NULL
                             AND talk.partner_id = contact.commercial_partner_id
                             AND (lead.company_id IS NULL OR lead.company_id = talk.company_id)
                             AND (lead.date_closed IS NULL OR talk.date <= lead.date_closed))
                         AND channel.is_touch
                         AND (talk.direction = 'out' OR channel.kind = ANY(%s))
                         AND talk.date >= lead.arrived_at
                       ORDER BY talk.date, talk.id LIMIT 1) first ON TRUE
                WHERE lead.id = ANY(%s)""",
            list(IN_PERSON),
            leads.ids,
        )
