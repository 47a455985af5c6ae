import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.cadence import next_due
from ..models.value.scope import Scope
from .touchpoint_common import TouchpointCommon

DAYS = 4 * 365 + 1
CUSTOMERS = 12


@dataclass
class Line:
    """One customer and step as a person with a diary would keep them."""

    rhythm: object
    contacts: list
    history: list = field(default_factory=list)
    start: date | None = None
    floor: date | None = None
    since: date | None = None
    due: object = None
    shown: object = None

    def day(self, today, fits, at_risk):
        """What is true at the end of a day."""
        if not fits:
            self.close("skipped", today)
            return
        made = [day for day in self.contacts if day <= today]
        if self.due is None:
            self.start, self.floor = None, today
        else:
            hit = min((day for day in made if day > self.since), default=None)
            if hit:
                self.close("done", hit)
                self.start, self.floor = None, hit
        self.date(made, at_risk)
        if self.shown and today > self.due.missed_after:
            since = self.since
            self.close("missed", self.due.missed_after)
            self.start, self.floor = since, today
            self.date(made, at_risk)
        self.shown = self.due

    def date(self, made, at_risk):
        """The next day, from the last contact, or from the day that stands in its place."""
        known = [day for day in (max(made, default=None), self.start) if day]
        self.since = max(known, default=self.floor)
        self.due = next_due(self.rhythm, self.since, not_before=self.floor, at_risk=at_risk)

    def close(self, state, day):
        if self.due is not None:
            self.history.append((state, day, self.shown.day, self.shown.latest))
        self.due = self.shown = None


@tagged("post_install", "-at_install")
class TestTouchpointSimulation(TouchpointCommon):
    """Four years day by day, against a diary: nothing missed, nothing twice, the same days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dice = random.Random(5)
        cls.first = cls.today - timedelta(days=DAYS)
        cls.monthly.step_ids = [
            Command.update(
                cls.step.id,
                {
                    "ideal_number": 1,
                    "ideal_unit": "months",
                    "max_number": 6,
                    "max_unit": "weeks",
                    "saturday": False,
                    "friday": False,
                },
            ),
            Command.create(
                {
                    "name": "Visit",
                    "channel_ids": cls.visit_channel,
                    "ideal_number": 6,
                    "ideal_unit": "months",
                    "max_number": 8,
                    "max_unit": "months",
                }
            ),
        ]
        cls.partners = [cls.customer_of(cls.anna, f"No. {n}") for n in range(CUSTOMERS)]
        for partner in cls.partners:
            cls.worth(partner, tier="a")
        cls.lines = {
            (partner.id, step.id): Line(step._rhythm(), [])
            for partner in cls.partners
            for step in cls.monthly.step_ids
        }
        cls._talk()

    @classmethod
    def _talk(cls):
        """Contacts at random, some customers more often than others, some months silent."""
        vals_list = []
        for number, partner in enumerate(cls.partners):
            day = cls.first + timedelta(days=cls.dice.randrange(40))
            while day < cls.today:
                visit = cls.dice.random() < 0.2
                vals_list.append(cls._talk_vals(partner, day, visit))
                for step in cls.monthly.step_ids:
                    if visit or not step.channel_ids:
                        cls.lines[partner.id, step.id].contacts.append(day)
                day += timedelta(days=1 + int(cls.dice.expovariate(1 / (15 + 9 * number))))
        cls.env["crm.interaction"].create(vals_list)

    @classmethod
    def _talk_vals(cls, partner, day, visit):
        channel = cls.visit_channel if visit else cls.call_channel
        return {
            "contact_id": partner.id,
            "company_id": cls.company.id,
            "channel_id": channel.id,
            "user_id": cls.anna.id,
            "direction": cls.dice.choice(("in", "out")),
            "date": fields.Datetime.to_datetime(day) + timedelta(hours=cls.dice.randrange(24)),
        }

    def _befall(self, states):
        """Now and then a customer falls into risk, recovers, leaves tier A or returns."""
        for partner in self.partners:
            if self.dice.random() < 0.01:
                tier, health = states[partner.id]
                if self.dice.random() < 0.3:
                    tier = "c" if tier == "a" else "a"
                else:
                    health = "good" if health == "risk" else "risk"
                states[partner.id] = (tier, health)
                self.env.cr.execute(
                    SQL(
                        "UPDATE crm_customer_value SET tier = %s, health = %s"
                        " WHERE partner_id = %s AND company_id = %s",
                        tier,
                        health,
                        partner.id,
                        self.company.id,
                    )
                )

    def _stored(self, states):
        """The stored touchpoints: dict of (customer, step) to a list, oldest first."""
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, step_id, state, closed_on, due_date, max_date
                     FROM crm_touchpoint
                    WHERE partner_id = ANY(%s) AND (closed_on IS NULL) = %s
                    ORDER BY id""",
                [partner.id for partner in self.partners],
                states == "open",
            )
        )
        found = {key: [] for key in self.lines}
        for partner, step, *values in rows:
            found[partner, step].append(tuple(values))
        return found

    def _assert_open(self):
        expected = {
            key: [("planned", None, line.due.day, line.due.latest)] if line.due else []
            for key, line in self.lines.items()
        }
        self.assertEqual(self._stored("open"), expected)

    def test_four_years(self):
        states = {partner.id: ("a", "good") for partner in self.partners}
        customers = tuple(partner.id for partner in self.partners)
        self.env.flush_all()
        for offset in range(DAYS + 1):
            today = self.first + timedelta(days=offset)
            self._befall(states)
            scope = Scope(today, customers=customers)
            self.planner._replan(scope)
            for (partner, _step), line in self.lines.items():
                tier, health = states[partner]
                line.day(today, tier == "a", health == "risk")
            if offset % 40 == 0:
                self._assert_open()
                self.assertFalse(any(self.planner._replan(scope).values()))
        self._assert_open()
        closed = self._stored("closed")
        self.assertEqual(closed, {key: line.history for key, line in self.lines.items()})
        kinds = {row[0] for rows in closed.values() for row in rows}
        self.assertEqual(kinds, {"done", "missed", "skipped"})
