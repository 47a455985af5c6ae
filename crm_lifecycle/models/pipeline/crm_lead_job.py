import logging
from functools import partial

from odoo import api, models
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES

_logger = logging.getLogger(__name__)

BATCH = 100


class CrmLead(models.Model):
    """What the jobs of leads that are due have in common.

    A batch is one transaction: leads that nobody else holds are locked, acted on and marked, so
    that a job which is killed anywhere neither forgets a lead nor takes it twice. One lead's
    trouble is logged and keeps no other waiting.
    """

    _inherit = "crm.lead"

    @api.model
    def _work_due(self, due, act):
        """Work off the leads that are due, a batch a transaction.

        :param SQL due: what ``FROM crm_lead lead`` leaves over, as a condition
        :param act: called with one lead, in sudo; marks it, so that it is not due any more
        """
        progress, refresh = self.env["ir.cron"], self.env["crm.customer.value.refresh"]
        failed, taken = set(), True
        while taken:
            try:
                taken = refresh._retry(partial(self._due_batch, due, act, failed))
            except LOST_RACES:
                _logger.warning("Due leads: too many lost races, going on later")
                break
            if not progress._commit_progress(taken):
                return
        progress._commit_progress(remaining=0)

    @api.model
    def _due_batch(self, due, act, failed, attempt=0):
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT lead.id FROM crm_lead lead
                    WHERE %s AND lead.id != ALL(%s::int[])
                    ORDER BY lead.id LIMIT %s FOR NO KEY UPDATE OF lead SKIP LOCKED""",
                due,
                list(failed),
                limit,
            )
        )
        leads = self.sudo().with_context(lifecycle_by_job=True)
        leads = leads.browse(lead_id for (lead_id,) in rows)
        for lead in leads:
            if not lead._act_when_due(act):
                failed.add(lead.id)
        return len(leads)

    def _act_when_due(self, act):
        """Act on one lead; False when that failed."""
        try:
            with self.env.cr.savepoint():
                act(self)
        except LOST_RACES:
            raise
        except Exception:
            _logger.warning("Lead %s: not worked off", self.id, exc_info=True)
            return False
        return True

    @api.model
    def _today_sql(self):
        """What day it is where the company of ``lead`` works."""
        return SQL(
            """(SELECT (%s::timestamp AT TIME ZONE 'UTC'
                        AT TIME ZONE COALESCE(MIN(calendar.tz), 'UTC'))::date
                  FROM res_company company
                  JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
                 WHERE company.id = COALESCE(lead.company_id, (
                       SELECT company_id FROM crm_team WHERE crm_team.id = lead.team_id)))""",
            self.env.cr.now().replace(microsecond=0),
        )

    def _plan_to_do(self, user, summary, note=""):
        """A to-do for a user who may read the lead, today; none for anybody else."""
        self.ensure_one()
        if self._read_by(user):
            self.activity_schedule(
                "mail.mail_activity_data_todo", summary=summary, note=note, user_id=user.id
            )

    def _read_by(self, users):
        """Which of these users are there and may read this lead, in any of their companies."""
        return users.filtered(
            lambda user: (
                user.active
                and self.with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
                .has_access("read")
            )
        )

    def _who_leads(self):
        """The salesperson and who is on it now, else the team leader, else sales managers.

        Only who may read the lead.
        """
        for people in (self.user_id | self.stage_responsible_id, self.team_id.user_id):
            if found := self._read_by(people):
                return found
        return self._read_by(self._sales_managers())

    def _sales_managers(self):
        """The sales managers of this lead's company, for a lead that is nobody's; in sudo."""
        company = self._lifecycle_company()
        group = self.env.ref("sales_team.group_sale_manager").sudo()
        return group.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
