from odoo import models


class ResUsers(models.Model):
    """Who is at work now, by working hours and leaves."""

    _inherit = "res.users"

    def _at_work(self, company, now):
        """Those of these users who are at work.

        By the calendar and the leaves of the user's resource in the company; somebody without
        a resource keeps the company's hours. Without a calendar, or with flexible hours, only
        leaves count.

        :param company: a ``res.company``
        :param datetime now: UTC, without time zone
        """
        resources = self._resources_in(company)
        by_calendar = {}
        for user in self:
            resource = resources.get(user.id)
            calendar = resource.calendar_id if resource else company.sudo().resource_calendar_id
            by_calendar.setdefault(calendar, []).append((user, resource))
        present = self.browse()
        for calendar, people in by_calendar.items():
            working = calendar._working_at(now, [resource for _user, resource in people])
            for user, resource in people:
                if working[resource.id if resource else False]:
                    present |= user
        return present

    def _resources_in(self, company):
        """The resource of each user in the company: dict of user id to ``resource.resource``."""
        resources = self.env["resource.resource"].sudo()
        found = resources.search(
            [("user_id", "in", self.ids), ("company_id", "in", [company.id, False])],
            order="company_id, id desc",
        )
        # The last one stands: that of the company, and of several the oldest.
        ordered = found.sorted(lambda one: (bool(one.company_id), -one.id))
        return {resource.user_id.id: resource for resource in ordered}
