from odoo import api, models


class CrmInteraction(models.Model):
    """Who hears of what is written on a contact: who sees the customer when it is written.

    Odoo makes followers of whoever creates, is assigned or answers, and they go on hearing
    after the customer was handed over. Here nobody follows but by choice, and a message
    reaches only those who may read it.
    """

    _inherit = "crm.interaction"

    @api.model_create_multi
    def create(self, vals_list):
        return super(CrmInteraction, self.with_context(mail_create_nosubscribe=True)).create(
            vals_list
        )

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):  # noqa: ARG002
        return True

    def message_post(self, **kwargs):
        quiet = self.with_context(mail_post_autofollow_author_skip=True)
        return super(CrmInteraction, quiet).message_post(**kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        return [one for one in found if not one.get("uid") or self._may_hear(one["uid"])]

    def _may_hear(self, user_id):
        """Whether a user may read this contact now, in any of their companies."""
        user = self.env["res.users"].sudo().browse(user_id)
        context = {"allowed_company_ids": user.company_ids.ids}
        return self.with_env(self.env(user=user_id, su=False, context=context)).has_access("read")
