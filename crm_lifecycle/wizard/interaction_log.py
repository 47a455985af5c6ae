from odoo import api, fields, models
from odoo.tools.misc import clean_context

from ..models.interaction.interaction import DIRECTIONS, SATISFACTION

# What the dialog hands over to the contact as it is.
SAME = ("date", "direction", "minutes", "said", "learned", "is_complaint", "satisfaction")
LINKS = ("partner_id", "contact_id", "company_id", "channel_id", "product_id")


class CrmInteractionLog(models.TransientModel):
    """*Log contact*: one small dialog that makes a ``crm.interaction``, in ten seconds.

    It is opened by ``action_log_interaction()`` of a contact, lead, order or invoice, which
    fill in the customer and the document; everything they fill in comes through the browser,
    so it is checked again here and when the contact is made. The next step, where one is
    chosen, becomes an activity of the user: on the document, else on the customer, else free,
    as far as the user may plan on them.
    """

    _name = "crm.interaction.log"
    _description = "Log Contact"
    _inherit = ["crm.customer.mixin"]

    partner_id = fields.Many2one(readonly=False)
    company_id = fields.Many2one(default=lambda self: self.env.company, index=False)
    contact_id = fields.Many2one("res.partner", "With")
    date = fields.Datetime("When", required=True, default=fields.Datetime.now)
    channel_id = fields.Many2one(
        "crm.interaction.channel", required=True, default=lambda self: self._default_channel()
    )
    direction = fields.Selection(DIRECTIONS, "Started by", required=True, default="in")
    minutes = fields.Float(
        digits=(10, 2), compute="_compute_minutes", store=True, readonly=False, precompute=True
    )
    said = fields.Text("What Was Said")
    learned = fields.Text("What Was Learned")
    topic_ids = fields.Many2many("crm.interaction.topic", string="Topics")
    is_complaint = fields.Boolean("Complaint")
    product_id = fields.Many2one("product.product")
    satisfaction = fields.Selection(SATISFACTION)

    # The document it is about
    res_model = fields.Char("Document Model")
    res_id = fields.Integer("Document")

    # Next step
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Next Step",
        domain="['|', ('res_model', '=', False), ('res_model', '=', res_model or 'res.partner')]",
    )
    activity_date = fields.Date(
        "Due", compute="_compute_activity_date", store=True, readonly=False, precompute=True
    )
    activity_summary = fields.Char("To Do", size=500)

    @api.model
    def _default_channel(self):
        return self.env["crm.interaction.channel"].search([], limit=1)

    def _compute_display_name(self):
        for log in self:
            log.display_name = self.env._("Log Contact")

    @api.depends("channel_id")
    def _compute_minutes(self):
        for log in self:
            log.minutes = log.channel_id.default_minutes

    @api.depends("activity_type_id")
    def _compute_activity_date(self):
        for log in self:
            kind = log.activity_type_id
            log.activity_date = kind._get_date_deadline() if kind else False

    # ------------------------------------------------------------------ guards
    @api.onchange("contact_id")
    def _onchange_contact_id(self):
        self._take_customer_of_contact()

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.contact_id.sudo().commercial_partner_id != self.partner_id:
            self.contact_id = self.partner_id

    @api.model_create_multi
    def create(self, vals_list):
        self.env["crm.interaction"]._check_values(vals_list)
        default = self.default_get(["contact_id"]).get("contact_id")
        self._check_customers({vals.get("contact_id", default) for vals in vals_list})
        return super().create(vals_list)

    def write(self, vals):
        self.env["crm.interaction"]._check_values([vals])
        self._check_customers({vals.get("contact_id")})
        return super().write(vals)

    # ------------------------------------------------------------------ saving
    def action_save(self):
        """Log the contact, plan the next step, and say so.

        :raises AccessError: when the customer or the document is not the user's to see
        """
        self.ensure_one()
        self.check_access("write")
        # What filled the dialog is not what the contact, or the activity, starts with.
        log = self.with_env(self.env(context=clean_context(self.env.context)))
        interaction = log.env["crm.interaction"].create(log._prepare_interaction())
        log._plan_next_step(interaction)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The contact is logged."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _prepare_interaction(self):
        """The values of the contact. Override to hand over more fields of the dialog."""
        return {
            **{name: self[name] for name in SAME},
            **{name: self[name].id for name in LINKS},
            "topic_ids": self.topic_ids.ids,
            "user_id": self.env.uid,
            "source": "manual",
            "res_model": self.res_id and self.res_model,
            "res_id": self.res_model and self.res_id,
        }

    def _plan_next_step(self, interaction):
        """Make the activity, when a type was chosen."""
        if not self.activity_type_id:
            return
        target = self._next_step_target(interaction)
        self.env["mail.activity"].create(
            {
                "activity_type_id": self.activity_type_id.id,
                "date_deadline": self.activity_date or fields.Date.context_today(self),
                "summary": self.activity_summary or self.activity_type_id.summary,
                "user_id": self.env.uid,
                "res_model_id": self.env["ir.model"]._get_id(target._name) if target else False,
                "res_id": target.id if target else False,
            }
        )

    def _next_step_target(self, interaction):
        """The record to plan on: the first that has activities and that the user may plan on."""
        for record in (interaction._document(), self.contact_id, self.partner_id):
            if not record or "activity_ids" not in record._fields:
                continue
            if record.has_access(getattr(record, "_mail_post_access", "write")):
                return record
        return None
