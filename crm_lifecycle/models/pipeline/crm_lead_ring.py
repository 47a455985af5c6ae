from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

RING = "crm_lifecycle.lead_ring"


class CrmLead(models.Model):
    """A new lead from outside rings at the persons on duty, who call or take it.

    The notification is sent when the transaction is committed, and only to users who may read
    the lead. It is text; the client never takes it for HTML.
    """

    _inherit = "crm.lead"

    def _ring(self):
        """Notify the people on duty of these new leads."""
        for team, leads in self.sudo().grouped("team_id").items():
            on_duty = team._on_duty_now()
            for lead in leads:
                for user in lead._ring_people(on_duty):
                    user._bus_send(RING, lead._ring_message())

    def _ring_people(self, on_duty):
        """Who hears of this lead: those on duty and its salesperson, as far as they may read it.

        Nobody there: the sales managers. Extend to call somebody else.
        """
        return self._read_by(on_duty | self.user_id) or self._read_by(self._sales_managers())

    def _ring_message(self):
        """What the notification says: dict of plain texts."""
        return {
            "id": self.id,
            "name": self.name,
            "contact": self.contact_name or self.partner_name or self.partner_id.name or "",
            "phone": self.phone or "",
            "free": not self.user_id,
        }

    def action_take(self):
        """Become the salesperson of a free lead, and open it.

        Two people may ask at once: the row is locked, and the second is told who has it.

        :return: the action that opens the lead
        :raises UserError: when somebody else has it
        :raises AccessError: for a user who may not change it
        """
        self.ensure_one()
        owner = self._lock_owner()
        if owner and owner != self.env.user:
            self._check_may_hear_owner()
            raise UserError(
                self.env._("%(user)s has already taken this lead.", user=owner.sudo().name)
            )
        self.check_access("write")
        if not owner:
            self.user_id = self.env.user
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lead",
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _lock_owner(self):
        """The salesperson of this lead, after locking it."""
        self.flush_recordset(["user_id"])
        rows = self.env.execute_query(
            SQL("SELECT user_id FROM crm_lead WHERE id = %s FOR NO KEY UPDATE", self.id)
        )
        self.invalidate_recordset(["user_id"])
        return self.env["res.users"].browse([user_id for (user_id,) in rows if user_id])

    def _check_may_hear_owner(self):
        """Only who may read the lead, or belongs to its team, hears whose it is.

        :raises AccessError: for anybody else
        """
        team, user = self.sudo().team_id, self.env.user
        of_team = user in team.duty_user_ids | team.member_ids | team.user_id
        if of_team and user.has_group("sales_team.group_sale_salesman"):
            return
        if not self.has_access("read"):
            raise AccessError(self.env._("You may not take this lead."))
