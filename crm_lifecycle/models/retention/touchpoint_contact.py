from odoo import models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from .touchpoint import OPEN


class CrmTouchpoint(models.Model):
    """Make the contact from the morning list: call, write, meet, or say that it is done.

    What closes a touchpoint is the contact that is logged. A contact logged for one closes it
    in the same transaction, so that the row is gone when the dialog is. Two people who log one
    at the same time both have their contact; the touchpoint is closed once, by the first.
    """

    _inherit = "crm.touchpoint"

    # ------------------------------------------------------------------ buttons
    def action_log(self):
        """Log the contact in the usual dialog, with the step's channel filled in.

        Who makes the contact without looking after the customer gets the short dialog.

        :raises AccessError: for others' customers
        """
        return self._open_log_dialog(self._usual_channel())

    def action_call(self):
        """Log a call with the customer; the number is a link beside the button.

        :raises AccessError: for others' customers
        """
        return self._open_log_dialog(self.env["crm.interaction.channel"]._of_kind("call"))

    def action_done(self):
        """Open the short dialog: by what, one line, save.

        :raises AccessError: for others' customers
        """
        return self._open_done_dialog(self._usual_channel())

    def action_write(self):
        """Write an e-mail to the customer; once sent it is captured as a contact.

        :raises AccessError: for others' customers
        :raises UserError: when there is no address
        """
        self.ensure_one()
        self._check_mine()
        person = self._person()
        if not person.email:
            raise UserError(self.env._("There is no e-mail address: add one to the contact first."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": "res.partner",
                "default_res_ids": person.ids,
                "default_composition_mode": "comment",
                "default_partner_ids": person.ids,
            },
        }

    def action_meet(self):
        """Plan a meeting with the customer.

        :raises AccessError: for others' customers
        """
        self.ensure_one()
        self._check_mine()
        person = self._person()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Meet"),
            "res_model": "calendar.event",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_name": self.env._("Meeting with %(name)s", name=person.display_name),
                "default_partner_ids": (person | self.env.user.partner_id).ids,
                "default_user_id": self.env.uid,
                "default_res_model": "res.partner",
                "default_res_id": person.id,
            },
        }

    # ------------------------------------------------------------------ dialogs
    def _usual_channel(self):
        """What the step asks for; a call where it leaves that open."""
        self.check_access("read")
        channels = self.sudo().step_id.channel_ids
        return channels[:1] or self.env["crm.interaction.channel"]._of_kind("call")

    def _open_log_dialog(self, channel):
        self.ensure_one()
        self._check_mine()
        row = self.sudo()
        if not self.env["crm.customer.mixin"]._visible_customers(
            row.partner_id.ids, row.company_id
        ):
            return self._open_done_dialog(channel)
        person = self._person().with_env(self.env)
        action = person.with_company(row.company_id).action_log_interaction()
        return {**action, "context": {**action["context"], **self._filled(channel)}}

    def _open_done_dialog(self, channel):
        self.ensure_one()
        self._check_mine()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_touchpoint_done"
        )
        return {**action, "context": {**self._filled(channel), "dialog_size": "medium"}}

    def _filled(self, channel):
        filled = {"default_touchpoint_id": self.id, "default_direction": "out"}
        return {**filled, "default_channel_id": channel.id} if channel else filled

    # ------------------------------------------------------------------ the contact is there
    def _log_contact(self, vals):
        """Log a contact with the customer by who makes this one, and close what it does.

        :param dict vals: channel, direction, and what was said
        :return: the sentence to tell
        """
        self.ensure_one()
        self._check_mine()
        row = self.with_env(self.env(context=clean_context(self.env.context))).sudo()
        was_open = row._is_open_now()
        interaction = row.env["crm.interaction"].create(
            {
                **vals,
                "partner_id": row.partner_id.id,
                "contact_id": row._person().id,
                "company_id": row.company_id.id,
                "user_id": self.env.uid,
                "source": "manual",
            }
        )
        self._finish_by(interaction)
        return self._sentence(was_open)

    def _is_open_now(self):
        row = self.sudo()
        row.invalidate_recordset(["state"])
        return row.state in OPEN

    def _finish_by(self, interaction):
        """Close at once what the contact closes, and plan the next one.

        Of the rows that no step asks for nobody else takes care: any contact does those.
        """
        row = self.sudo()
        self.env["crm.touchpoint.plan"]._replan_customers(row.partner_id.ids)
        counts = interaction.sudo().channel_id.is_touch
        if counts and row._is_open_now() and not (row.step_id or row.complaint_id):
            today = self.env["crm.touchpoint.plan"]._today()
            row.write(
                {
                    "state": "done",
                    "interaction_id": interaction.id,
                    "closed_on": today,
                    "closed_user_id": self.env.uid,
                    "late_days": (today - row.max_date).days,
                    "waits_for": False,
                }
            )
            row._let_go()

    def _sentence(self, was_open):
        """What to tell who has just logged a contact for this."""
        row = self.sudo()
        if not was_open:
            return self.env._(
                "%(name)s has closed this due contact already. Your contact is logged as well.",
                name=row.closed_user_id.name or self.env._("Somebody"),
            )
        if row._is_open_now():
            return self.env._(
                "The contact is logged. The due contact stays open: its step asks for another "
                "channel, direction or person, or for a later contact."
            )
        following = row.search(
            [
                ("partner_id", "=", row.partner_id.id),
                ("company_id", "=", row.company_id.id),
                ("step_id", "=", row.step_id.id),
                ("state", "in", OPEN),
            ],
            limit=1,
        )
        if not row.step_id or not following:
            return self.env._("The contact is logged.")
        return self.env._(
            "The contact is logged. The next one is due on %(day)s.",
            day=self.env["ir.qweb.field.date"].value_to_html(following.due_date, {}),
        )
