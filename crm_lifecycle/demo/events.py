"""What happened at the customers of the demo company, and what was done about it."""

from __future__ import annotations

from datetime import timedelta

from odoo import Command

# Customer, type of event, days ago, what was heard, in the two languages of the customers.
HEARD = (
    ("marina", "new_manager", 6, "A new head of purchasing.", "מנהל רכש חדש."),
    ("almog", "competitor", 12, "Alumax measured there.", "אלומקס מדדו שם."),
    ("almog", "expansion", 50, "They won a second site.", "זכו באתר שני."),
    ("tower_ten", "layoffs", 35, "A third of the crew left.", "שליש מהצוות עזב."),
)
SWITCHED_ON = ("overdue", "complaint")


def happen(story):
    """Events by hand, one with a reaction that was done, and those the rules notice."""
    plan_reaction(story)
    story.env["crm.customer.event"].create([prepare(story, *heard) for heard in HEARD])
    react(story)
    notice(story)


def plan_reaction(story):
    """Who hears of a competitor calls and makes an offer."""
    todo = story.env.ref("mail.mail_activity_data_todo")
    plan = story.env["mail.activity.plan"].create(
        {
            "name": "Answer a competitor",
            "res_model": "res.partner",
            "company_id": story.company.id,
            "template_ids": [
                Command.create({"activity_type_id": todo.id, "summary": summary, **after})
                for summary, after in (
                    ("Ask what they were offered", {}),
                    ("Make them an offer", {"delay_count": 2, "delay_from": "after_plan_date"}),
                )
            ],
        }
    )
    story.env.ref("crm_lifecycle.event_type_competitor").plan_id = plan


def prepare(story, name, code, days, english, hebrew):
    """The values of one event."""
    customer = story.customers[name]
    return {
        "partner_id": customer.id,
        "company_id": story.company.id,
        "type_id": story.env.ref(f"crm_lifecycle.event_type_{code}").id,
        "date": story.today - timedelta(days=days),
        "note": hebrew if customer.lang == "he_IL" else english,
    }


def react(story):
    """The first task about the competitor is done."""
    domain = [("company_id", "=", story.company.id), ("reaction_ids", "!=", False)]
    event = story.env["crm.customer.event"].search(domain, limit=1)
    first = event.reaction_ids.sorted("id")[:1]
    first.with_user(first.user_id).sudo().action_feedback(feedback="Ten percent less.")


def notice(story):
    """The rules that this company has switched on look for the first time."""
    domain = [("company_id", "=", story.company.id), ("kind", "in", SWITCHED_ON)]
    rules = story.env["crm.event.rule"].with_context(active_test=False).search(domain)
    rules.active = True
    for rule in rules:
        while rule._notice_batch(story.today):
            continue
