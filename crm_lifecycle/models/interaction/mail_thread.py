from odoo import api, models

from ...engine.mail import is_automatic


class MailThread(models.AbstractModel):
    """What comes in and nobody wrote is no contact.

    The headers that say so are not stored, so it is decided here, where the whole e-mail is.
    """

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        thread_id = super()._message_route_process(message, message_dict, routes)
        if self._is_automatic_email(message):
            posted = self.env["mail.message"].sudo()
            posted = posted.search([("message_id", "=", message_dict["message_id"])])
            self.env["crm.interaction.capture"]._forget("email", posted.ids)
        return thread_id

    @api.model
    def _is_automatic_email(self, message):
        """Whether nobody wrote an incoming e-mail: override to know one more dialect.

        :param email.message.EmailMessage message: the whole e-mail
        """
        return is_automatic(message)
