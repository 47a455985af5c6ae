from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .interaction import DIRECTIONS
from .interaction_number import MAX_NUMBER

STATES = [
    ("new", "Being looked up"),
    ("unknown", "Unknown"),
    ("shared", "Several customers"),
    ("failed", "Not logged"),
]


class CrmInteractionCaller(models.Model):
    """A call with a number that is not a customer's, or is several customers'.

    Rows are made by ``log_call``. The job (``interaction_caller_job.py``) turns each into the
    customer's interaction as soon as the number is known; until it has looked, a row is
    ``new``. Whether the number is known is asked again whenever a contact's number changes.
    To whoever may not see all customers, the number of a customer of others stays unknown:
    nobody logs calls into what is hidden from them.

    Who sees a row: analysts and managers all of their companies; users those that are no call
    of somebody else's customer (``is_listed``) and that they did not log themselves. Otherwise
    a row that is missing after ``log_call`` would say that the number is a hidden customer's.
    """

    _name = "crm.interaction.caller"
    _description = "Caller to Identify"
    _order = "date desc, id desc"

    number = fields.Char(required=True, readonly=True, size=MAX_NUMBER)
    number_e164 = fields.Char(
        "International Number",
        readonly=True,
        index="btree_not_null",
        help="Empty where what was dialled is no whole number: withheld, or an extension.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Datetime("When", required=True, readonly=True, index=True)
    direction = fields.Selection(DIRECTIONS, "Started by", required=True, readonly=True)
    minutes = fields.Float(digits=(10, 2), readonly=True)
    user_id = fields.Many2one("res.users", "Our Side", readonly=True, ondelete="set null")
    external_id = fields.Char("External Reference", required=True, readonly=True)
    recording_url = fields.Char("Recording", readonly=True)
    state = fields.Selection(STATES, required=True, default="new", readonly=True)
    error = fields.Char("Reason", readonly=True)
    is_listed = fields.Boolean(
        compute="_compute_is_listed",
        search="_search_is_listed",
        help="You did not log it, and it is no call of somebody else's customer.",
    )

    _external_uniq = models.UniqueIndex("(company_id, external_id)")
    _new_idx = models.Index("(id) WHERE state = 'new'")
    _minutes = models.Constraint(
        "CHECK (minutes >= 0 AND minutes <= 10080)",
        "The minutes of a call are between zero and a week.",
    )

    # ------------------------------------------------------------------ computes
    @api.depends("date")
    def _compute_display_name(self):
        # Numbers stay out of error messages and of links from elsewhere.
        for caller in self:
            caller.display_name = self.env._(
                "Call %(day)s", day=fields.Date.to_string(caller.date) or ""
            )

    @api.depends_context("uid")
    def _compute_is_listed(self):
        listed = set(self.sudo()._search(Domain("id", "in", self.ids) & self._listed_domain()))
        for caller in self:
            caller.is_listed = caller.id in listed

    def _search_is_listed(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._listed_domain() if True in value else ~self._listed_domain()

    @api.model
    def _listed_domain(self):
        return Domain.custom(
            to_sql=lambda model, alias, _query: model._listed_sql(alias),
            predicate=lambda record: record.is_listed,
        )

    @api.model
    def _listed_sql(self, alias):
        """Rows that the user did not log, with no contact that is hidden from the user."""
        company = SQL.identifier(alias, "company_id")
        return SQL(
            """(%(row)s <> 'new' AND %(logger)s IS DISTINCT FROM %(uid)s AND NOT EXISTS (
                SELECT 1 FROM res_partner partner
                 WHERE partner.phone_sanitized = %(number)s AND %(contact)s
                   AND NOT (%(visible)s)))""",
            row=SQL.identifier(alias, "state"),
            logger=SQL.identifier(alias, "create_uid"),
            uid=self.env.uid,
            number=SQL.identifier(alias, "number_e164"),
            contact=self.env["crm.interaction.number"]._contact_sql(company),
            visible=self.env["crm.customer.mixin"]._visible_customer_sql(
                SQL.identifier("partner", "commercial_partner_id"), company
            ),
            to_flush=self.env["res.partner"]._fields["phone_sanitized"],
        )

    # ------------------------------------------------------------------ actions
    def action_new_contact(self):
        """Open a new contact with the number filled in.

        :raises AccessError: when the user may not see this call
        """
        self.check_access("read")
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Contact"),
            "res_model": "res.partner",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {"default_phone": self.number_e164 or self.number},
        }

    def action_assign(self):
        """Ask whose calls these are.

        :raises AccessError: when the user may not see one of the calls
        """
        self.check_access("read")
        if len(self.company_id) != 1:
            raise ValidationError(self.env._("Choose calls of one company."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assign to a Contact"),
            "res_model": "crm.interaction.caller.assign",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_caller_ids": self.ids,
                "default_company_id": self.company_id.id,
            },
        }

    # ------------------------------------------------------------------ rows
    @api.model
    def _keep(self, facts):
        """Keep a call until somebody knows whose it is, and have it looked up. In sudo."""
        self.create(facts)
        self._wake()

    @api.model
    def _wake(self):
        """Start the job as soon as this transaction is committed."""
        job = self.env["ir.model.data"]._xmlid_to_res_id("crm_lifecycle.cron_interaction_caller")
        if job:
            moment = fields.Datetime.now()
            self.env["ir.cron.trigger"].sudo().create({"cron_id": job, "call_at": moment})
            self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)
