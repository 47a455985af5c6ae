from datetime import UTC, timedelta

from odoo import api, fields, models


class CrmTeam(models.Model):
    """Who is called when a new lead comes: the persons on duty who are at work now."""

    _inherit = "crm.team"

    duty_user_ids = fields.Many2many(
        "res.users",
        "crm_team_duty_users_rel",
        "team_id",
        "user_id",
        "On Duty",
        # Text: a list would make it depend on the users' groups, and each new user search for it.
        domain="[('share', '=', False)]",
        help="Those of them who are at work hear of a new lead at once; "
        "when none is, the team leader does.",
    )

    def _on_duty_now(self):
        """The persons on duty who are at work now, else the team leader; in sudo."""
        team = self.sudo()
        now = self.env.cr.now().replace(microsecond=0)
        present = team.duty_user_ids.filtered(
            lambda user: user.active and team._is_at_work(user, now)
        )
        return present or team.user_id.filtered("active")

    def _is_at_work(self, user, now):
        """Whether a user is at work: within their hours, else the company's, and not on leave."""
        company = self.company_id or self.env.company
        resource = user.with_company(company).resource_ids.filtered(
            lambda one: not one.company_id or one.company_id == company
        )[:1]
        calendar = resource.calendar_id or company.resource_calendar_id
        if not calendar:
            return True
        start = now.replace(tzinfo=UTC)
        found = calendar._work_intervals_batch(start, start + timedelta(minutes=1), resource)
        return bool(found[resource.id])

    # ------------------------------------------------------------------ working lists
    @api.model
    def _action_update_to_pipeline(self, action):
        """A pipeline opens without the leads that are put off."""
        action = super()._action_update_to_pipeline(action)
        action["context"] = {**action["context"], "search_default_not_put_off": 1}
        return action
