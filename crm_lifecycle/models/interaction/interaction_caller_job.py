import logging
from functools import partial

from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES
from .interaction_call import KEPT

_logger = logging.getLogger(__name__)

BATCH = 200


class CrmInteractionCaller(models.Model):
    """The job that gives calls to their customers.

    A batch is one transaction: its rows are locked, those of a known number become
    interactions and are deleted, all others leave the state ``new``. Killed anywhere, what
    was not committed is still ``new``. A call that cannot be logged is marked with the reason,
    and tried again once a day; it keeps no other waiting.
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
        found = self._contacts_shown(contacts, company)
        whose = {call: numbers._whose(found[call]) for call in self}
        shared = self.filtered(lambda call: found[call] and not whose[call])
        known = self.filtered(lambda call: whose[call])
        if not self.env["crm.interaction"]._call_channel():
            known = self.browse()
        shared.state = "shared"
        (self - known - shared).state = "unknown"
        known._become_interactions_or_wait({call: whose[call] for call in known})

    def _contacts_shown(self, contacts, company):
        """The contacts of each call's number, less those that who logged it may not see.

        Nobody logs a call into a customer that is not theirs to see: it stays unknown, as if
        the number were nobody's.

        :param dict contacts: list of (contact id, customer id) by number
        :return: the same by call
        """
        found = {}
        for logger, calls in self.grouped("create_uid").items():
            # Of a user who was deleted, the superuser's.
            numbers = self.env["crm.interaction.number"].with_user(logger or SUPERUSER_ID)
            theirs = {call.number_e164 for call in calls}
            pairs = [pair for number in theirs for pair in contacts.get(number, [])]
            shown = set(numbers._shown(pairs, company))
            for call in calls:
                found[call] = [p for p in contacts.get(call.number_e164, []) if p in shown]
        return found

    def _become_interactions_or_wait(self, whose):
        """Turn the calls into interactions; mark those for which that fails."""
        try:
            with self.env.cr.savepoint():
                self._become_interactions(whose)
        except LOST_RACES:
            raise
        except Exception as error:
            if len(self) > 1:
                for call in self:
                    call._become_interactions_or_wait({call: whose[call]})
                return
            _logger.warning("Call %s: not logged", self.id, exc_info=True)
            reason = self.env["crm.interaction.capture"]._reason(error)
            self.write({"state": "failed", "error": reason})

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
                    WHERE state IN ('shared', 'failed') OR (state = 'unknown' AND EXISTS (
                          SELECT 1 FROM res_partner partner
                           WHERE partner.phone_sanitized = caller.number_e164
                             AND partner.active))
                RETURNING id"""
            )
        )
        self.invalidate_model(["state"])
        if rows:
            self._wake()
