from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import SQL

from ..value.customer_value import HEALTH

BATCH = 500
WAITING = [("is_to_tell", "=", True)]


class CrmHealthChange(models.Model):
    """A customer's change of health: written with the change itself, by the same statement.

    Rows are history. They are never rewritten, survive a merge of partners and go only with the
    customer. A fall into risk is marked ``is_to_tell``: the job tells the account manager (else
    the salesperson), one message a person and batch, and takes the mark off in the transaction
    that writes the message. So everybody is told once, and again only of a new fall.

    The message goes to its reader alone. A task on the contact would be read by everybody who
    reads the contact, and a customer's health is not theirs to know.
    """

    _name = "crm.health.change"
    _description = "Change of Health"
    _inherit = ["crm.customer.mixin"]
    _order = "date desc, id desc"
    _log_access = False

    date = fields.Datetime("When", required=True, readonly=True, index=True)
    from_health = fields.Selection(HEALTH, "From", readonly=True)
    to_health = fields.Selection(HEALTH, "To", required=True, readonly=True)
    score = fields.Float("Risk", digits=(5, 2), readonly=True, aggregator="avg")
    reasons = fields.Json(readonly=True)
    summary = fields.Char("Why", compute="_compute_summary", compute_sudo=False)
    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    worth = fields.Monetary(readonly=True, help="In the trailing period, on that day.")
    is_to_tell = fields.Boolean("Waits to Be Told", readonly=True)
    told_at = fields.Datetime("Told", readonly=True)
    told_user_id = fields.Many2one("res.users", "Told to", ondelete="set null", readonly=True)
    salesperson_id = fields.Many2one(
        related="partner_id.user_id", related_sudo=False, string="Salesperson"
    )

    _waiting_idx = models.Index("(id) WHERE is_to_tell")

    def _compute_display_name(self):
        # Names of customers stay out of error messages and of links from elsewhere.
        for change in self:
            change.display_name = self.env._("Change of health %(id)s", id=change.id)

    @api.depends_context("lang")
    @api.depends("to_health", "score", "reasons")
    def _compute_summary(self):
        words = self.env["crm.health.reason"]
        names = words._factor_names()
        for change in self:
            change.summary = words._summary(change.score, change.to_health, change.reasons, names)

    def action_open_partner(self):
        """Open the customer's form."""
        return self._open_customer()

    # ------------------------------------------------------------------ telling
    @api.model
    def _wake(self, minutes=0):
        """Have what waits told, as soon as this transaction is committed or so much later."""
        job = self.env.ref("crm_lifecycle.cron_health_change", raise_if_not_found=False)
        if job:
            moment = fields.Datetime.add(fields.Datetime.now(), minutes=minutes)
            job.sudo()._trigger(moment)

    @api.model
    def _cron_tell(self):
        """Tell of the falls into risk, a batch a transaction."""
        work = self.env["crm.customer.value.refresh"]
        work._work_off(self, WAITING, self._tell_attempt)

    @api.model
    def _tell_attempt(self, last, attempt):
        return self._tell_batch(self.env["crm.customer.value.refresh"]._bite(BATCH, attempt), last)

    @api.model
    def _tell_batch(self, limit=BATCH, last=None):
        """Tell of up to ``limit`` falls that nobody else tells of.

        :return: number of rows done
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_health_change
                    WHERE is_to_tell AND (%s::int IS NULL OR id <= %s)
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
                last,
                last,
                limit,
            )
        )
        changes = self.sudo().browse([row[0] for row in rows])
        keepers = changes._keepers()
        for (user, company), fallen in changes.grouped(
            lambda change: (keepers.get(change.id, self.env["res.users"]), change.company_id)
        ).items():
            if user:
                fallen._tell(user, company)
            fallen.write(
                {
                    "is_to_tell": False,
                    "told_user_id": user.id,
                    "told_at": fields.Datetime.now() if user else False,
                }
            )
        return len(changes)

    def _keepers(self):
        """Who is told of each change: the account manager, else the salesperson.

        Only active users of the app who work in the company. Override to tell others.

        :return: dict of change id to user
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT change.id, keeper.id
                     FROM crm_health_change change
                     JOIN res_partner customer ON customer.id = change.partner_id
                     JOIN res_users keeper ON keeper.active AND keeper.id = COALESCE(
                          (customer.own_account_manager_id ->> change.company_id::text)::int,
                          customer.user_id)
                     JOIN res_company_users_rel works ON works.user_id = keeper.id
                      AND works.cid = change.company_id
                    WHERE change.id = ANY(%s)""",
                self.ids,
                to_flush=self.env["res.partner"]._fields["own_account_manager_id"],
            )
        )
        users = self.env["res.users"].sudo().browse({user_id for _id, user_id in rows})
        able = {user.id for user in users if user.has_group("crm_lifecycle.group_lifecycle_user")}
        return {id_: users.browse(user_id) for id_, user_id in rows if user_id in able}

    def _tell(self, user, company):
        """One message to a person on all of their customers who fell into risk."""
        reader = self.with_context(lang=user.lang)
        items = Markup().join(
            Markup("<li>%s: %s</li>") % (change.partner_id._get_html_link(), change.summary)
            for change in reader.sorted("worth", reverse=True)
        )
        subject = reader.env._("%(count)s of your customers are at risk now", count=len(reader))
        self.env["mail.thread"].with_context(mail_notify_force_send=False).message_notify(
            author_id=self.env.ref("base.partner_root").id,
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=Markup("<p>%s (%s)</p><ul>%s</ul>") % (subject, company.name, items),
        )
