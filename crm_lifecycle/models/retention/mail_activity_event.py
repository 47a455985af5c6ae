from odoo import api, fields, models
from odoo.exceptions import AccessError


class MailActivity(models.Model):
    """A reaction to a customer event, and who did it."""

    _inherit = "mail.activity"

    event_id = fields.Many2one(
        "crm.customer.event",
        "Reaction to",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="crm_lifecycle.group_lifecycle_user",
    )
    reaction_user_id = fields.Many2one(
        "res.users",
        "Done by",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups="crm_lifecycle.group_lifecycle_user",
    )

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        if "default_event_id" in self.env.context or any("event_id" in v for v in vals_list):
            activities._check_event()
        return activities

    def write(self, vals):
        result = super().write(vals)
        if not {"event_id", "res_id", "res_model_id"}.isdisjoint(vals):
            self._check_event()
        return result

    def _check_event(self):
        """An event brings its reactions itself: nobody else ties an activity to one."""
        if self.env.su:
            return
        for activity in self.sudo().filtered("event_id"):
            event = activity.event_id
            strange = activity.res_model != "res.partner" or activity.res_id != event.partner_id.id
            if strange or not event.with_env(self.env).has_access("read"):
                raise AccessError(self.env._("Only an event plans its own reactions."))

    def _action_done(self, feedback=False, attachment_ids=None):
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        reactions = self.sudo().exists().filtered("event_id")
        if reactions:
            reactions.reaction_user_id = self.env.uid
            reactions.event_id.sudo(False)._note_reaction()
        return result
