"""Work for each job of the room pipeline, and what came of it. Goes on from ``fire_driver.py``."""

# ruff: noqa: F821 - query, do, fork, wait and result are those of the shell and of fire_driver
from datetime import timedelta

from odoo import Command, fields
from odoo.addons.crm_lifecycle.models.pipeline import (
    crm_lead_job,
    crm_stage_document_job,
    stage_passage_alert,
    stage_passage_found,
    start_rule_start,
)

EACH = 12
# Small pieces, so that there are many moments between two commits.
for module in (
    crm_lead_job,
    crm_stage_document_job,
    stage_passage_alert,
    stage_passage_found,
    start_rule_start,
):
    module.BATCH = 3

JOBS = (
    lambda in_env: in_env["crm.stage.passage"]._cron_clock(),
    lambda in_env: in_env["crm.lead"]._cron_return(),
    lambda in_env: in_env["crm.lead"]._cron_retry(),
    lambda in_env: in_env["crm.lead"]._cron_late_contacts(),
    lambda in_env: in_env["crm.stage.document.job"]._cron_prepare(),
    lambda in_env: in_env["crm.start.rule"]._cron_start(),
    lambda in_env: in_env["crm.stage.passage"]._cron_found(),
)
STAYS = """
    SELECT passage.lead_id, passage.stage_id, passage.date_in, passage.date_out, passage.entry,
           passage.exit, passage.state
      FROM crm_stage_passage passage JOIN crm_lead lead ON lead.id = passage.lead_id
     WHERE lead.name LIKE 'Fire found%%' ORDER BY passage.lead_id, passage.date_in, passage.id
"""


def scene(in_env):
    """A company that never sleeps, Tom who sells and Michael who leads; and all the work."""
    tom = in_env["res.users"].search([("login", "=", "tom")])
    company = tom.company_id
    in_env = in_env(context={"allowed_company_ids": company.ids})
    hours = [
        Command.create({"name": str(day), "dayofweek": str(day), "hour_from": 0, "hour_to": 24})
        for day in range(7)
    ]
    company.resource_calendar_id = in_env["resource.calendar"].create(
        {"name": "Fire", "tz": "UTC", "attendance_ids": [Command.clear(), *hours]}
    )
    team = in_env["crm.team"].create(
        {
            "name": "Fire",
            "company_id": company.id,
            "user_id": in_env["res.users"].search([("login", "=", "michael")]).id,
        }
    )
    for step in in_env["crm.stage.escalation"].search([]):
        step.active = False
    for action, minutes in (("responsible", 0), ("manager", 10)):
        in_env["crm.stage.escalation"].create(
            {"company_id": company.id, "action": action, "minutes": minutes}
        )
    stages = in_env["crm.stage"].create(
        [
            {"name": f"Fire {name}", "sequence": place, "team_ids": team.ids, **vals}
            for place, (name, vals) in enumerate(
                {"first": {}, "clock": {"deadline_minutes": 5}, "papers": {}, "last": {}}.items()
            )
        ]
    )
    return in_env, tom, team, dict(zip(("first", "clock", "papers", "last"), stages, strict=True))


def leads(in_env, tom, team, subject, stage, **vals):
    return in_env["crm.lead"].create(
        [
            {
                "name": f"Fire {subject} {number}",
                "type": "opportunity",
                "user_id": tom.id,
                "team_id": team.id,
                "company_id": team.company_id.id,
                "stage_id": stage.id,
                "email_from": f"fire{number}@x.example",
                **vals,
            }
            for number in range(EACH)
        ]
    )


def make_rule(in_env, tom, team):
    """Customers who bought ten days ago, and the rule that chooses them."""
    in_env["crm.start.rule"].search([]).active = False
    tag = in_env["res.partner.category"].create({"name": "Fire"})
    today = in_env["crm.start.rule"]._today()
    customers = in_env["res.partner"].create(
        [
            {"name": f"Fire {number}", "user_id": tom.id, "category_id": tag.ids}
            for number in range(EACH)
        ]
    )
    bought = today - timedelta(days=10)
    in_env["crm.customer.value"].create(
        [
            {
                "partner_id": customer.id,
                "company_id": team.company_id.id,
                "first_purchase_date": bought,
                "last_purchase_date": bought,
                "tier": "a",
            }
            for customer in customers
        ]
    )
    in_env["crm.start.rule"].create(
        {
            "name": "Fire",
            "company_id": team.company_id.id,
            "days": 10,
            "window_days": 5,
            "segment_ids": tag.ids,
            "lead_name": "Fire rule {customer}",
            "team_id": team.id,
        }
    )


def make_papers(in_env, stage):
    """A mail that is sent by itself, and a quotation."""
    template = in_env["mail.template"].create(
        {
            "name": "Fire",
            "model_id": in_env["ir.model"]._get_id("crm.lead"),
            "subject": "Fire: {{ object.name }}",
            "body_html": "<p>Hello</p>",
            "email_to": "{{ object.email_from }}",
        }
    )
    product = in_env["product.product"].create({"name": "Fire", "list_price": 10})
    line = Command.create({"product_id": product.id, "quantity": 2})
    in_env["crm.stage.document"].create(
        [
            {
                "name": "Fire mail",
                "stage_id": stage.id,
                "kind": "mail",
                "mail_template_id": template.id,
                "send_automatically": True,
            },
            {
                "name": "Fire quotation",
                "stage_id": stage.id,
                "kind": "quotation",
                "line_ids": [line],
            },
        ]
    )


def make_work(in_env):
    """Work for every job, none of it due yet."""
    in_env, tom, team, stages = scene(in_env)
    like = {"in_env": in_env, "tom": tom, "team": team}
    make_rule(**like)
    make_papers(in_env, stages["papers"])
    leads(subject="clock", stage=stages["clock"], **like)
    leads(subject="late", stage=stages["first"], arrival="web", **like)
    off = leads(subject="put off", stage=stages["first"], **like)
    off._put_off(fields.Date.today() + timedelta(days=9), "Fire")
    lost = leads(subject="lost", stage=stages["first"], **like)
    lost.action_set_lost(lost_reason_id=in_env["crm.lost.reason"].search([], limit=1).id)
    lost.write({"retry_on": fields.Date.today() + timedelta(days=9)})
    buyer = in_env["res.partner"].create({"name": "Fire buyer", "email": "buyer@x.example"})
    leads(subject="papers", stage=stages["papers"], partner_id=buyer.id, **like)
    leads(subject="found", stage=stages["first"], **like)
    return stages["clock"].id, stages["last"].id


def move(stage_id):
    def work(in_env):
        in_env["crm.lead"].search([("name", "like", "Fire found")]).stage_id = stage_id

    return work


def set_fire():
    """All the work, due now.

    :return: the stays as they are found by one undisturbed job
    """
    clock, last = do(make_work)
    do(move(clock))
    do(move(last))
    query("""UPDATE crm_stage_passage SET deadline = deadline - INTERVAL '1 day',
                    clock_since = clock_since - INTERVAL '1 day',
                    next_check_at = next_check_at - INTERVAL '1 day'
              WHERE lead_id IN (SELECT id FROM crm_lead WHERE name LIKE 'Fire clock%%')""")
    query(
        """UPDATE crm_lead SET put_off_until = CURRENT_DATE - 3 WHERE name LIKE 'Fire put off%%'"""
    )
    query("""UPDATE crm_lead SET retry_on = CURRENT_DATE - 3 WHERE name LIKE 'Fire lost%%'""")
    query("""UPDATE crm_lead SET contact_deadline = contact_deadline - INTERVAL '9 days'
              WHERE name LIKE 'Fire late%%'""")
    forget_stays()
    do(JOBS[-1])
    truth = query(STAYS)
    forget_stays()
    return truth


def forget_stays():
    query("""DELETE FROM crm_stage_passage
              WHERE lead_id IN (SELECT id FROM crm_lead WHERE name LIKE 'Fire found%%')""")


def kill_jobs(times, seed):
    """Start jobs at random and kill them at random, until ``times`` died before their end."""
    generator, killed, number = random.Random(seed), 0, 0
    while killed < times and number < 4 * times:
        number += 1
        pid = fork(JOBS[number % len(JOBS)])
        time.sleep(generator.uniform(0.0, 0.25))
        os.kill(pid, signal.SIGKILL)
        killed += wait(pid) == -signal.SIGKILL
    return killed


def counts(sql):
    """How often each lead has something, as a list of the different counts."""
    return sorted({count for _lead, count in query(sql)})


def activities(subject):
    return counts(f"""
        SELECT lead.id, COUNT(activity.id)
          FROM crm_lead lead LEFT JOIN mail_activity activity
            ON activity.res_id = lead.id AND activity.res_model = 'crm.lead'
         WHERE lead.name LIKE 'Fire {subject}%%' AND lead.active GROUP BY 1""")


def notices(subject):
    """E-mails that wait in the queue to tell somebody of an activity."""
    return counts(f"""
        SELECT lead.id, COUNT(mail.id)
          FROM crm_lead lead
          LEFT JOIN mail_message message
            ON message.model = 'crm.lead' AND message.res_id = lead.id
           AND message.message_type = 'user_notification'
           AND message.subject LIKE '%%assigned to you'
          LEFT JOIN mail_mail mail ON mail.mail_message_id = message.id AND mail.state = 'outgoing'
         WHERE lead.name LIKE 'Fire {subject}%%' AND lead.active GROUP BY 1""")


def made_by_jobs():
    """What starting rules and documents of stages made."""
    return {
        "rule": counts("""
                SELECT partner.id, COUNT(lead.id) FROM res_partner partner
                  LEFT JOIN crm_lead lead ON lead.partner_id = partner.id
                 WHERE partner.name ~ '^Fire [0-9]+$' GROUP BY 1"""),
        "made": counts("""
                SELECT partner.id, COUNT(made.id) FROM res_partner partner
                  LEFT JOIN crm_start_rule_made made ON made.partner_id = partner.id
                 WHERE partner.name ~ '^Fire [0-9]+$' GROUP BY 1"""),
        "quotations": counts("""
                SELECT lead.id, COUNT(orders.id) FROM crm_lead lead
                  LEFT JOIN sale_order orders ON orders.opportunity_id = lead.id
                 WHERE lead.name LIKE 'Fire papers%%' GROUP BY 1"""),
        "mails": counts("""
                SELECT lead.id, COUNT(mail.id) FROM crm_lead lead
                  LEFT JOIN mail_message message
                    ON message.model = 'crm.lead' AND message.res_id = lead.id
                   AND message.subject LIKE 'Fire: %%'
                  LEFT JOIN mail_mail mail ON mail.mail_message_id = message.id
                 WHERE lead.name LIKE 'Fire papers%%' GROUP BY 1"""),
        "papers": sorted(
            {
                state
                for (state,) in query(
                    "SELECT job.state FROM crm_stage_document_job job JOIN crm_lead lead"
                    " ON lead.id = job.lead_id WHERE lead.name LIKE 'Fire papers%%'"
                )
            }
        ),
    }


def outcome(truth):
    """What came of the work: each list is the different counts that there are."""
    return {
        "alerts": counts("""
                SELECT lead.id, COUNT(alert.id) FROM crm_lead lead
                  LEFT JOIN crm_stage_alert alert ON alert.lead_id = lead.id
                 WHERE lead.name LIKE 'Fire clock%%' GROUP BY 1"""),
        "failed": query("""
                SELECT COUNT(*) FROM crm_stage_passage passage JOIN crm_lead lead
                    ON lead.id = passage.lead_id
                 WHERE lead.name LIKE 'Fire clock%%' AND passage.state = 'failed'""")[0][0],
        "clock": activities("clock"),
        "late": activities("late"),
        "notices": [notices(subject) for subject in ("clock", "late", "put off", "lost")],
        "put_off": activities("put off"),
        "still_off": query(
            "SELECT COUNT(*) FROM crm_lead WHERE name LIKE 'Fire put off%%'"
            " AND put_off_until IS NOT NULL"
        )[0][0],
        "tried": counts("""
                SELECT lead.id, COUNT(again.id) FROM crm_lead lead
                  LEFT JOIN crm_lead again ON again.retried_from_id = lead.id
                 WHERE lead.name LIKE 'Fire lost%%' AND NOT lead.active GROUP BY 1"""),
        "lost": activities("lost"),
        **made_by_jobs(),
        "stays": len(truth),
        "wrong_stays": [str(row) for row in set(truth) ^ set(query(STAYS))][:5],
        "stays_twice": len(query(STAYS)) - len(truth),
    }


def told(truth, **more):
    """Report what came of it, and what would if one thing were done twice."""
    came = outcome(truth)
    query("UPDATE crm_lead SET retried_at = NULL WHERE name = 'Fire lost 3' AND NOT active")
    wait(fork(JOBS[2]))
    result({**came, **more, "seen": outcome(truth)["tried"]})
    os._exit(0)
