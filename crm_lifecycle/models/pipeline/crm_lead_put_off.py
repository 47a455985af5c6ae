from markupsafe import escape
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmLead(models.Model):
    """A lead that is put off leaves the working lists until its day, and then comes back.

    It is put off by the dialog (``crm.lead.put.off``), which asks for a day and a reason; it
    comes back by hand or by the job, with a to-do. One that is won, lost, archived or restored
    is not put off any more. ``_on_put_off`` and ``_on_return`` are there to be extended.
    """

    _inherit = "crm.lead"

    put_off_until = fields.Date(readonly=True, copy=False, tracking=True, index="btree_not_null")
    put_off_reason = fields.Char(
        "Reason for Putting Off", readonly=True, copy=False, tracking=True, size=500
    )
    put_off_count = fields.Integer("Times Put Off", readonly=True, copy=False)

    @api.model
    def _server_set(self):
        return super()._server_set() | {"put_off_until", "put_off_reason", "put_off_count"}

    # ------------------------------------------------------------------ by hand
    def action_put_off(self):
        """Ask for the day and the reason, in a dialog."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put Off"),
            "res_model": "crm.lead.put.off",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_lead_ids": self.ids},
        }

    def action_return(self):
        """Bring leads back before their day."""
        self.check_access("write")
        self.sudo().filtered("put_off_until")._return()

    # ------------------------------------------------------------------ closed meanwhile
    def _after_moves(self, moves):
        result = super()._after_moves(moves)
        over = [
            move.lead.id
            for move in moves
            if move.closed or move.reopened or move.after.won_status != "pending"
        ]
        leads = self.sudo().browse(over).filtered("put_off_until")
        if leads:
            leads.write({"put_off_until": False, "put_off_reason": False})
        return result

    # ------------------------------------------------------------------ doing it
    def _put_off(self, until, reason):
        """Put leads off.

        :param date until: in the future
        :param str reason: not empty
        :raises UserError: for a day that is not in the future, without a reason, or for a lead
            that is closed
        """
        if not until or until <= fields.Date.context_today(self):
            raise UserError(self.env._("Put a lead off until a day in the future."))
        if not (escape(reason or "")).strip():
            raise UserError(self.env._("Say why the lead is put off."))
        leads = self.sudo()
        closed = leads.filtered(lambda lead: not lead.active or lead.won_status != "pending")
        if closed:
            raise UserError(
                self.env._(
                    "Only open leads are put off. These are won, lost or archived: %(leads)s",
                    leads=", ".join(closed.mapped("name")),
                )
            )
        leads._tell_if_late()
        for lead in leads:
            vals = {"put_off_until": until, "put_off_reason": reason.strip()}
            lead.write({**vals, "put_off_count": lead.put_off_count + 1})
        leads._on_put_off()

    def _return(self):
        """Bring these leads back into the working lists."""
        self.write({"put_off_until": False})
        self._on_return()

    def _on_put_off(self):
        """These leads were put off just now. Extend to stop a clock."""

    def _on_return(self):
        """These leads came back just now. Extend to start a clock.

        Where nobody has talked with the customer yet, the time to do so starts anew; one that
        was late when it was put off stays late.
        """
        waiting = self.filtered(
            lambda lead: (
                lead.contact_deadline
                and not lead.first_contact_at
                and not lead.contact_late_told_at
            )
        )
        waiting.write({"contact_clock_from": self.env.cr.now().replace(microsecond=0)})
        waiting._note_speed("restarted")

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_return(self):
        """Bring back the leads whose day has come, each with a to-do."""
        self._work_due(self._return_due_sql(), lambda lead: lead._return_by_itself())

    @api.model
    def _return_due_sql(self):
        """Open leads whose day has come."""
        return SQL(
            """lead.put_off_until <= %s AND lead.active AND lead.won_status = 'pending'""",
            self._today_sql(),
        )

    def _return_by_itself(self):
        reason = self.put_off_reason
        self._return()
        for user in self._who_leads():
            lead = self.with_context(lang=user.lang)
            lead._plan_to_do(user, lead.env._("Back from being put off"), escape(reason or ""))
