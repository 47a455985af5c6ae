from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    """Invoices that are sent many at once are bulk mail; one that is sent alone is a contact.

    What the scheduled job sends was chosen in a list, and is many however few are left for it.
    """

    _inherit = "account.move.send"

    @api.model
    def _hook_if_success(self, moves_data, from_cron=False):
        messages = self.env["mail.message"].sudo()
        last = messages.search([], order="id desc", limit=1).id
        result = super()._hook_if_success(moves_data, from_cron=from_cron)
        if from_cron or len(moves_data) > 1:
            self._forget_bulk(moves_data, last)
        return result

    @api.model
    def _forget_bulk(self, moves_data, last):
        """Take back what was posted on these invoices after the message with the id ``last``."""
        posted = self.env["mail.message"].sudo()
        posted = posted.search(
            [
                ("model", "=", "account.move"),
                ("res_id", "in", [move.id for move in moves_data]),
                ("id", ">", last),
            ]
        )
        self.env["crm.interaction.capture"]._forget("email", posted.ids)
