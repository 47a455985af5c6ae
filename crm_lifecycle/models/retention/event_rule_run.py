import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES

_logger = logging.getLogger(__name__)

BATCH = 500


class CrmEventRule(models.Model):
    """The job that notices: for each rule only what differs from what stands there.

    A batch locks the rule, asks for differences, and writes them: new events, rows that came or
    went, events whose cause is gone. Killed anywhere, the batch never was; run again, what was
    written does not differ any more.
    """

    _inherit = "crm.event.rule"

    @api.model
    def _cron_notice(self):
        """Go through all rules; those switched off only end what has ended."""
        progress = self.env["ir.cron"]
        rules = self.sudo().search(self._noticing_domain(), order="company_id, sequence, id")
        progress._commit_progress(remaining=len(rules))
        for rule in rules:
            if not rule._notice(progress._commit_progress):
                return

    @api.model
    def _noticing_domain(self):
        standing = (
            self.env["crm.customer.event"]
            .sudo()
            ._search([("rule_id", "!=", False), ("ended_on", "=", False)])
        )
        return [
            ("active", "in", (True, False)),
            "|",
            ("active", "=", True),
            ("id", "in", standing.subselect("rule_id")),
        ]

    def _notice(self, commit):
        """Write all that differs for this rule.

        :param commit: called with the number of rules done after each batch; a false result (no
            time left) ends this call
        :return: whether there is time to go on
        """
        refresh = self.env["crm.customer.value.refresh"]
        while True:
            try:
                found = refresh._retry(partial(self._notice_batch, self._today()))
            except LOST_RACES:
                _logger.warning("Rules of events: too many lost races, going on tomorrow")
                found = 0
            if not commit(int(not found)):
                return False
            if not found:
                return True

    @api.model
    def _today(self):
        return fields.Date.context_today(self)

    def _notice_batch(self, today, attempt=0):
        """Write up to ``BATCH`` differences; fewer after a lost race.

        :return: number of differences; 0 when nothing is left, or another job has the rule
        """
        # Read again: somebody may have changed the rule meanwhile.
        self.invalidate_recordset()
        rule = self.sudo().exists().try_lock_for_update()
        if not rule:
            return 0
        # Two jobs that take the same rule one after the other meet here.
        rule.last_run_at = fields.Datetime.now()
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        found = rule._differences(today, limit)
        rule._write_differences(found, today)
        return len(found)

    def _differences(self, today, limit=None, raising=None):
        """What the rule finds and what stands there, where the two differ.

        :param bool raising: also the customers who have no event yet; by default, if the rule
            is switched on
        :return: list of dicts ``event_id`` (None: new), ``partner_id`` (None: the cause is
            gone), ``source_ids`` and ``facts``
        """
        self._flush_causes()
        return self.env.execute_query_dict(
            SQL(
                """WITH cause AS MATERIALIZED (%(causes)s),
                        standing AS (
                            SELECT id, partner_id, source_ids, source_facts
                              FROM crm_customer_event
                             WHERE rule_id = %(rule)s AND ended_on IS NULL)
                   SELECT standing.id AS event_id, cause.partner_id, cause.source_ids, cause.facts
                     FROM cause FULL JOIN standing ON standing.partner_id = cause.partner_id
                    WHERE cause.partner_id IS NULL
                       OR (standing.id IS NOT NULL
                           AND (cause.source_ids, cause.facts)
                               IS DISTINCT FROM (standing.source_ids, standing.source_facts))
                       OR (standing.id IS NULL AND %(raises)s)
                    ORDER BY standing.id NULLS LAST, cause.partner_id
                    LIMIT %(limit)s""",
                causes=self._causes(today),
                rule=self.id,
                raises=self._raises(today, self.active if raising is None else raising),
                limit=limit,
            )
        )

    def _raises(self, today, raising):
        """The condition that the rule raises an event for ``cause.partner_id`` today."""
        if not raising:
            return SQL("FALSE")
        return SQL(
            """NOT EXISTS (
                SELECT 1 FROM crm_customer_event earlier
                 WHERE earlier.partner_id = cause.partner_id
                   AND earlier.company_id = %s AND earlier.type_id = %s
                   AND GREATEST(earlier.date, earlier.ended_on) > %s)""",
            self.company_id.id,
            self.type_id.id,
            today - timedelta(days=self.type_id.quiet_days),
        )

    def _write_differences(self, found, today):
        """Raise, correct and end events."""
        events = self.env["crm.customer.event"].with_company(self.company_id)
        gone = [one["event_id"] for one in found if one["partner_id"] is None]
        events.browse(gone)._end(today)
        for one in found:
            if one["event_id"] and one["partner_id"]:
                events.browse(one["event_id"]).write(self._found_values(one))
        new = [one for one in found if not one["event_id"]]
        return events.create([self._prepare_event(one, today) for one in new])

    def _found_values(self, one):
        return {
            "rule_kind": self.kind,
            "source_ids": one["source_ids"],
            "source_count": len(one["source_ids"]),
            "source_facts": one["facts"],
        }

    def _prepare_event(self, one, today):
        """The values of a new event. Override to give it more."""
        return {
            "partner_id": one["partner_id"],
            "company_id": self.company_id.id,
            "type_id": self.type_id.id,
            "date": today,
            "source": "rule",
            "rule_id": self.id,
            **self._found_values(one),
        }
