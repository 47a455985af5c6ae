from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command, fields
from odoo.addons.crm_lifecycle.models.pipeline.clock_change import PENDING

from .pipeline_common import PipelineCommon

# Weekdays as Odoo counts them, Monday is 0.
WEEK = range(5)
OFFICE = ((9, 18),)


class ClockCommon(PipelineCommon):
    """An office from 9:00 to 18:00 UTC, Monday to Friday, and a stage of 15 minutes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls.calendar("Office")
        cls.company.resource_calendar_id = cls.office
        cls.call.write({"deadline_minutes": 15, "warning_minutes": 5})
        # Nobody else's clocks and ladders.
        cls.env["crm.stage.escalation"].search([]).unlink()

    def setUp(self):
        super().setUp()
        # What making the company and its hours left to be noted.
        self.env.cr.precommit.data.pop(PENDING, None)

    @classmethod
    def calendar(cls, name, tz="UTC", shifts=OFFICE, days=WEEK, **vals):
        """Working hours: the shifts, in hours of the day, on each of the days."""
        attendances = [
            {"name": name, "dayofweek": str(day), "hour_from": start, "hour_to": end}
            for day in days
            for start, end in shifts
        ]
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *[Command.create(values) for values in attendances],
                ],
                **vals,
            }
        )

    @contextmanager
    def at(self, moment):
        """Let it be that moment (UTC), for everything that asks the transaction."""
        moment = fields.Datetime.to_datetime(moment)
        with patch.object(type(self.env.cr), "now", lambda _cursor: moment):
            self.env.invalidate_all()
            yield moment

    def lead_at(self, moment, stage=None, **vals):
        """A lead that came into a stage at that moment."""
        with self.at(moment):
            return self.lead(stage_id=(stage or self.call).id, **vals)

    def clock(self, lead):
        """The open stay of a lead."""
        return self.passages(lead).filtered(lambda one: not one.date_out)

    def state_at(self, moment, lead):
        with self.at(moment):
            return lead.clock_state

    def holiday(self, start, end, calendar=None, **vals):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "date_from": start,
                "date_to": end,
                "calendar_id": calendar and calendar.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def note_changes(self):
        """What a commit does with changed working time, and what the job does then."""
        self.env["crm.clock.change"]._write_pending()
        return self.env["crm.clock.change"]._mark()

    def check(self, moment):
        """What the job does at a moment."""
        with self.at(moment) as now:
            return self.env["crm.stage.passage"]._check_batch(now)

    @classmethod
    def escalation(cls, action, minutes=0, timing="after", **vals):
        return cls.env["crm.stage.escalation"].create(
            {
                "action": action,
                "minutes": minutes,
                "timing": timing,
                "company_id": cls.company.id,
                **vals,
            }
        )
