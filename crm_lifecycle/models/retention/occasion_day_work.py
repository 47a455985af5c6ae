import logging
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES

_logger = logging.getLogger(__name__)

BATCH = 200


class CrmOccasionDay(models.Model):
    """What the job does for days: tasks, due contacts, gifts and messages, a batch a transaction.

    What is made and the mark that it was made are one transaction: killed anywhere, the batch
    never was. Rows that somebody else holds are left for the next run.
    """

    _inherit = "crm.occasion.day"

    @api.model
    def _work_off_days(self, commit):
        """Close, miss, make and send what is due.

        :param commit: called with 0 after each batch; a false result (no time left) ends it
        """
        for step in (self._close_batch, self._miss_batch, self._make_batch, self._send_batch):
            if not self._work_off_step(step, commit):
                return

    @api.model
    def _work_off_step(self, step, commit):
        after = 0
        while True:
            try:
                after = self.env["crm.customer.value.refresh"]._retry(partial(step, after))
            except LOST_RACES:
                _logger.warning("Occasions: too many lost races, going on in an hour")
                after = None
            if not commit(0):
                return False
            if after is None:
                return True

    @api.model
    def _batch(self, domain, after, attempt):
        """The next days of a domain after an id that nobody else holds, and the last id.

        :return: days in sudo, and the id to go on after; None when there are no more
        """
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        self.invalidate_model()
        found = self.sudo().search(
            Domain(domain) & Domain("id", ">", after), order="id", limit=limit
        )
        return found.try_lock_for_update(), (found[-1].id if found else None)

    @api.model
    def _today_by_occasion(self, late=False):
        """Domain of the days that have come (or, ``late``, are too late), by each one's clock."""
        parts = []
        # pylint: disable-next=no-search-all
        found = self.env["crm.occasion"].sudo().with_context(active_test=False).search([])
        for occasion in found:
            day = occasion._today()
            limit = day - timedelta(days=occasion.late_days)
            when = Domain("date", "<", limit) if late else Domain("date", "<=", day)
            parts.append(Domain("occasion_id", "=", occasion.id) & when)
        return Domain.OR(parts)

    # ------------------------------------------------------------------ closing
    @api.model
    def _close_batch(self, after, attempt=0):
        """Close what people did: the task is done, or the due contact was made or skipped."""
        done = (
            Domain("activity_id.active", "=", False) & Domain("activity_id", "!=", False)
        ) | Domain("touchpoint_id.state", "in", ("done", "skipped", "missed"))
        days, last = self.with_context(active_test=False)._batch(
            Domain("state", "in", ("planned", "released", "sent")) & done, after, attempt
        )
        for state, group in days.grouped(lambda day: day._state_of_work()).items():
            group._close(state)
        return last

    def _state_of_work(self):
        state = self.touchpoint_id.state
        return state if state in ("skipped", "missed") else "done"

    @api.model
    def _miss_batch(self, after, attempt=0):
        """What nobody did in time was missed, and stays to be seen."""
        domain = Domain("state", "in", ("planned", "released"))
        days, last = self._batch(domain & self._today_by_occasion(late=True), after, attempt)
        days._close("missed")
        return last

    # ------------------------------------------------------------------ making
    @api.model
    def _make_batch(self, after, attempt=0):
        """Make the tasks, due contacts and proposals of gifts."""
        domain = [("state", "in", ("planned", "released")), ("is_made", "=", False)]
        days, last = self._batch(domain, after, attempt)
        days = days.filtered(lambda day: not day.is_made)
        days._propose_gifts()
        days._make_touchpoints()
        days._make_tasks()
        days.write({"is_made": True})
        return last

    def _make_touchpoints(self):
        days = self.filtered(lambda day: day.occasion_id.makes == "touchpoint")
        made = self.env["crm.touchpoint"].create([day._prepare_touchpoint() for day in days])
        for day, touchpoint in zip(days, made, strict=True):
            day.touchpoint_id = touchpoint

    def _prepare_touchpoint(self):
        """The values of a due contact. Override to give it more."""
        return {
            "name": self._title(),
            "kind": "occasion",
            "partner_id": self.partner_id.id,
            "contact_id": self.contact_id.id,
            "company_id": self.company_id.id,
            "user_id": self.user_id.id,
            "waits_for": False if self.user_id else "nobody",
            "talk": self._what_to_say(),
            "due_date": self.date,
            "max_date": fields.Date.add(self.date, days=self.occasion_id.late_days),
            "planned_date": self.date,
        }

    def _make_tasks(self):
        days = self.filtered(lambda day: day.occasion_id.makes == "task" and day.user_id)
        quiet = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        followed = days._followed()
        made = quiet.create([day._prepare_task() for day in days])
        # Odoo makes whoever has a task a follower; people follow contacts by choice only.
        (days._followed() - followed).unlink()
        for day, task in zip(days, made, strict=True):
            day.activity_id = task

    def _followed(self):
        """Who of the responsible follows the persons of these days."""
        domain = [
            ("res_model", "=", "res.partner"),
            ("res_id", "in", self.contact_id.ids),
            ("partner_id", "in", self.user_id.partner_id.ids),
        ]
        return self.env["mail.followers"].search(domain)

    def _prepare_task(self):
        """The values of a task. Override to give it more."""
        kind = self.occasion_id.activity_type_id or self.env.ref("mail.mail_activity_data_todo")
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.contact_id.id,
            "activity_type_id": kind.id,
            "summary": self._title(),
            "note": self._what_to_say() or False,
            "date_deadline": self.date,
            "user_id": self.user_id.id,
        }

    def _title(self):
        name = self.occasion_id.name
        if not self.about:
            return name
        return self.env._("%(occasion)s: %(about)s", occasion=name, about=self.about)

    def _what_to_say(self):
        parts = [self.occasion_id.talk or ""]
        if self.gift_id:
            parts.append(self.env._("Gift: %(gift)s.", gift=self.gift_id.name))
        return "\n".join(part for part in parts if part)

    # ------------------------------------------------------------------ gifts
    def _propose_gifts(self):
        """The best gift for each person that they were never given nor is proposed to them."""
        days = self.filtered(lambda day: day.occasion_id.with_gift and not day.gift_id)
        if not days:
            return
        had = self._gifts_had(days.contact_id)
        tiers = self._tiers_of(days)
        gifts = self.env["crm.gift"].search([("company_id", "in", days.company_id.ids)])
        for day in days:
            taken = had.setdefault(day.contact_id.id, set())
            ours = gifts.filtered(
                lambda gift, d=day, t=taken: gift.company_id == d.company_id and gift.id not in t
            )
            tier = tiers.get((day.partner_id.id, day.company_id.id))
            day.gift_id = ours._fits(tier, day.contact_id.interest_ids)[:1]
            taken.add(day.gift_id.id)

    @api.model
    def _gifts_had(self, people):
        """What these people were given, or is proposed to them: dict of person to gift ids."""
        given = self.env["crm.gift.given"]._read_group(
            [("contact_id", "in", people.ids)], ["contact_id"], ["gift_id:array_agg"]
        )
        proposed = self._read_group(
            [
                ("contact_id", "in", people.ids),
                ("gift_id", "!=", False),
                ("state", "in", ("planned", "released", "sent")),
            ],
            ["contact_id"],
            ["gift_id:array_agg"],
        )
        had = {}
        for person, gifts in given + proposed:
            had.setdefault(person.id, set()).update(gifts)
        return had

    @api.model
    def _tiers_of(self, days):
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, company_id, tier FROM crm_customer_value"
                " WHERE partner_id = ANY(%s)",
                days.partner_id.ids,
            )
        )
        return {(partner_id, company_id): tier for partner_id, company_id, tier in rows}

    # ------------------------------------------------------------------ messages
    @api.model
    def _send_batch(self, after, attempt=0):
        """Send what was released, or goes by itself, and whose day has come."""
        ready = Domain("occasion_id.template_id", "!=", False) & (
            Domain("state", "=", "released")
            | Domain([("state", "=", "planned"), ("occasion_id.sends_itself", "=", True)])
        )
        # Said already why not: a person decides what is done instead.
        ready &= Domain("skip_reason", "=", False)
        domain = ready & self._today_by_occasion()
        days, last = self.with_context(active_test=False)._batch(domain, after, attempt)
        days._send_due()
        return last

    def _send_due(self):
        """Queue the messages of these days whose day has come, with the mark that they are."""
        days = self.filtered(lambda day: day.date <= day.occasion_id._today())
        blocked = days._blocked_reasons()
        for day in days.filtered(lambda day: day.id in blocked):
            day._refuse_message(blocked[day.id])
        for occasion, group in (
            days.filtered(lambda d: d.id not in blocked).grouped("occasion_id").items()
        ):
            group._send_messages(occasion.template_id)

    def _send_messages(self, template):
        """One by one where together they do not go: one bad record holds nobody else up."""
        try:
            with self.env.cr.savepoint():
                template.send_mail_batch(self.ids)
                self.write({"state": "sent", "sent_on": fields.Datetime.now()})
        except LOST_RACES:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a template does
            if len(self) == 1:
                _logger.info("Occasion %s: no message: %s", self.id, error)
                reason = self.env._("The message could not be made: look at its template.")
                self._refuse_message(reason)
                return
            for day in self:
                day._send_messages(template)

    def _refuse_message(self, reason):
        """No message: where there is nothing else to do, the day is skipped, and says why."""
        if self.occasion_id.makes == "nothing" and not self.occasion_id.with_gift:
            self._close("skipped", reason)
        else:
            self.write({"state": "planned", "skip_reason": reason})
