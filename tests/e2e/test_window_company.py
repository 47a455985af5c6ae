"""A window company sells a window: request, call, measuring, agreement, payment, installation.

Every stage has its condition, its person, its deadline and its document. Tom works in English,
Dana in Hebrew. The measuring is late on purpose, and the manager hears of it.
"""

import time

import pytest

from tests.e2e import browser as browsers
from tests.e2e.browser import Person, expect

MANAGER = "michael"
# Who sells, and who measures for them. Tom works in English, Dana in Hebrew.
PEOPLE = {"tom": "dana", "dana": "tom"}
DAY = 9 * 60
MINUTE = 60
QUARTER = 15
# Beside the lead's buttons the status bar shows all stages only on a wide screen.
WIDE = (2300, 1000)
LATE = "Measured"
# Name, working minutes there, whose it is, what it asks for, and its document.
STAGES = (
    ("Request", QUARTER, "salesperson", None, "Thanks"),
    ("Called", 2 * DAY, "salesperson", {"kind": "contact", "channel_kind": "call"}, "Invitation"),
    ("Measured", 3 * DAY, "user", {"kind": "fields", "field": "street"}, "Measures"),
    ("Agreed", 3 * DAY, "team_leader", {"kind": "fields", "field": "expected_revenue"}, "Contract"),
    ("Paid", 5 * DAY, "salesperson", {"kind": "activity"}, "Receipt"),
    ("Installed", 0, "salesperson", {"kind": "fields", "field": "partner_name"}, "Warranty"),
)
FILLED = {"street": "1 Herzl", "expected_revenue": "12000", "partner_name": "Levi family"}

MAKE_PROCESS = """
from odoo import Command
user = env['res.users'].search([('login', '=', arguments['login'])])
manager = env['res.users'].search([('login', '=', arguments['manager'])])
company = user.company_id
env = env(context={'allowed_company_ids': company.ids, 'tracking_disable': True})
always = env['resource.calendar'].create({
    'name': 'Day and night', 'company_id': company.id, 'tz': 'UTC',
    'attendance_ids': [Command.clear()] + [
        Command.create({'name': str(day), 'dayofweek': str(day), 'hour_from': 0, 'hour_to': 24})
        for day in range(7)]})
company.resource_calendar_id = always
team = env['crm.team'].create({
    'name': 'Windows of ' + user.login, 'company_id': company.id, 'user_id': manager.id,
    'member_ids': [Command.set(user.ids)]})
fields_of = env['ir.model.fields']
ids = []
everybody = env['crm.stage'].search([('team_ids', '=', False)])
everybody.team_ids = env['crm.team'].search([('id', '!=', team.id)])
measurer = env['res.users'].search([('login', '=', arguments['measurer'])])
payment = env['mail.activity.type'].create({'name': 'Payment of ' + user.login})
for index, (name, minutes, whose, asked, document) in enumerate(arguments['stages']):
    stage = env['crm.stage'].create({
        'name': name, 'sequence': index, 'team_ids': [Command.set(team.ids)],
        'lifecycle_phase': 'acquisition', 'is_won': index == len(arguments['stages']) - 1,
        'deadline_minutes': minutes, 'responsible_type': whose,
        'responsible_user_id': whose == 'user' and measurer.id})
    ids.append(stage.id)
    if asked:
        criterion = {'stage_id': stage.id, 'name': 'Needed for ' + name, 'kind': asked['kind']}
        if asked['kind'] == 'fields':
            field = fields_of._get('crm.lead', asked['field'])
            criterion['field_ids'] = [Command.set(field.ids)]
        elif asked['kind'] == 'contact':
            criterion['channel_kind'] = asked['channel_kind']
        else:
            criterion['activity_type_id'] = payment.id
        env['crm.stage.criterion'].create(criterion)
    template = env['mail.template'].create({
        'name': document, 'model_id': env['ir.model']._get_id('crm.lead'),
        'subject': document + ': {{ object.name }}', 'body_html': '<p>Hello</p>',
        'email_to': '{{ object.email_from }}'})
    env['crm.stage.document'].create({
        'name': document, 'stage_id': stage.id, 'kind': 'mail', 'mail_template_id': template.id})
env['crm.stage.escalation'].search([('company_id', '=', company.id)]).active = False
env['crm.stage.escalation'].create({
    'company_id': company.id, 'minutes': 0, 'timing': 'after', 'action': 'manager'})
# As the site's form ends: the superuser makes the lead, and says that it came by the website.
customer = env['res.partner'].create({'name': 'Levi', 'email': 'levi@' + user.login + '.test'})
lead = env['crm.lead'].create({
    'name': 'Four windows for ' + user.login, 'type': 'opportunity', 'arrival': 'web',
    'partner_id': customer.id, 'partner_name': False, 'street': False, 'team_id': team.id,
    'user_id': user.id, 'company_id': company.id, 'email_from': customer.email})
env.cr.commit()
result({'lead': lead.id, 'stages': ids, 'payment': payment.id})
"""

MISS_DEADLINE = """
from datetime import timedelta
lead = env['crm.lead'].browse(arguments['lead'])
passage = env['crm.stage.passage'].search([('lead_id', '=', lead.id), ('date_out', '=', False)])
names = [name for name in ('deadline', 'clock_since', 'warning_at', 'next_check_at')
         if passage[name]]
passage.write({name: passage[name] - timedelta(days=10) for name in names})
lead.stage_deadline = passage.deadline
env.ref('crm_lifecycle.cron_stage_clock')._trigger()
env.cr.commit()
result(True)
"""


@pytest.fixture(scope="module")
def address(odoo, database):
    with browsers.serving(odoo, database) as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    with browsers.chromium() as chromium:
        yield chromium


@pytest.fixture
def process(run_script, database):
    """Make the company's process for somebody, and a request that came by the site."""

    def make(login):
        facts = {"login": login, "measurer": PEOPLE[login], "manager": MANAGER}
        return run_script(database, MAKE_PROCESS, stages=list(STAGES), **facts)

    return make


def read(somebody, lead_id, *names):
    [row] = somebody.call("crm.lead", "read", [lead_id], list(names))
    return row


def stays(somebody, lead_id):
    """The stays of the lead that are over: dict of stage to state."""
    domain = [["lead_id", "=", lead_id], ["date_out", "!=", False]]
    rows = somebody.call("crm.stage.passage", "search_read", domain, ["stage_id", "state"])
    return {row["stage_id"][1]: row["state"] for row in rows}


def awaited(look, limit=2 * MINUTE):
    """What a look finds, once it finds something."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(1)
    raise AssertionError(f"Nothing within {limit} s")


def open_lead(somebody, lead_id):
    somebody.open(f"crm/{lead_id}")


def button(somebody, stage_id):
    """A stage in the status bar."""
    bar = somebody.page.locator(".o_statusbar_status:visible")
    return bar.locator(f"button[data-value='{stage_id}']:visible")


def refused(somebody, lead_id, index, stage_id):
    """The move is refused with a dialog, and the lead stays where it was."""
    before = read(somebody, lead_id, "stage_id")["stage_id"]
    button(somebody, stage_id).click()
    shown = somebody.page.locator(".o_stage_refused")
    expect(shown).to_contain_text("Needed for " + STAGES[index][0])
    somebody.settle()
    assert read(somebody, lead_id, "stage_id")["stage_id"] == before
    return shown


def log_call(somebody):
    """In the small dialog of the lead."""
    page = somebody.page
    page.click("button[name=action_log_interaction]")
    page.wait_for_selector(".modal .o_lifecycle_log")
    somebody.settle()
    page.fill(".modal [name=said] textarea", "Four windows, second floor")
    page.click(".modal-footer button[name=action_save]")
    expect(page.locator(".modal")).to_have_count(0)


def take_payment(somebody, lead_id, type_id):
    """The activity of the payment is planned, and done."""
    words = {"activity_type_id": type_id, "summary": "Half in advance"}
    somebody.call("crm.lead", "activity_schedule", [lead_id], "", **words)
    domain = [["res_model", "=", "crm.lead"], ["res_id", "=", lead_id]]
    domain.append(["activity_type_id", "=", type_id])
    found = somebody.call("mail.activity", "search", domain)
    somebody.call("mail.activity", "action_feedback", found)


def meet(somebody, made, asked, shown, stage_id):
    """Do what the stage asks for: fields in the dialog of the refusal, the rest before."""
    if asked["kind"] == "fields":
        name = asked["field"]
        shown.locator(f"[data-field={name}] input").fill(FILLED[name])
        shown.locator("button[name=save]").click()
        return
    shown.locator("button[name=stay]").click()
    somebody.settle()
    if asked["kind"] == "contact":
        log_call(somebody)
    else:
        take_payment(somebody, made["lead"], made["payment"])
    open_lead(somebody, made["lead"])
    button(somebody, stage_id).click()


def stands(somebody, made, index, login):
    """The lead is in the stage, with its person, its deadline and its document."""
    _name, minutes, whose, _asked, document = STAGES[index]
    persons = {"salesperson": login, "user": PEOPLE[login], "team_leader": MANAGER}
    names = ["stage_id", "stage_deadline", "stage_responsible_id"]
    row = read(somebody, made["lead"], *names)
    assert row["stage_id"][0] == made["stages"][index]
    assert bool(row["stage_deadline"]) == bool(minutes)
    [user] = somebody.call("res.users", "read", [row["stage_responsible_id"][0]], ["login"])
    assert user["login"] == persons[whose]
    domain = [["lead_id", "=", made["lead"]], ["name", "=", document], ["state", "=", "ready"]]
    awaited(lambda: somebody.call("crm.stage.document.job", "search_count", domain))


def walk(somebody, made, index, login):
    """Enter a stage: refused at first, then with what it asks for."""
    asked, stage_id = STAGES[index][3], made["stages"][index]
    open_lead(somebody, made["lead"])
    shown = refused(somebody, made["lead"], index, stage_id)
    meet(somebody, made, asked, shown, stage_id)
    expect(somebody.page.locator(".o_stage_refused")).to_have_count(0)
    expect(button(somebody, stage_id)).to_have_attribute("aria-checked", "true")
    somebody.settle()
    stands(somebody, made, index, login)


def miss_the_deadline(chromium, address, somebody, lead_id):
    """The scheduled job finds the breach, and the manager finds an activity."""
    assert awaited(lambda: read(somebody, lead_id, "clock_state")["clock_state"] == "failed")
    boss = Person(chromium, address, MANAGER)
    domain = [["res_model", "=", "crm.lead"], ["res_id", "=", lead_id]]
    domain += [["user_id.login", "=", MANAGER], ["summary", "ilike", LATE]]
    awaited(lambda: boss.call("mail.activity", "search_count", domain))
    open_lead(boss, lead_id)
    expect(boss.page.locator(".o-mail-Activity", has_text=LATE)).to_have_count(1)
    boss.look(f"window_manager_{somebody.login}")
    assert boss.errors == []
    boss.context.close()


@pytest.mark.parametrize("login", PEOPLE)
def test_from_the_request_to_the_installed_window(
    chromium, address, process, run_script, database, login
):
    made = process(login)
    lead_id = made["lead"]
    somebody = Person(chromium, address, login, size=WIDE)
    assert read(somebody, lead_id, "arrival")["arrival"] == "web"
    stands(somebody, made, 0, login)

    walk(somebody, made, 1, login)
    row = read(somebody, lead_id, "first_contact_at", "contact_minutes")
    assert row["first_contact_at"]
    assert row["contact_minutes"] <= QUARTER
    somebody.look(f"window_called_{login}")

    walk(somebody, made, 2, login)
    run_script(database, MISS_DEADLINE, lead=lead_id)
    miss_the_deadline(chromium, address, somebody, lead_id)
    open_lead(somebody, lead_id)
    somebody.look(f"window_late_{login}")

    for index in range(3, len(STAGES)):
        walk(somebody, made, index, login)
    assert read(somebody, lead_id, "won_status")["won_status"] == "won"
    over = stays(somebody, lead_id)
    expected = {name: "met" for name, *_rest in STAGES[:-1]} | {LATE: "failed"}
    assert over == expected
    somebody.look(f"window_installed_{login}")
    somebody.open("crm")
    somebody.look(f"window_win_{login}")
    assert somebody.errors == []
    somebody.context.close()
