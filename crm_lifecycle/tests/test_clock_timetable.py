from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.tests import tagged

from .clock_common import OFFICE, WEEK, ClockCommon

MINUTE = timedelta(minutes=1)
ISRAEL = (6, 0, 1, 2, 3)
TWO_SHIFTS = ((8, 12), (13.5, 17))
NIGHT = ((0, 6), (22, 24))
AROUND = ((0, 24),)


@dataclass(frozen=True)
class Case:
    """One timetable: all times are local, ``(from, to)`` pairs where something lasts."""

    name: str
    start: str
    minutes: int
    zone: str = "UTC"
    shifts: tuple = OFFICE
    days: tuple = tuple(WEEK)
    holidays: tuple = ()
    leave: tuple = ()
    pauses: tuple = ()
    reassigned: str = ""
    expected: str = ""

    def utc(self, local):
        """A local time of this case as naive UTC."""
        moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(self.zone))
        return moment.astimezone(UTC).replace(tzinfo=None)

    def spans(self, pairs):
        return [(self.utc(start), self.utc(end)) for start, end in pairs]


CASES = [
    # Within the day
    Case("at once", "2026-03-02 10:00", 15, expected="2026-03-02 10:15"),
    Case("before the office opens", "2026-03-02 07:30", 15, expected="2026-03-02 09:15"),
    Case("after it closed", "2026-03-02 19:00", 15, expected="2026-03-03 09:15"),
    Case("up to the last minute", "2026-03-02 17:45", 15, expected="2026-03-02 18:00"),
    Case("a minute too long", "2026-03-02 17:45", 16, expected="2026-03-03 09:01"),
    Case("over the week-end", "2026-03-06 17:55", 15, expected="2026-03-09 09:10"),
    Case("on Saturday", "2026-03-07 12:00", 30, expected="2026-03-09 09:30"),
    Case("many days", "2026-03-02 10:00", 3000),
    Case("over the end of the year", "2026-12-31 17:30", 60, expected="2027-01-01 09:30"),
    Case("over 29 February", "2028-02-28 17:30", 600),
    # Two shifts, nights, round the clock
    Case("in the break", "2026-03-02 12:30", 10, shifts=TWO_SHIFTS, expected="2026-03-02 13:40"),
    Case("across the break", "2026-03-02 11:50", 30, shifts=TWO_SHIFTS),
    Case("two shifts, many days", "2026-03-04 11:50", 1234, shifts=TWO_SHIFTS),
    Case("night shifts", "2026-03-02 21:00", 300, shifts=NIGHT, days=tuple(range(7))),
    Case("night shifts in a zone", "2026-03-02 21:00", 700, "Asia/Kathmandu", NIGHT, (0, 1, 2)),
    Case("round the clock", "2026-03-02 21:00", 5000, shifts=AROUND, days=tuple(range(7))),
    # Time zones
    Case("Brussels", "2026-03-06 17:55", 15, "Europe/Brussels", expected="2026-03-09 09:10"),
    Case("New York", "2026-02-06 17:55", 15, "America/New_York", expected="2026-02-09 09:10"),
    Case(
        "Jerusalem, Sunday to Thursday",
        "2026-03-05 17:55",
        15,
        "Asia/Jerusalem",
        days=ISRAEL,
        expected="2026-03-08 09:10",
    ),
    Case("Kathmandu", "2026-03-06 17:55", 15, "Asia/Kathmandu", expected="2026-03-09 09:10"),
    Case("Sydney", "2026-03-06 17:55", 15, "Australia/Sydney", expected="2026-03-09 09:10"),
    Case("Sydney, before its midnight", "2026-03-02 23:30", 500, "Australia/Sydney"),
    Case("New York, at night", "2026-06-30 23:30", 777, "America/New_York", TWO_SHIFTS),
    # Daylight saving
    Case("Brussels, spring", "2026-03-27 17:00", 120, "Europe/Brussels"),
    Case("Brussels, autumn", "2026-10-23 17:00", 120, "Europe/Brussels"),
    Case("Brussels, spring night", "2026-03-28 23:00", 400, "Europe/Brussels", AROUND, range(7)),
    Case("Brussels, autumn night", "2026-10-24 23:00", 400, "Europe/Brussels", AROUND, range(7)),
    Case("Brussels, spring shift", "2026-03-28 20:00", 700, "Europe/Brussels", NIGHT, range(7)),
    Case("Brussels, autumn shift", "2026-10-24 20:00", 700, "Europe/Brussels", NIGHT, range(7)),
    Case("New York, spring", "2026-03-06 17:30", 90, "America/New_York"),
    Case("New York, autumn", "2026-10-30 17:30", 90, "America/New_York"),
    Case("Jerusalem, spring", "2026-03-26 17:30", 90, "Asia/Jerusalem", days=ISRAEL),
    Case("Jerusalem, autumn", "2026-10-22 17:30", 900, "Asia/Jerusalem", days=ISRAEL),
    Case("Sydney, autumn", "2026-04-03 17:30", 90, "Australia/Sydney"),
    Case("Sydney, spring", "2026-10-02 17:30", 90, "Australia/Sydney"),
    # Holidays and leave
    Case(
        "a holiday",
        "2026-03-02 17:55",
        15,
        holidays=(("2026-03-03 00:00", "2026-03-04 00:00"),),
        expected="2026-03-04 09:10",
    ),
    Case(
        "half a holiday",
        "2026-03-02 10:00",
        60,
        holidays=(("2026-03-02 10:30", "2026-03-02 14:00"),),
        expected="2026-03-02 14:30",
    ),
    Case(
        "a week of holidays",
        "2026-09-10 17:00",
        200,
        "Asia/Jerusalem",
        days=ISRAEL,
        holidays=(("2026-09-11 00:00", "2026-09-19 00:00"),),
    ),
    Case(
        "a holiday that begins before and two that overlap",
        "2026-05-04 12:00",
        600,
        "Europe/Brussels",
        TWO_SHIFTS,
        holidays=(
            ("2026-05-01 00:00", "2026-05-05 10:00"),
            ("2026-05-05 09:00", "2026-05-05 11:15"),
        ),
    ),
    Case(
        "leave of the responsible",
        "2026-03-02 10:00",
        120,
        leave=(("2026-03-02 11:00", "2026-03-04 11:00"),),
        expected="2026-03-04 12:00",
    ),
    Case(
        "leave and a holiday",
        "2026-04-02 10:00",
        900,
        "Europe/Brussels",
        holidays=(("2026-04-06 00:00", "2026-04-07 00:00"),),
        leave=(("2026-04-07 00:00", "2026-04-08 13:00"),),
    ),
    # Waiting for the customer
    Case(
        "a pause",
        "2026-03-02 10:00",
        60,
        pauses=(("2026-03-02 10:20", "2026-03-02 15:00"),),
        expected="2026-03-02 15:40",
    ),
    Case(
        "a pause over night",
        "2026-03-02 17:30",
        60,
        pauses=(("2026-03-02 17:40", "2026-03-04 08:00"),),
    ),
    Case(
        "two pauses",
        "2026-03-02 10:00",
        90,
        "America/New_York",
        pauses=(
            ("2026-03-02 10:20", "2026-03-03 12:00"),
            ("2026-03-03 12:10", "2026-03-09 09:30"),
        ),
    ),
    Case(
        "a pause and a holiday within it",
        "2026-03-02 17:00",
        90,
        holidays=(("2026-03-04 00:00", "2026-03-05 00:00"),),
        pauses=(("2026-03-03 09:05", "2026-03-04 12:00"),),
    ),
    Case(
        "a pause that begins after hours",
        "2026-03-02 17:00",
        90,
        pauses=(("2026-03-02 20:00", "2026-03-03 11:00"),),
        expected="2026-03-03 11:30",
    ),
    # Another salesperson
    Case(
        "reassigned",
        "2026-03-02 10:00",
        60,
        reassigned="2026-03-02 10:30",
        expected="2026-03-02 11:00",
    ),
    Case(
        "reassigned over night",
        "2026-03-06 17:55",
        15,
        "Europe/Brussels",
        reassigned="2026-03-08 10:00",
        expected="2026-03-09 09:10",
    ),
]


class Naive:
    """The independent calculation: it asks of every single minute whether somebody works."""

    def __init__(self, case):
        self.case = case
        self.zone = ZoneInfo(case.zone)
        self.away = case.spans((*case.holidays, *case.leave))
        self.paused = case.spans(case.pauses)

    def works(self, moment):
        local = moment.replace(tzinfo=UTC).astimezone(self.zone)
        hour = local.hour + local.minute / 60
        return (
            local.weekday() in self.case.days
            and any(start <= hour < end for start, end in self.case.shifts)
            and not any(start <= moment < end for start, end in self.away)
        )

    def counts(self, moment):
        return self.works(moment) and not any(a <= moment < b for a, b in self.paused)

    def deadline(self):
        moment, left = self.case.utc(self.case.start), self.case.minutes
        while left:
            left -= self.counts(moment)
            moment += MINUTE
        return moment

    def worked(self, start, end):
        minutes = int((end - start) / MINUTE)
        return sum(self.works(start + n * MINUTE) for n in range(minutes))


@tagged("post_install", "-at_install")
class TestClockTimetable(ClockCommon):
    """The clock against a calculation of its own, which asks minute by minute."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call.write({"stops_on_leave": True, "warning_minutes": 0})
        cls.resource = cls.env["resource.resource"].create(
            {"name": "Seller", "user_id": cls.seller.id, "company_id": cls.company.id}
        )

    def test_there_are_at_least_forty_cases(self):
        self.assertGreaterEqual(len(CASES), 40)
        self.assertEqual(len({case.name for case in CASES}), len(CASES))

    def test_every_case(self):
        for case in CASES:
            with self.subTest(case.name):
                self.run_case(case)

    def run_case(self, case):
        self.prepare(case)
        naive, lead = Naive(case), self.lead_at(case.utc(case.start))
        for start, end in case.spans(case.pauses):
            with self.at(start):
                lead.action_pause_clock("Measures to come")
            with self.at(end):
                lead.action_resume_clock()
        if case.reassigned:
            with self.at(case.utc(case.reassigned)):
                lead.user_id = self.colleague
        passage = self.clock(lead)
        self.assertEqual(passage.deadline, naive.deadline())
        if case.expected:
            self.assertEqual(passage.deadline, case.utc(case.expected))
        self.leave_late(case, naive, lead)

    def prepare(self, case):
        self.env["resource.calendar.leaves"].search([("company_id", "=", self.company.id)]).unlink()
        calendar = self.calendar(case.name, case.zone, case.shifts, case.days)
        self.team.lifecycle_calendar_id = calendar
        self.call.deadline_minutes = case.minutes
        for start, end in case.spans(case.holidays):
            self.holiday(start, end, calendar)
        for start, end in case.spans(case.leave):
            self.holiday(start, end, resource_id=self.resource.id)

    def leave_late(self, case, naive, lead):
        """Two days and a bit after the deadline: the delay and the working time of the stay."""
        passage = self.clock(lead)
        out = passage.deadline + timedelta(days=2, minutes=77)
        with self.at(out):
            lead.stage_id = self.offer
        self.assertEqual(passage.state, "failed")
        self.assertAlmostEqual(passage.delay_minutes, naive.worked(passage.deadline, out), 2)
        self.assertAlmostEqual(passage.working_minutes, naive.worked(passage.date_in, out), 2)
        paused = sum(naive.worked(start, end) for start, end in naive.paused)
        self.assertAlmostEqual(passage.paused_minutes, paused, 2)

    def test_a_shared_calendar_is_looked_up_once(self):
        self.team.lifecycle_calendar_id = self.calendar("Looked up", "Europe/Brussels")
        self.lead_at("2026-03-02 10:00:00")
        calendars = type(self.env["resource.calendar"])
        with self.at("2026-03-02 10:00:00"):
            original = calendars._work_intervals_batch
            calls = []

            def counted(*args, **options):
                calls.append(args)
                return original(*args, **options)

            self.patch(calendars, "_work_intervals_batch", counted)
            self.env["crm.lead"].create(
                [
                    {"name": f"Lead {n}", "team_id": self.team.id, "stage_id": self.call.id}
                    for n in range(20)
                ]
            )
        self.assertFalse(calls)

    def test_a_calendar_without_hours_sets_no_deadline(self):
        self.team.lifecycle_calendar_id = self.env["resource.calendar"].create(
            {"name": "Never", "attendance_ids": [Command.clear()], "company_id": self.company.id}
        )
        lead = self.lead_at("2026-03-02 10:00:00")
        self.assertFalse(self.clock(lead).deadline)
        self.assertEqual(self.state_at("2027-03-02 10:00:00", lead), "none")
        stay = self.clock(lead)
        lead.stage_id = self.offer
        self.assertEqual(stay.state, "passed")
