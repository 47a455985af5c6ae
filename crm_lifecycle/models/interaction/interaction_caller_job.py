import logging
from functools import partial

from odoo import api, models
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES
from .interaction_call import KEPT

_logger = logging.getLogger(__name__)

BATCH = 200


class CrmInteractionCaller(models.Model):
    """The job that gives calls to their customers.

    A batch is one transaction: its rows are locked, those of a known number become
    interactions and are deleted, all others leave the state ``new``. Killed anywhere, what
    was not committed is still ``new``.
    """

    _inherit = "crm.interaction.caller"

    @api.model
    def _cron_identify(self):
        refresh, progress = self.env["crm.customer.value.refresh"], self.env["ir.cron"]
        progress._commit_progress(remaining=self.sudo().search_count([("state", "=", "new")]))
        taken = True
        while taken:
            try:
                taken = refresh._retry(partial(self._identify_attempt))
            except LOST_RACES:
                _logger.warning("Callers: too many lost races, going on later")
                break
            if not progress._commit_progress(taken):
                return
        progress._commit_progress(remaining=0)

    @api.model
    def _identify_attempt(self, attempt):
        return self._identify_batch(self.env["crm.customer.value.refresh"]._bite(BATCH, attempt))

    @api.model
    def _identify_batch(self, limit=BATCH):
        """Look up a batch of new calls.

        :return: number of calls; 0 when there is none that nobody else works on
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_interaction_caller WHERE state = 'new'
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
                limit,
            )
        )
        callers = self.sudo().browse(row_id for (row_id,) in rows)
        for company, calls in callers.grouped("company_id").items():
            calls._identify(company)
        return len(rows)

    def _identify(self, company):
        """Give the calls whose numbers are one customer's to it, and mark the others."""
        numbers = self.env["crm.interaction.number"]
        contacts = numbers._contacts(set(self.mapped("number_e164")), company)
        found = {call: contacts.get(call.number_e164, []) for call in self}
        whose = {call: numbers._whose(found[call]) for call in self}
        shared = self.filtered(lambda call: found[call] and not whose[call])
        known = self.filtered(lambda call: whose[call])
        if not self.env["crm.interaction"]._call_channel():
            known = self.browse()
        shared.state = "shared"
        (self - known - shared).state = "unknown"
        known._become_interactions({call: whose[call] for call in known})

    def _become_interactions(self, whose):
        """Turn the calls into interactions, with all that is known, and delete the rows.

        :param dict whose: (contact id, customer id) by call
        :return: the interactions
        """
        talks = self.env["crm.interaction"]
        there = self._logged_meanwhile()
        for logger, calls in (self - self.browse(there)).grouped("create_uid").items():
            talks |= talks._create_calls(
                [(call._facts_kept(), *whose[call]) for call in calls], logger.id
            )
        for call in self.browse(there):
            talks._complete_call(there[call.id], call._facts_kept())
        self.unlink()
        return talks

    def _logged_meanwhile(self):
        """Interactions that have the reference of one of these calls, by the call's id.

        An import may have brought one.
        """
        references = {(call.company_id, call.external_id): call.id for call in self}
        rows = (
            self.env["crm.interaction"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("external_id", "in", self.mapped("external_id")),
                ]
            )
        )
        keys = {(row.company_id, row.external_id): row for row in rows}
        return {call: keys[key] for key, call in references.items() if key in keys}

    def _facts_kept(self):
        self.ensure_one()
        values = {name: self[name] for name in KEPT}
        return {**values, "company_id": self.company_id.id, "user_id": self.user_id.id}

    @api.autovacuum
    def _look_up_again(self):
        """Once a day, for what changed in other ways: an import in SQL, a contact archived."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """UPDATE crm_interaction_caller caller SET state = 'new'
                    WHERE state = 'shared' OR (state = 'unknown' AND EXISTS (
                          SELECT 1 FROM res_partner partner
                           WHERE partner.phone_sanitized = caller.number_e164
                             AND partner.active))
                RETURNING id"""
            )
        )
        self.invalidate_model(["state"])
        if rows:
            self._wake()
