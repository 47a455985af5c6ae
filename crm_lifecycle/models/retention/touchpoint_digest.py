from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .touchpoint import OPEN


class CrmTouchpointDigest(models.Model):
    """One weekly digest that a person got: the mark that it was sent.

    ``_cron_send`` writes the mark and queues the mail in one transaction, one person at a time:
    killed anywhere, who has a mark has a mail, and the others are next. A unique key makes the
    mark one of its week. What the mail says is in ``crm.touchpoint.digest.letter``.
    """

    _name = "crm.touchpoint.digest"
    _description = "Weekly Digest of Due Contacts"
    _order = "week desc, id desc"

    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    week = fields.Date("Week from", required=True, readonly=True)
    contact_count = fields.Integer("Contacts", readonly=True)

    _week_uniq = models.Constraint(
        "UNIQUE (user_id, company_id, week)", "The digest of the week was sent already."
    )

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_send(self):
        """Send the digests of this week that were not sent yet."""
        progress = self.env["ir.cron"]
        waiting = self._waiting()
        progress._commit_progress(remaining=len(waiting))
        for company, user, week in waiting:
            self._send(company, user, week)
            if not progress._commit_progress(1):
                break

    @api.model
    def _waiting(self, today=None):
        """Who gets a digest and has not got this week's.

        :return: list of (company, user, first day of the week)
        """
        today = today or self.env["crm.touchpoint.plan"]._today()
        waiting = []
        for company in self.env["res.company"].sudo().search([("lifecycle_digest", "=", True)]):
            week = self._week(company, today)
            sent = self.sudo().search([("company_id", "=", company.id), ("week", "=", week)])
            users = self._readers(company) - sent.user_id
            waiting += [(company, user, week) for user in users.sorted("id")]
        return waiting

    @api.model
    def _week(self, company, today):
        """The last day, today or before, that is the company's day of the digest."""
        return today - timedelta(days=(today.weekday() - int(company.lifecycle_digest_weekday)) % 7)

    @api.model
    def _readers(self, company):
        """Who makes contacts of the company, and its Lifecycle managers; all who want it."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT user_id FROM crm_touchpoint
                    WHERE company_id = %s AND user_id IS NOT NULL AND state IN %s""",
                company.id,
                OPEN,
                to_flush=self.env["crm.touchpoint"]._fields["user_id"],
            )
        )
        managers = self.env.ref("crm_lifecycle.group_lifecycle_manager").sudo().all_user_ids
        users = self.env["res.users"].sudo().browse(row[0] for row in rows) | managers
        return users.filtered(
            lambda user: (
                user.active
                and not user.share
                and user.email
                and not user.lifecycle_no_digest
                and company in user.company_ids
                and user.has_group("crm_lifecycle.group_lifecycle_user")
            )
        )

    @api.model
    def _send(self, company, user, week):
        """Queue a person's digest, and note that it was; nothing to tell is no mail."""
        letter = self.env["crm.touchpoint.digest.letter"]._of(company, user)
        count = letter._contact_count(week)
        self.sudo().create(
            {
                "user_id": user.id,
                "company_id": company.id,
                "week": week,
                "contact_count": count,
            }
        )
        if count:
            self.env["mail.mail"].sudo().create(letter._prepare_mail(week))

    @api.autovacuum
    def _gc_digests(self):
        """Forget marks older than half a year."""
        limit = fields.Date.subtract(fields.Date.today(), months=6)
        self.sudo().search([("week", "<", limit)], limit=10000).unlink()
