from unittest.mock import patch

from odoo import Command, fields

from .pipeline_common import PipelineCommon

# A Tuesday, at ten in the morning of a calendar in UTC.
TUESDAY = fields.Datetime.to_datetime("2026-03-10 10:00:00")


class ResponsibleCommon(PipelineCommon):
    """Stages with people, a plan of tasks, and members of a group with working hours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office in UTC",
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"Day {day}",
                            "dayofweek": str(day),
                            "hour_from": 9,
                            "hour_to": 18,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        cls.company.resource_calendar_id = cls.calendar
        cls.group = cls.env["res.groups"].create({"name": "Callers"})
        cls.members = cls.env["res.users"]
        for number in range(3):
            member = cls.persona(f"pipeline_member_{number}")
            member.group_ids = [Command.link(cls.group.id)]
            cls.members |= member

    @classmethod
    def plan(cls, *templates, **vals):
        """An activity plan for leads; each template is a dict of values."""
        todo = cls.env.ref("mail.mail_activity_data_todo")
        default = {
            "activity_type_id": todo.id,
            "responsible_type": "stage_responsible",
            "delay_from": "after_plan_date",
        }
        return cls.env["mail.activity.plan"].create(
            {
                "name": "Tasks",
                "res_model": "crm.lead",
                "company_id": False,
                "template_ids": [Command.create({**default, **values}) for values in templates],
                **vals,
            }
        )

    @classmethod
    def resource(cls, user, **vals):
        return cls.env["resource.resource"].create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": cls.company.id,
                "calendar_id": cls.calendar.id,
                "tz": "UTC",
                **vals,
            }
        )

    @classmethod
    def leave(cls, resource, start, stop):
        return cls.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": resource.id,
                "calendar_id": cls.calendar.id,
                "company_id": cls.company.id,
                "date_from": start,
                "date_to": stop,
            }
        )

    def setUp(self):
        super().setUp()
        self.now = TUESDAY
        self.startPatcher(patch.object(type(self.env.cr), "now", lambda _cursor: self.now))

    def tasks(self, lead, **filters):
        """All tasks of the lead that a stage brought, closed ones too."""
        activities = self.env["mail.activity"].with_context(active_test=False)
        domain = [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        domain += [(name, "=", value) for name, value in filters.items()]
        return activities.search([*domain, ("passage_id", "!=", False)], order="id")
