from unittest.mock import patch

from freezegun import freeze_time
from odoo import Command
from odoo.fields import Datetime

from .pipeline_common import PipelineCommon

# A Friday evening, the Monday after, and a Monday at noon.
FRIDAY = Datetime.to_datetime("2026-03-06 17:55:00")
MONDAY = Datetime.to_datetime("2026-03-09 09:10:00")
NOON = Datetime.to_datetime("2026-03-09 12:00:00")


class SpeedCommon(PipelineCommon):
    """The company works from Monday to Friday, 9:00 to 18:00 in UTC, and answers in 15 minutes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office = cls.calendar("Office", range(5))
        cls.company.resource_calendar_id = cls.office
        cls.talks = cls.env["crm.interaction"]

    @classmethod
    def calendar(cls, name, days, start=9, end=18, **vals):
        lines = [
            {"name": name, "dayofweek": str(day), "hour_from": start, "hour_to": end}
            for day in days
        ]
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": "UTC",
                "company_id": cls.company.id,
                "attendance_ids": [Command.clear(), *[Command.create(line) for line in lines]],
                **vals,
            }
        )

    # ------------------------------------------------------------------ time
    def at(self, moment):
        """A block in which it is ``moment``, for Python and for the transaction."""
        frozen = freeze_time(moment)
        frozen.start()
        self.addCleanup(frozen.stop)
        now = patch.object(type(self.env.cr), "now", lambda cursor: moment)
        now.start()
        self.addCleanup(now.stop)

    def commit(self):
        """What a commit does before it commits."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.flush_all()

    # ------------------------------------------------------------------ builders
    def request(self, moment=NOON, **vals):
        """A lead that came by the website at a moment, free unless said otherwise."""
        self.at(moment)
        lead = self.lead("Request", **{"arrival": "web", "user_id": False, **vals})
        self.commit()
        return lead

    def talk(self, lead, moment, kind="call", direction="out", **vals):
        """A contact that is logged on a lead, at a moment."""
        self.at(moment)
        channel = self.env.ref(f"crm_lifecycle.channel_{kind}")
        talk = self.talks.create(
            {
                "partner_id": lead.partner_id.id,
                "company_id": self.company.id,
                "channel_id": channel.id,
                "direction": direction,
                "date": moment,
                "res_model": "crm.lead",
                "res_id": lead.id,
                **vals,
            }
        )
        self.commit()
        return talk

    def run_job(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"crm_lifecycle.{name}").method_direct_trigger()

    def to_dos(self, lead):
        return self.env["mail.activity"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        )
