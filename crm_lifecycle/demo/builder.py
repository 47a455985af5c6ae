"""Two years of trade of the demo company, in the order things depend on each other."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cached_property

from odoo import fields

from . import (
    cadences,
    conversations,
    events,
    figures,
    invoices,
    pipeline,
    profiles,
    prospects,
    segments,
    service,
)
from .habits import HABITS, PROSPECTS, STUDENTS, Habit

SEED = 19
MONTH = 30.4


class Story:
    """What all builders share: the company's environment, its people, today, the dice."""

    def __init__(self, env):
        """Everything is done as the superuser, in the demo company, without mails."""
        company = env.ref("crm_lifecycle.demo_company")
        context = {
            "allowed_company_ids": company.ids,
            "lang": "en_US",
            "mail_create_nolog": True,
            "mail_create_nosubscribe": True,
            "mail_auto_subscribe_no_notify": True,
            "tracking_disable": True,
        }
        self.env = env(context=context)
        self.company = company.with_env(self.env)
        self.today = fields.Date.context_today(self.company)
        self.random = random.Random(SEED)

    def ref(self, name):
        """A record of the demo data files."""
        return self.env.ref(f"crm_lifecycle.demo_{name}")

    def user(self, login):
        """One of the personas."""
        return self.ref(f"user_{login}")

    @cached_property
    def customers(self):
        """Partner by name in ``HABITS``."""
        return {name: self.ref(name) for name in HABITS}

    @cached_property
    def students(self):
        """Customers who are known to study."""
        return self.env["res.partner"].union(*(self.customers[name] for name in STUDENTS))

    @cached_property
    def prospects(self):
        """Partner by name in ``PROSPECTS``."""
        return {name: self.ref(name) for name in PROSPECTS}

    def days(self, habit: Habit, per_year: float) -> list[date]:
        """Working days on which something happens, as often as said, oldest first."""
        first, last = habit.since * MONTH, habit.until * MONTH
        count = max(1, round(per_year * (first - last) / 365))
        step = (first - last) / count
        places = [first - (place + self.random.uniform(0.1, 0.9)) * step for place in range(count)]
        return [self.working_day(place) for place in places]

    def working_day(self, days_ago: float) -> date:
        """A day that far back that is no Friday or Saturday."""
        day = self.today - timedelta(days=max(1, round(days_ago)))
        weekend = {4: 1, 5: 2}
        return day - timedelta(days=weekend.get(day.weekday(), 0))


def build(env):
    """Build everything, once, and the figures that come out of it."""
    story = Story(env)
    appoint(story)
    built = story.env["account.move"].search_count([("company_id", "=", story.company.id)], limit=1)
    if not built:
        trade(story)
    figures.add_up(story)
    if not built:
        cadences.keep_in_touch(story)
        segments.gather(story)
        events.happen(story)


def trade(story: Story):
    """Two years of it."""
    sold = invoices.sell(story)
    service.log_hours(story)
    service.send_back(story, sold)
    invoices.collect(story, sold)
    pipeline.open_processes(story)
    prospects.talk(story)
    profiles.describe(story)
    conversations.converse(story)
    pipeline.sell(story)


def appoint(story: Story):
    """Payment terms, account managers, and since when we know them."""
    everybody = story.env["res.partner"].union(*story.customers.values(), *story.prospects.values())
    term = story.env.ref("account.account_payment_term_30days")
    everybody.property_payment_term_id = term
    kept = [name for name, habit in HABITS.items() if habit.manager]
    for login in {HABITS[name].manager for name in kept}:
        mine = [story.customers[name].id for name in kept if HABITS[name].manager == login]
        story.env["res.partner"].browse(mine).account_manager_id = story.user(login)
