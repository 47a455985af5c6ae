from odoo import api, fields, models
from odoo.tools import SQL


class CrmLead(models.Model):
    """Who is told, once, that a new lead was not contacted in time."""

    _inherit = "crm.lead"

    @api.model
    def _cron_late_contacts(self):
        """Tell the people of leads whose deadline has passed."""
        now = self.env.cr.now().replace(microsecond=0)
        self._work_due(self._late_contact_sql(now), lambda lead: lead._tell_late_contact())

    @api.model
    def _late_contact_sql(self, now):
        return SQL(
            """lead.contact_deadline < %s AND lead.first_contact_at IS NULL
               AND lead.contact_late_told_at IS NULL AND lead.active
               AND lead.won_status = 'pending' AND lead.put_off_until IS NULL""",
            now,
        )

    def _tell_late_contact(self):
        """A to-do and a notification for who has the lead or is on it, and leads the team."""
        self.contact_late_told_at = fields.Datetime.now()
        for user in self._late_contact_people():
            lead = self.with_context(lang=user.lang)
            summary = lead.env._("Not contacted in time")
            lead._plan_to_do(user, summary)
            user._bus_send(
                "simple_notification",
                {
                    "title": summary,
                    "message": lead.env._("%(lead)s is still waiting.", lead=self.name),
                    "type": "danger",
                    "sticky": True,
                },
            )

    def _tell_if_late(self):
        """Tell of the delay of these leads before the job comes, where it was not told yet."""
        now = fields.Datetime.now()
        for lead in self:
            if lead._speed_state(now) == "late" and not lead.contact_late_told_at:
                lead._tell_late_contact()

    def _late_contact_people(self):
        """Who hears of a delay: else the sales managers. Extend to tell more people."""
        people = self.user_id | self.stage_responsible_id | self.team_id.user_id
        return self._read_by(people) or self._read_by(self._sales_managers())
