from odoo import api, models
from odoo.fields import Domain

# What a screening starts from: other writes cost nothing.
SCREENED = {
    "email_from",
    "phone",
    "vat",
    "partner_id",
    "company_id",
    "team_id",
    "user_id",
    "screening_codes",
}


class CrmLead(models.Model):
    """The chatter says when a lead becomes flagged, and when it is so no more.

    The note has no reason in it: the lead itself tells each reader what they may know of the
    customer. What a manager decides is written by the decision. A batch of leads is one insert of
    messages; where nobody screens, nothing is looked up.
    """

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        if self._screening_anywhere():
            leads._note_screening({})
        return leads

    def write(self, vals):
        if SCREENED.isdisjoint(vals) or not self._screening_anywhere():
            return super().write(vals)
        before = {lead.id: lead.screening_state for lead in self.sudo()}
        result = super().write(vals)
        self._note_screening(before)
        return result

    @api.model
    def _screening_anywhere(self):
        """Whether any company screens; looked up once a change of limits."""
        return any(self._screening_use())

    def _note_screening(self, before):
        """Write into the chatter which of these leads are flagged, or clear, since.

        :param dict before: how they stood, by id; one that is not in it was clear
        """
        flagged = self.env._(
            "Flagged before effort is spent: see above why. A manager releases or refuses it."
        )
        cleared = self.env._("Not flagged any more: the reasons are gone.")
        bodies = {}
        for lead in self.sudo():
            was, now = before.get(lead.id, "clear"), lead.screening_state
            if now == "flagged" and was != "flagged":
                bodies[lead.id] = flagged
            elif now == "clear" and was in ("flagged", "refused"):
                bodies[lead.id] = cleared
        if bodies:
            robot = self.env.ref("base.partner_root")
            leads = self.sudo().browse(bodies)
            leads._message_log_batch(bodies=bodies, author_id=robot.id)

    # ------------------------------------------------------------------ changes of worth
    @api.model
    def _screen_customers(self, customer_ids):
        """Screen the open leads of customers whose figures were refreshed.

        Two statements for any number of customers, and a write only where a lead stands otherwise
        than before.

        :param customer_ids: ids of commercial partners
        """
        companies, _anybody_blocked = self._screening_use()
        if not companies or not customer_ids:
            return
        self.flush_model()
        matching = self.env["crm.lead.match"]._leads_of_sql(customer_ids)
        ids = [row[0] for row in self.env.execute_query(matching)]
        leads = self.sudo().search(self._screened_domain() & Domain("id", "in", ids))
        leads._screen_again()
