from collections import Counter
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...engine.cadence import due_days
from ..value.scope import Scope

WEEKS = 12
WORKING_DAYS = 5
# What changes of a cadence without anybody else being contacted for it.
HARMLESS = {"state", "started_on", "previewed_at", "name"}


class CrmCadence(models.Model):
    """Preview, start and pause of a cadence.

    The preview asks the planner's own statement, with this cadence taken as running, and goes
    on from the first due days with the engine: what would come if each contact were made on its
    day. Nothing is written but its lines.
    """

    _inherit = "crm.cadence"

    def write(self, vals):
        if set(vals) - HARMLESS:
            vals = {**vals, "previewed_at": False}
        return super().write(vals)

    # ------------------------------------------------------------------ actions
    def action_preview(self):
        """List the contacts a week for each person in the next 12 weeks. Nothing is planned.

        :raises AccessError: for who may not change the cadence
        """
        self.ensure_one()
        self.check_access("write")
        today = self.env["crm.touchpoint.plan"]._today()
        groups = self.sudo()._due_groups(today)
        lines = self.env["crm.cadence.preview"].sudo().create(self._prepare_lines(groups, today))
        self.sudo().previewed_at = fields.Datetime.now()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.action_crm_cadence_preview"
        )
        name = self.env._(
            "%(cadence)s: %(customers)s customers, %(contacts)s contacts in 12 weeks",
            cadence=self.name,
            customers=self._customer_count(groups),
            contacts=sum(lines.mapped("contact_count")),
        )
        domain = [("id", "in", lines.ids)]
        return {**action, "name": name, "display_name": name, "domain": domain}

    def action_start(self):
        """Let the cadence run. Where nobody looked at its preview yet, that is opened instead.

        :raises AccessError: for who may not change the cadence
        :raises UserError: when it asks for nothing
        """
        self.ensure_one()
        self.check_access("write")
        if not self.step_ids:
            raise UserError(self.env._("Add a step first: which contact, by whom, how often."))
        if not self.sudo().previewed_at:
            return self.action_preview()
        self.sudo().write(
            {"state": "running", "started_on": self.env["crm.touchpoint.plan"]._today()}
        )
        self.env["crm.touchpoint.run"]._ask_for_run()
        return True

    def action_pause(self):
        """Ask for no more contacts; the open ones are closed as skipped, with the reason.

        :raises AccessError: for who may not change the cadence
        """
        self.check_access("write")
        self.sudo().filtered(lambda cadence: cadence.state == "running").state = "paused"
        self.env["crm.touchpoint.run"]._ask_for_run()

    # ------------------------------------------------------------------ the preview
    def _due_groups(self, today):
        """What would be due first, were the cadence running, in its company.

        :return: list of (cadence id, step id, user id or None, first day, number of customers)
        """
        self.ensure_one()
        plan = self.env["crm.touchpoint.plan"]
        return self.env.execute_query(
            SQL(
                """WITH %s
                   SELECT cadence_id, step_id, user_id, GREATEST(due_date, %s), COUNT(*)
                     FROM dated WHERE company_id = %s
                    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4""",
                plan._sources(Scope(today), also=self),
                today,
                self.company_id.id,
                to_flush=plan._flushed(),
            )
        )

    def _customer_count(self, groups):
        """How many customers are this cadence's: each has all of its steps."""
        own = [(step, count) for cadence, step, _user, _day, count in groups if cadence == self.id]
        return sum(count for step, count in own if step == own[0][0])

    def _weekly(self, groups, today):
        """Contacts by (this cadence's or not, user id or None, week number)."""
        counts = Counter()
        rhythms = {}
        until = today + timedelta(weeks=WEEKS, days=-1)
        steps = self.env["crm.cadence.step"]
        for cadence_id, step_id, user_id, first, count in groups:
            rhythm = rhythms.setdefault(step_id, steps.browse(step_id)._rhythm())
            for day in due_days(rhythm, first, until):
                counts[cadence_id == self.id, user_id, (day - today).days // 7] += count
        return counts

    def _prepare_lines(self, groups, today):
        """The values of the preview's lines: each person and week."""
        counts = self._weekly(groups, today)
        capacity = self.company_id.sudo().lifecycle_touch_capacity * WORKING_DAYS
        people = sorted({user for own, user, _week in counts if own}, key=lambda user: user or 0)
        lines = []
        for user_id in people:
            for week in range(WEEKS):
                own, others = (counts[is_own, user_id, week] for is_own in (True, False))
                lines.append(
                    {
                        "cadence_id": self.id,
                        "company_id": self.company_id.id,
                        "user_id": user_id,
                        "week": today + timedelta(weeks=week),
                        "contact_count": own,
                        "other_count": others,
                        "total_count": own + others,
                        "capacity": capacity if user_id else 0,
                        "is_over": own + others > (capacity if user_id else 0),
                    }
                )
        return lines
