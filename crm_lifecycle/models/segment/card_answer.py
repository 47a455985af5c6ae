from odoo import api, fields, models


class CrmCardAnswer(models.Model):
    """That a sentence of the card was told to a customer, or a question answered.

    Written by ``crm.customer.card`` only; the answer itself is where it belongs, in the contact
    or in the log of contacts.
    """

    _name = "crm.card.answer"
    _description = "Sentence Told or Answered"
    _inherit = ["crm.customer.mixin"]
    _order = "date desc, id desc"

    # The index below begins with it.
    partner_id = fields.Many2one(index=False)
    prompt_id = fields.Many2one(
        "crm.card.prompt", "Sentence", required=True, index=True, ondelete="cascade", readonly=True
    )
    user_id = fields.Many2one(
        "res.users", "By", default=lambda self: self.env.user, ondelete="set null", readonly=True
    )
    date = fields.Datetime("When", required=True, default=fields.Datetime.now, readonly=True)

    _of_customer_idx = models.Index("(partner_id, prompt_id, date)")

    @api.depends("date")
    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for answer in self:
            answer.display_name = fields.Date.to_string(answer.date) if answer.date else ""

    @api.model
    def _told(self, customer, prompts, now):
        """Which of these prompts the customer has heard lately enough.

        :param datetime now: the moment to count back from
        """
        if not prompts:
            return prompts
        rows = self._read_group(
            [("partner_id", "=", customer.id), ("prompt_id", "in", prompts.ids)],
            ["prompt_id"],
            ["date:max"],
        )
        last = dict(rows)
        return prompts.filtered(
            lambda prompt: (
                prompt in last
                and (not prompt.repeat_days or (now - last[prompt]).days < prompt.repeat_days)
            )
        )
