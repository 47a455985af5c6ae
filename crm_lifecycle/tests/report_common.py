import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.tests import freeze_time

from .pipeline_common import PipelineCommon

TODAY = "2026-05-20 10:00:00"
LEADS = 80
DAY = 24 * 60
day = fields.Datetime.to_datetime


@dataclass
class Stay:
    """A stay, as the naive oracle counts it."""

    stage: object
    team: object
    date_in: datetime
    date_out: datetime | None
    state: str
    exit: str | None

    @property
    def minutes(self):
        return (self.date_out - self.date_in).total_seconds() / 60


@dataclass
class Story:
    """What became of one lead."""

    user: object
    team: object
    arrived: datetime
    outcome: str
    reason: object
    closed: datetime | None = None
    stays: list = field(default_factory=list)
    lead: object = None

    @property
    def days(self):
        return (self.closed - self.arrived).total_seconds() / 86400

    @property
    def last_stage(self):
        return self.stays[-1].stage


class ReportCommon(PipelineCommon):
    """Eighty leads with a random past of a year and a half, the same in each run.

    ``stories`` is what the oracles count; the database holds the same as leads and stays.
    Today is Wednesday, 20 May 2026.
    """

    @classmethod
    def setUpClass(cls):
        clock = freeze_time(TODAY)
        clock.start()
        cls.addClassCleanup(clock.stop)
        super().setUpClass()
        cls.leave_out_others()
        cls.other_team = cls.env["crm.team"].create(
            {"name": "Other team", "company_id": cls.company.id}
        )
        (cls.first | cls.call | cls.offer | cls.won).team_ids = [Command.link(cls.other_team.id)]
        cls.reasons = cls.env["crm.lost.reason"].create([{"name": "Dear"}, {"name": "Late"}])
        cls.rng = random.Random(4)
        cls.stories = [cls.story() for _number in range(LEADS)]
        cls.write_down()

    @classmethod
    def leave_out_others(cls):
        """Leads of no company are every company's: give those there are to another."""
        cls.env.cr.execute(
            "UPDATE crm_lead SET company_id = %s WHERE company_id IS NULL",
            (cls.env.ref("base.main_company").id,),
        )

    # ------------------------------------------------------------------ making up
    @classmethod
    def story(cls):
        rng = cls.rng
        story = Story(
            user=rng.choice([cls.seller, cls.colleague]),
            team=rng.choice([cls.team, cls.team, cls.other_team]),
            arrived=day("2024-12-01") + timedelta(minutes=rng.randrange(530 * DAY)),
            outcome=rng.choice(["won", "lost", "pending", "lost", "won", "archived"]),
            reason=rng.choice(list(cls.reasons)),
        )
        cls.walk(story, cls.path(story))
        return story

    @classmethod
    def path(cls, story):
        """The stages a lead stands in, in its order; at times the wrong one first."""
        path = [one for one in (cls.first, cls.call, cls.offer) if cls.rng.random() < 0.75]
        path = path or [cls.first]
        if len(path) > 1 and cls.rng.random() < 0.3:
            path[0], path[1] = path[1], path[0]
        return [*path, cls.won] if story.outcome == "won" else path

    @classmethod
    def walk(cls, story, path):
        now, order = story.arrived, [cls.first, cls.call, cls.offer, cls.won]
        for number, stage in enumerate(path):
            minutes = cls.rng.choice([2, 5, 600, 3000, 3 * DAY, cls.rng.randrange(9 * DAY)])
            out, following = now + timedelta(minutes=minutes), path[number + 1 : number + 2]
            stay = Stay(stage, story.team, now, out, "passed", "forward")
            story.stays.append(stay)
            if following:
                here, there = order.index(stage), order.index(following[0])
                stay.exit = "forward" if there > here else "backward"
                for jumped in order[here + 1 : there]:
                    story.stays.append(Stay(jumped, story.team, out, out, "skipped", "forward"))
            now = out
        cls.close(story, stay)

    @classmethod
    def close(cls, story, stay):
        if story.outcome in ("lost", "archived"):
            stay.exit, story.closed = story.outcome, stay.date_out
        else:
            story.closed = stay.date_in if story.outcome == "won" else None
            stay.date_out, stay.state, stay.exit = None, "open", None

    # ------------------------------------------------------------------ writing down
    @classmethod
    def write_down(cls):
        for number, story in enumerate(cls.stories):
            gone = story.outcome in ("lost", "archived")
            values = {
                "user_id": story.user.id,
                "team_id": story.team.id,
                "stage_id": story.last_stage.id,
                "expected_revenue": 100.0 + number,
            }
            if gone:
                probability = 0 if story.outcome == "lost" else 30
                values |= {"active": False, "probability": probability}
            if story.outcome == "lost":
                values["lost_reason_id"] = story.reason.id
            story.lead = cls.lead(f"Lead {number}", **values)
        cls.leads = cls.env["crm.lead"].union(*[story.lead for story in cls.stories])
        cls.env.flush_all()
        passages = cls.env["crm.stage.passage"]
        passages.search([("lead_id", "in", cls.leads.ids)]).unlink()
        passages.create([cls.stay_values(s, stay) for s in cls.stories for stay in s.stays])
        cls.env.flush_all()
        for story in cls.stories:
            cls.env.cr.execute(
                "UPDATE crm_lead SET create_date = %s, arrived_at = %s, date_closed = %s"
                " WHERE id = %s",
                (story.arrived, story.arrived, story.closed, story.lead.id),
            )
        cls.env.invalidate_all()

    @classmethod
    def stay_values(cls, story, stay):
        return {
            "lead_id": story.lead.id,
            "lead_number": story.lead.id,
            "stage_id": stay.stage.id,
            "stage_name": stay.stage.name,
            "stage_sequence": stay.stage.sequence,
            "is_won": stay.stage.is_won,
            "lifecycle_phase": "acquisition",
            "company_id": cls.company.id,
            "team_id": stay.team.id,
            "user_id": story.user.id,
            "date_in": stay.date_in,
            "date_out": stay.date_out,
            "entry": "found",
            "exit": stay.exit,
            "state": stay.state,
            "calendar_minutes": stay.minutes if stay.date_out else 0,
        }

    # ------------------------------------------------------------------ asking
    def rows(self, model, domain=(), user=None):
        report = self.env[model].with_user(user or self.leader)
        # Another request has another cache.
        report.invalidate_model()
        return report.search(list(domain))

    def told(self, user=None):
        """The stories of a user's leads, of everybody's without one."""
        return [story for story in self.stories if not user or story.user == user]

    def stays(self, user=None):
        return [stay for story in self.told(user) for stay in story.stays]

    def within(self, moment, period):
        bounds = {
            "month": (day("2026-05-01"), day("2026-06-01")),
            "month_before": (day("2026-04-01"), day("2026-05-01")),
            "quarter": (day("2026-04-01"), day("2026-07-01")),
            "quarter_before": (day("2026-01-01"), day("2026-04-01")),
            "year": (day("2026-01-01"), day("2027-01-01")),
            "year_before": (day("2025-01-01"), day("2026-01-01")),
            "all": (day("1900-01-01"), day("2900-01-01")),
        }
        start, end = bounds[period]
        return moment is not None and start <= moment < end

    def assertOpens(self, action, count):
        """An action opens exactly so many rows, for the leader."""
        model = self.env[action["res_model"]].with_user(self.leader)
        model = model.with_context(**action["context"])
        self.assertEqual(model.search_count(action["domain"]), count)


def percentile(values, share):
    """The value at a share of the way through, in proportion between two: by hand."""
    values = sorted(values)
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)
