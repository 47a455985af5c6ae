import logging

from odoo import api, models
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES
from .hand_over_line import HELD
from .res_partner_owner_change import REASON, OwnerChangeReason
from .touchpoint import OPEN

_logger = logging.getLogger(__name__)

BATCH = 500
# State of a hand-over that is at work: that of the lines it takes, and its state afterwards.
WORK = {"running": ("waiting", "moved"), "returning": ("moved", "returned")}


class CrmHandOver(models.Model):
    """Moving and giving back: a batch of lines a transaction, one write for many records.

    A record moves while the person still holds it, and comes back while the deputy does;
    the line is marked in the same transaction. Killed anywhere and run again, by however many
    workers, the result is the same.
    """

    _inherit = "crm.hand.over"

    def _go_on(self):
        """Work a first batch now, for the person who waits; the job does the rest."""
        self._do_batch(BATCH)
        self._finish()
        if self.state in WORK:
            self._wake()

    @api.model
    def _wake(self):
        self.env.ref("crm_lifecycle.cron_crm_hand_over")._trigger()

    # ------------------------------------------------------------------ the job
    @api.model
    def _cron_hand_over(self):
        """Start what begins, give back what is over, and go on with what is at work."""
        progress, refresh = self.env["ir.cron"], self.env["crm.customer.value.refresh"]
        taken = True
        try:
            refresh._retry(lambda _attempt: self._start_due())
            while taken and progress._commit_progress(int(taken)):
                taken = refresh._retry(self._work_batch)
        except LOST_RACES:
            _logger.warning("Hand-overs: too many lost races, going on later")
            return
        if not taken:
            progress._commit_progress(remaining=0)

    @api.model
    def _start_due(self):
        """Begin what is planned for today or before, and end what was until yesterday."""
        hand_overs = self.sudo().search([("state", "in", ("planned", "moved"))])
        for hand_over in hand_overs:
            today = hand_over._today()
            if hand_over.state == "planned" and hand_over.date_from <= today:
                # What came to the person since the list was made goes along.
                hand_over._add_lines()
                hand_over.state = "running"
            elif hand_over.state == "moved" and hand_over.date_to and hand_over.date_to < today:
                hand_over.state = "returning"

    @api.model
    def _work_batch(self, attempt=0):
        """A batch of the first hand-over that has one.

        :return: whether anything was done
        """
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        for hand_over in self.sudo().search([("state", "in", list(WORK))], order="id"):
            if hand_over._do_batch(limit) or hand_over._finish():
                return True
        return False

    def _do_batch(self, limit):
        """Move, or give back, up to so many lines that nobody else works on.

        :return: the number of lines
        """
        taken, _after = WORK[self.state]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_hand_over_line
                    WHERE hand_over_id = %s AND state = %s
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
                self.id,
                taken,
                limit,
            )
        )
        lines = self.env["crm.hand.over.line"].browse(line_id for (line_id,) in rows)
        for (kind, deputy), some in lines.grouped(lambda one: (one.kind, one.deputy_id)).items():
            if self.state == "running":
                self._pass_on(some, kind, self.user_id, deputy, ("moved", "left"))
            else:
                self._pass_on(some, kind, deputy, self.user_id, ("returned", "kept"))
        self.env.flush_all()
        return len(lines)

    def _finish(self):
        """When no line is left, say so to everybody concerned, once.

        :return: whether it is finished
        """
        if self.state not in WORK:
            return False
        taken, after = WORK[self.state]
        if self.line_ids.search_count(
            [("hand_over_id", "=", self.id), ("state", "=", taken)], limit=1
        ):
            return False
        self.state = after
        self.env.flush_all()
        self._tell()
        return True

    # ------------------------------------------------------------------ one write for many
    def _pass_on(self, lines, kind, giver, taker, states):
        """Give records from one person to another, where that person still has them.

        :param lines: of one kind and deputy
        :param states: of the lines that did, and that did not
        """
        model, field = HELD[kind]
        done, not_done = states
        records = self._acting_env()[model].browse(lines.mapped("res_id")).exists()
        held = records.filtered(lambda one: one[field] == giver and self._is_open(one))
        if not taker.active:
            held = held.browse()
        held.write({field: taker.id})
        moved = lines.filtered(lambda line: line.res_id in held._ids)
        moved.write({"state": done, "note": False})
        (lines - moved).write({"state": not_done, "note": self._why_not(taker)})

    def _acting_env(self):
        """As who asked for it, in its company, with the reason, and without a mail a record."""
        context = {
            "allowed_company_ids": self.company_id.ids,
            "active_test": False,
            "mail_auto_subscribe_no_notify": True,
            "mail_activity_quick_update": True,
            REASON: OwnerChangeReason(self._why()),
        }
        return self.env(user=self.create_uid.id, su=True, context=context)

    @api.model
    def _is_open(self, record):
        if record._name == "crm.lead":
            return record.active and record.won_status == "pending"
        if record._name == "crm.touchpoint":
            return record.state in OPEN
        return record._name == "res.partner" or record.active

    def _why(self):
        """The reason that stands beside the change of owner."""
        if self.state == "returning":
            text = self.env._("Given back, hand-over %(id)s", id=self.id)
        else:
            text = self.env._("Hand-over %(id)s", id=self.id)
        return f"{text}: {self.reason}" if self.reason else text

    def _why_not(self, taker):
        if not taker.active:
            return self.env._("There is nobody to give it to.")
        return self.env._("Somebody changed, closed or deleted it meanwhile.")
