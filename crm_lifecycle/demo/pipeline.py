"""Both sales processes of the demo company: who is where, since when, and a starting rule."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from odoo.tools import SQL

from .habits import PROSPECTS

WIN = ("email", "call_set", "call_held", "demo", "quotation", "negotiation", "won")
GROW = ("idea", "review", "proposal", "won")

# Customers who were won: how many days ago the order came, and its amount.
WON = {"nova_dental": (118, 21000), "alon_build": (122, 34000), "greenroof": (115, 17500)}

# More to those who bought: the stage, what for, and what it may bring.
MORE = {
    "gefen": ("review", "Shutters", 18000),
    "sela": ("proposal", "Second floor windows", 42000),
    "northgate": ("idea", "Maintenance contract", 9000),
    "brosh": ("proposal", "Glass partition", 26000),
    "dekel_hotel": ("won", "Balcony doors", 58000),
    "studio_arc": ("won", "Showroom front", 31000),
    "almog": ("review", "Acoustic windows", 37000),
    "hadas": ("idea", "Mosquito screens", 4800),
}
# What was spent on finding whom, and where.
CAMPAIGNS = {
    "Spring Windows": (2400, "Facebook", ("nova_dental", "greenroof", "mosaic", "neta_paz")),
    "Architects' Evening": (5200, "Newsletter", ("alon_build", "skyline", "erez_arch")),
    "Neighbourhood Leaflet": (900, "Lead Recall", ("oliver_stone", "shira_dan")),
}
# Who wanted nothing: days ago, and in which stage they said so.
LOST = {"carmel_clinic": ("proposal", "Skylight", 23000)}


def open_processes(story):
    """Take the ready-made stages into use for the company's team.

    Odoo's own stages stay: the main company works with them.
    """
    stages = stage(story, "win", *WIN) | stage(story, "grow", *GROW)
    stages.write({"active": True, "team_ids": story.ref("team").ids})


def stage(story, process, *names):
    """The ready-made stages of these names."""
    stages = story.env["crm.stage"]
    return stages.union(*[story.env.ref(f"crm_lifecycle.stage_{process}_{name}") for name in names])


def sell(story):
    """Take every lead as far as it came, and set when that was."""
    for name, (reached, _amount) in PROSPECTS.items():
        lead = story.env["crm.lead"].search([("partner_id", "=", story.prospects[name].id)])
        walk(story, lead, "win", WIN, reached, ended=story.random.uniform(1, 9))
    for name, (days_ago, amount) in WON.items():
        lead = add_lead(story, name, "acquisition", "Windows", amount)
        walk(story, lead, "win", WIN, "won", ended=days_ago)
    for name, (reached, what, amount) in (MORE | LOST).items():
        lead = add_lead(story, name, "enhancement", what, amount)
        walk(story, lead, "grow", GROW, reached, ended=story.random.uniform(2, 25))
        if name in LOST:
            reason = story.env.ref("crm.lost_reason_1", raise_if_not_found=False)
            lead.action_set_lost(lost_reason_id=reason.id if reason else False)
    add_campaigns(story)
    add_rule(story)
    forget_scoring(story)


def add_campaigns(story):
    """Say which campaign brought whom, what it cost, and what they bought since."""
    for title, (cost, source, names) in CAMPAIGNS.items():
        values = {"title": title, "company_id": story.company.id, "cost": cost}
        customers = story.env["res.partner"].union(
            *[story.customers.get(name) or story.prospects[name] for name in names]
        )
        brought = {
            "campaign_id": story.env["utm.campaign"].create(values).id,
            "source_id": find_source(story, source).id,
        }
        leads = story.env["crm.lead"].search(
            [("partner_id", "in", customers.ids), ("lifecycle_phase", "=", "acquisition")]
        )
        leads.write(brought)
        bills = [("partner_id", "in", customers.ids), ("move_type", "=", "out_invoice")]
        story.env["account.move"].search(bills).write(brought)


def find_source(story, name):
    """The source of this name, made where there is none."""
    sources = story.env["utm.source"]
    return sources.search([("name", "=", name)], limit=1) or sources.create({"name": name})


def forget_scoring(story):
    """Let Odoo's scoring learn of the company in its nightly job, like of everybody else.

    Each team that it knows costs a query a lead where leads are assigned.
    """
    known = story.env["crm.lead.scoring.frequency"].search([("team_id", "=", story.ref("team").id)])
    known.unlink()


def add_lead(story, name, phase, what, amount):
    """A lead of a customer, in the first stage; enhancement goes to the account manager."""
    customer = story.customers[name]
    process, first = ("win", WIN[0]) if phase == "acquisition" else ("grow", GROW[0])
    values = {"user_id": customer.user_id.id} if phase == "acquisition" else {}
    return story.env["crm.lead"].create(
        {
            "name": f"{what} for {customer.name}",
            "type": "opportunity",
            "partner_id": customer.id,
            "lifecycle_phase": phase,
            "team_id": story.ref("team").id,
            "company_id": story.company.id,
            "stage_id": stage(story, process, first).id,
            "expected_revenue": amount,
            **values,
        }
    )


def walk(story, lead, process, names, reached, ended):
    """Move a lead on stage by stage, and set the dates of its way.

    :param float ended: how many days ago it came to the last stage
    """
    for name in names[1 : names.index(reached) + 1]:
        lead.stage_id = stage(story, process, name)
    stays = story.env["crm.stage.passage"].search([("lead_id", "=", lead.id)], order="id")
    days_ago = ended
    leaves = None
    for stay in reversed(stays):
        comes = datetime.combine(story.working_day(days_ago), time(9)) + timedelta(
            minutes=story.random.randint(0, 480)
        )
        comes = min(comes, leaves or comes)
        values = {"date_in": comes}
        if leaves:
            minutes = (leaves - comes).total_seconds() / 60
            values.update(date_out=leaves, calendar_minutes=minutes)
        stay.write(values)
        leaves = comes
        days_ago += story.random.uniform(2, 8)
    set_dates(story, lead, leaves, stays[-1:].date_in)


def set_dates(story, lead, created, moved):
    """When the lead came, and when it was moved last; no field of a form sets these."""
    story.env.flush_all()
    story.env.cr.execute(
        SQL(
            """UPDATE crm_lead
                  SET create_date = %(created)s, date_open = %(created)s,
                      arrived_at = %(created)s, assigned_at = %(created)s,
                      date_last_stage_update = %(moved)s,
                      date_closed = CASE WHEN won_status = 'won' THEN %(moved)s END
                WHERE id = %(lead)s""",
            created=created,
            moved=moved,
            lead=lead.id,
        )
    )
    lead.invalidate_recordset()


def add_rule(story):
    """A review for good customers, some months after they last bought."""
    story.env["crm.start.rule"].create(
        {
            "name": "Review with good customers after 60 days of silence",
            "company_id": story.company.id,
            "team_id": story.ref("team").id,
            "days": 60,
            "window_days": 120,
            "tier_a": True,
            "tier_b": True,
            "lead_name": "What next for {customer}?",
        }
    )
