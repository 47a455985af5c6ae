"""Who is contacted how often in the demo company, and what the morning lists show."""

from __future__ import annotations

from datetime import timedelta

from odoo import Command

from ..models.value.scope import Scope

WORKDAYS = {"friday": False, "saturday": False, "sunday": True}
BEST = {
    "name": "Best customers: a call every month",
    "sequence": 10,
    "tier_a": True,
    "tier_b": True,
}
MONTHLY = {
    "name": "Monthly call",
    "ideal_number": 1,
    "ideal_unit": "months",
    "max_number": 6,
    "max_unit": "weeks",
    "talk": "How the windows hold, what is planned for the house, whom they would tell of us.",
}
OTHERS = {"name": "Everybody else: hear from us twice a year", "sequence": 20}
HALF_YEARLY = {
    "name": "How are you?",
    "responsible_type": "salesperson",
    "ideal_number": 4,
    "ideal_unit": "months",
    "max_number": 6,
    "max_unit": "months",
    "talk": "Whether everything works, and what is new with us.",
}
# The planning as it went on: each so many days ago.
DAYS = range(56, -1, -7)
PEOPLE = ("dana", "tom")
PUT_OFF = "Abroad, asked for a call after the holidays"


def keep_in_touch(story):
    """Two cadences that have run for two months, and what people did with what is due."""
    _start(story, BEST, MONTHLY)
    _start(story, OTHERS, HALF_YEARLY)
    customers = tuple(partner.id for partner in story.customers.values())
    for days in DAYS:
        scope = Scope(story.today - timedelta(days=days), customers=customers)
        story.env["crm.touchpoint.plan"]._replan(scope)
    for login in PEOPLE:
        _put_one_off(story, login)
        _make_one(story, login)
    story.env["crm.customer.value.refresh"]._refresh_customers(set(customers))


def _start(story, cadence, step):
    """A running cadence of one step."""
    cadence = story.env["crm.cadence"].create(
        {
            **cadence,
            "company_id": story.company.id,
            "step_ids": [Command.create({**WORKDAYS, **step})],
        }
    )
    cadence.write({"state": "running", "started_on": story.today - timedelta(days=max(DAYS))})


def _due(story, login):
    """What is due on somebody's list, oldest first."""
    domain = [
        ("user_id", "=", story.user(login).id),
        ("company_id", "=", story.company.id),
        ("state", "=", "planned"),
        ("due_date", "<=", story.today),
    ]
    return story.env["crm.touchpoint"].search(domain, order="due_date, id")


def _put_one_off(story, login):
    """The last one waits for ten days."""
    _due(story, login)[-1:].action_put_off(story.today + timedelta(days=10), PUT_OFF)


def _make_one(story, login):
    """One of this morning is made already."""
    row = _due(story, login)[-1:]
    if row:
        row.with_user(story.user(login)).sudo()._log_contact(
            {
                "channel_id": story.env.ref("crm_lifecycle.channel_call").id,
                "direction": "out",
                "minutes": 10,
                "said": "All is well; wants an offer for the balcony door in spring.",
            }
        )
