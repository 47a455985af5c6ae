import logging
from functools import partial

from markupsafe import Markup
from odoo import api, fields, models

from ..value.customer_value_refresh import LOST_RACES
from .start_rule import CUSTOMER

_logger = logging.getLogger(__name__)

BATCH = 200


class CrmStartRule(models.Model):
    """The job that starts the opportunities, a batch a transaction.

    A batch locks the rule and marks it, chooses customers, and writes their opportunities with
    the note that they were started. Killed anywhere, the batch never was; run again, those who
    have their note are not chosen.
    """

    _inherit = "crm.start.rule"

    @api.model
    def _cron_start(self):
        """Go through all rules, in their order: what one starts, the next one sees."""
        progress = self.env["ir.cron"]
        rules = self.sudo().search([("active", "=", True)], order="company_id, sequence, id")
        progress._commit_progress(remaining=len(rules))
        for rule in rules:
            if not rule._start(progress._commit_progress):
                return

    def _start(self, commit):
        """Start all that this rule chooses today.

        :param commit: called with the number of rules done after each batch; a false result (no
            time left) ends this call
        :return: whether there is time to go on
        """
        refresh = self.env["crm.customer.value.refresh"]
        while True:
            try:
                found = refresh._retry(partial(self._start_batch, self._today()))
            except LOST_RACES:
                _logger.warning("Starting rules: too many lost races, going on tomorrow")
                found = 0
            done = found < 1
            if not commit(int(done)):
                return False
            if done:
                return True

    def _start_batch(self, as_of, attempt=0):
        """Choose and start for up to ``BATCH`` customers; fewer after a lost race.

        :return: number of opportunities started; 0 when another job has the rule
        """
        # Read again: somebody may have changed the rule meanwhile.
        self.invalidate_recordset()
        rule = self.sudo().exists().try_lock_for_update()
        if not rule or not rule.active:
            return 0
        # Two jobs that take the same rule one after the other meet here.
        rule.last_run_at = fields.Datetime.now()
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        found = rule._candidates(as_of, limit)
        rule._start_for(found, as_of)
        return len(found)

    def _start_for(self, candidates, as_of):
        """Create the opportunities and the notes of them: the started leads."""
        leads = (
            self.env["crm.lead"]
            .with_company(self.company_id)
            .with_context(
                lifecycle_by_job=True,
                mail_auto_subscribe_no_notify=True,
                mail_create_nosubscribe=True,
            )
            .create([self._prepare_lead(one) for one in candidates])
        )
        self.env["crm.start.rule.made"].create(
            [
                {
                    "rule_id": self.id,
                    "company_id": self.company_id.id,
                    "partner_id": candidate.partner_id,
                    "lead_id": lead.id,
                    "date": as_of,
                    "reason": self._reason(candidate),
                }
                for candidate, lead in zip(candidates, leads, strict=True)
            ]
        )
        return leads

    def _prepare_lead(self, candidate):
        """The values of an opportunity. Override to give it more."""
        note = self.env._(
            "Started by the rule %(rule)s. %(reason)s.",
            rule=self.name,
            reason=self._reason(candidate),
        )
        values = {
            "name": self.lead_name.replace(CUSTOMER, candidate.name),
            "type": "opportunity",
            "partner_id": candidate.partner_id,
            "lifecycle_phase": "enhancement",
            "company_id": self.company_id.id,
            "user_id": self._leader_of(candidate),
            "expected_revenue": self._revenue_of(candidate),
            "priority": self.priority,
            "description": Markup("<p>%s</p>") % note,
        }
        if self.team_id:
            values["team_id"] = self.team_id.id
        if self.stage_id.active:
            values["stage_id"] = self.stage_id.id
        if "arrival" in self.env["crm.lead"]._fields:
            values["arrival"] = "rule"
        return values
