from odoo import fields, models


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    interaction_channel_id = fields.Many2one(
        "crm.interaction.channel",
        "Contact by",
        ondelete="set null",
        groups="crm_lifecycle.group_lifecycle_manager",
        help="A done activity of this type on a customer's document is logged as a contact by "
        "this channel. Empty: it is none.",
    )
