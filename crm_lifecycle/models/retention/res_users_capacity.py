from odoo import fields, models

MANAGER = "crm_lifecycle.group_lifecycle_manager"


class ResUsers(models.Model):
    """How many due contacts somebody makes, day by day: none on days off."""

    _inherit = "res.users"

    lifecycle_own_capacity = fields.Boolean(
        "Own Number of Contacts a Day",
        groups=MANAGER,
        help="Otherwise the company's number of due contacts a day.",
    )
    lifecycle_capacity = fields.Integer(
        "Due Contacts a Day", groups=MANAGER, help="0 for somebody who makes none."
    )

    _lifecycle_capacity = models.Constraint(
        "CHECK (lifecycle_capacity IS NULL OR lifecycle_capacity BETWEEN 0 AND 1000)",
        "A person makes at most 1,000 contacts a day.",
    )

    def _contact_capacity(self, company, start, days):
        """What each user can do in a company.

        :param company: a ``res.company``
        :param date start: the first day
        :param int days: how many days
        :return: dict of user id to a dict of day to contacts; days off are left out
        """
        capacity = {}
        for user, working in self._working_days(company, start, days).items():
            row = user.sudo()
            most = row.lifecycle_capacity
            if not row.lifecycle_own_capacity:
                most = company.sudo().lifecycle_touch_capacity
            capacity[user.id] = dict.fromkeys(working, most) if row.active else {}
        return capacity

    def _working_days(self, company, start, days):
        """The days on which users work, by the calendar and the leaves of their resource.

        A day counts that has any working time, in the zone of the resource. Somebody without a
        resource keeps the company's hours; without a calendar, or with flexible hours, each
        day counts that leaves do not fill.

        :return: dict of ``res.users`` to a set of dates
        """
        resources = self._resources_in(company)
        found = {}
        for user in self:
            resource = resources.get(user.id, self.env["resource.resource"].sudo())
            calendar = resource.calendar_id if resource else company.sudo().resource_calendar_id
            found.setdefault(calendar, []).append((user, resource))
        return {
            user: working
            for calendar, people in found.items()
            for user, working in calendar._days_of(people, start, days).items()
        }
