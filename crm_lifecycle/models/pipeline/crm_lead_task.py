from markupsafe import Markup
from odoo import api, models
from odoo.tools import format_datetime
from pytz import UTC, timezone

from .crm_lead_responsible import enters


class CrmLead(models.Model):
    """The tasks of a stage come when a lead enters it, and go when it leaves.

    They are made from the stage's activity plan as Odoo's wizard makes them (who and when is
    asked of the plan's templates), but for all leads of a move with one ``create``, as the
    superuser: the stage hands them out, not whoever moved the lead. What is still open when the
    lead leaves is closed as no longer needed, and the chatter says so; it is not *done*, so it
    is no contact with the customer and brings no next activity.
    """

    _inherit = "crm.lead"

    def write(self, vals):
        if vals.get("active") is False and self.env["crm.stage"]._planning_ids():
            # Odoo may do away with the activities of an archived record.
            self._close_stage_tasks(everything=True)
        return super().write(vals)

    def _after_moves(self, moves):
        result = super()._after_moves(moves)
        planning = self.env["crm.stage"]._planning_ids()
        if planning:
            leads = self.browse([move.lead.id for move in moves])
            leads._close_stage_tasks()
            entered = [move for move in moves if enters(move) and move.stage.id in planning]
            self._bring_stage_tasks(entered)
        return result

    # ------------------------------------------------------------------ leaving
    def _close_stage_tasks(self, everything=False):
        """Close the open tasks of stages that these leads have left.

        :param bool everything: of the stage they stand in, too
        """
        domain = [("res_model", "=", "crm.lead"), ("res_id", "in", self.ids)]
        domain += [("passage_id", "!=", False)]
        if not everything:
            domain += [("passage_id.date_out", "!=", False)]
        tasks = self.env["mail.activity"].sudo().search(domain)
        if not tasks:
            return
        by_lead = tasks.grouped("res_id")
        self.sudo().browse(by_lead)._message_log_batch(
            {lead_id: self._closed_text(some) for lead_id, some in by_lead.items()}
        )
        tasks._close_as_not_needed()

    @api.model
    def _closed_text(self, tasks):
        items = Markup().join(
            Markup("<li>%s</li>") % (task.summary or task.activity_type_id.name) for task in tasks
        )
        return Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._("No longer needed, as the lead left the stage:"),
            items,
        )

    # ------------------------------------------------------------------ entering
    @api.model
    def _bring_stage_tasks(self, moves):
        """Make the tasks of the stages that leads entered, with one ``create``."""
        if not moves:
            return
        open_passages = self.env["crm.stage.passage"].sudo()
        leads = [move.lead.id for move in moves]
        passages = open_passages.search([("lead_id", "in", leads), ("date_out", "=", False)])
        by_lead = {passage.lead_id.id: passage for passage in passages}
        values = [
            vals
            for move in moves
            for vals in move.lead.sudo()._stage_tasks(move, by_lead.get(move.lead.id))
        ]
        quiet = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        quiet.create(values)

    def _stage_tasks(self, move, passage):
        """The values of the tasks of one stage for one lead; extend to add or change some.

        A plan of another company than the lead's brings none. As superuser.
        """
        plan = move.stage.activity_plan_id
        company = self._lifecycle_company()
        if not plan.active or plan.company_id not in (company.browse(), company):
            return []
        model_id = self.env["ir.model"]._get_id("crm.lead")
        return [
            {
                "res_model_id": model_id,
                "res_id": self.id,
                "activity_type_id": template.activity_type_id.id,
                "note": template.note,
                "automated": True,
                "passage_id": passage.id if passage else False,
                **self._task_for_somebody(template),
            }
            for template in plan.template_ids
        ]

    def _task_for_somebody(self, template):
        """Whose the task of a plan's template is, and until when."""
        on_it = self.stage_responsible_id or self.user_id
        user = template._determine_responsible(on_it, self)["responsible"] or on_it
        now = self.env.cr.now()
        zone = timezone(user.tz or self._task_calendar().tz or "UTC")
        today = UTC.localize(now).astimezone(zone).date()
        summary = template.summary
        due_at = template.due_minutes and self._task_due(template.due_minutes)
        if not due_at:
            day = template._get_date_deadline(today)
            return {"user_id": user.id, "summary": summary, "date_deadline": day}
        clock = format_datetime(self.env, due_at, zone.zone, "short", user.lang)
        task = summary or template.activity_type_id.name
        return {
            "user_id": user.id,
            "due_at": due_at,
            "date_deadline": UTC.localize(due_at).astimezone(zone).date(),
            "summary": self.env._("%(task)s (by %(time)s)", task=task, time=clock),
        }

    def _task_due(self, minutes):
        """So many working minutes from now: a UTC datetime, or False when that never comes."""
        now = self.env.cr.now()
        due = self._task_calendar().plan_hours(minutes / 60, UTC.localize(now), True)
        return due and due.astimezone(UTC).replace(tzinfo=None)

    def _task_calendar(self):
        """The working hours that due times are reckoned in."""
        return self._working_calendar() or self.env.company.sudo().resource_calendar_id
