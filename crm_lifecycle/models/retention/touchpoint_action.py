from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .touchpoint import CLOSED, OPEN

REASON = 250


class CrmTouchpoint(models.Model):
    """What people decide on a due contact: put it off, skip it, open it again.

    For one's own customers and one's own due contacts, and for Lifecycle managers; the rows
    themselves are written by nobody. A contact closes the touchpoint by itself, so there is no
    button for done.
    """

    _inherit = "crm.touchpoint"

    def _check_mine(self):
        """Refuse touchpoints that are somebody else's to decide on.

        :raises AccessError: the same for a hidden row and for one that may only be read
        """
        self.check_access("read")
        if self.env.su or self.env.user.has_group("crm_lifecycle.group_lifecycle_manager"):
            return
        user = self.env.user
        if any(row.user_id != user and not row.is_own_customer for row in self):
            raise AccessError(
                self.env._("Only who looks after the customer, or makes the contact, decides.")
            )

    def _check_state(self, states):
        """Refuse touchpoints in another state, as they are now, and hold the rows.

        :raises UserError: when a colleague was faster
        """
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if any(row.state not in states for row in self.sudo()):
            raise UserError(
                self.env._("Somebody has closed or opened this contact meanwhile. Look again.")
            )

    def _reason(self, reason):
        reason = " ".join(str(reason or "").split())
        if not reason:
            raise UserError(self.env._("Say why, in a few words."))
        return reason[:REASON]

    def action_put_off(self, until=None, reason=None):
        """Put due contacts off to a later day.

        :param until: a day after today, as a date or as text
        :param str reason: why; required
        :raises AccessError: for others' customers
        :raises UserError: without a later day or a reason, or when it is closed already
        """
        self._check_mine()
        self._check_state(OPEN)
        until = self._later_day(until)
        reason = self._reason(reason)
        for row in self.sudo():
            row.write(
                {
                    "state": "put_off",
                    "put_off_until": until,
                    "put_off_reason": reason,
                    "put_off_count": row.put_off_count + 1,
                    "planned_date": until,
                }
            )
        self._let_go()

    def _later_day(self, until):
        try:
            day = fields.Date.to_date(until)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("This is not a day: choose one.")) from error
        if not day or day <= self.env["crm.touchpoint.plan"]._today():
            raise UserError(self.env._("Choose a day after today."))
        return day

    def action_skip(self, reason=None):
        """Close due contacts that are not made this time; the next is counted from today.

        :param str reason: why; required
        :raises AccessError: for others' customers
        :raises UserError: without a reason, or when it is closed already
        """
        self._check_mine()
        self._check_state(OPEN)
        self.sudo().write(
            {
                "state": "skipped",
                "skip_reason": self._reason(reason),
                "is_left": False,
                "waits_for": False,
                "closed_on": self.env["crm.touchpoint.plan"]._today(),
                "closed_user_id": self.env.uid,
            }
        )
        self._let_go()

    def action_reopen(self):
        """Open skipped contacts again; what was planned after them is not needed then.

        :raises AccessError: for others' customers
        :raises UserError: when one of them is not skipped
        """
        self._check_mine()
        self._check_state(("skipped",))
        self._close_followers()
        self.sudo().write(
            {
                "state": "planned",
                "skip_reason": False,
                "is_left": False,
                "closed_on": False,
                "closed_user_id": False,
                "put_off_until": False,
                "planned_date": False,
            }
        )
        self._let_go()

    def _close_followers(self):
        """Close the open touchpoints that stand in the places of these."""
        rows = self.sudo()
        keys = {(row.step_id, row.partner_id, row.company_id) for row in rows if row.step_id}
        if len(keys) < len(rows.filtered("step_id")):
            raise UserError(self.env._("Open only the last contact of a step again."))
        followers = rows.search(
            [
                ("step_id", "in", rows.step_id.ids),
                ("partner_id", "in", rows.partner_id.ids),
                ("state", "in", OPEN),
            ]
        ).filtered(lambda row: (row.step_id, row.partner_id, row.company_id) in keys)
        followers._close_as_left(self.env._("The contact before it was opened again."))
        # Before these are open again: a step has one open contact with a customer.
        followers.flush_recordset()

    def _close_as_left(self, reason):
        """Close open touchpoints that nobody needs any more: kept, with the reason."""
        self.sudo().write(
            {
                "state": "skipped",
                "skip_reason": reason,
                "is_left": True,
                "waits_for": False,
                "closed_on": self.env["crm.touchpoint.plan"]._today(),
            }
        )
        self.sudo().activity_id.filtered("active")._close_with_touchpoint()

    def _let_go(self):
        """After a decision: close the tasks of what is closed, and plan the customers anew."""
        rows = self.sudo()
        closed = rows.filtered(lambda row: row.state in CLOSED)
        closed.activity_id.filtered("active")._close_with_touchpoint()
        self.env["crm.customer.value.queue"]._push(
            (row.partner_id.id, row.company_id.id) for row in rows
        )

    def action_open_partner(self):
        """Open the customer's form."""
        return self._open_customer()
