"""A window company sells a window: request, call, measuring, agreement, payment, installation.

Every stage has its condition, its person, its deadline and its document. Tom works in English,
Dana in Hebrew. One deadline is missed on purpose, and the manager hears of it.
"""

import pytest

from tests.e2e import browser as browsers
from tests.e2e.browser import Person, expect

PEOPLE = ("tom", "dana")
MANAGER = "michael"
# Name, working minutes, what it asks for (a field, or a kind of contact) and its document.
STAGES = (
    ("Request", 0, None, None),
    ("Called", 15, {"kind": "contact", "channel_kind": "call"}, None),
    ("Measured", 2 * 9 * 60, {"kind": "fields", "field": "street"}, "Measuring visit"),
    ("Agreed", 3 * 9 * 60, {"kind": "fields", "field": "expected_revenue"}, "Agreement"),
    ("Paid", 5 * 9 * 60, {"kind": "fields", "field": "date_deadline"}, "Receipt"),
    ("Installed", 0, {"kind": "fields", "field": "partner_name"}, "Warranty"),
)
FILLED = {"street": "1 Herzl", "partner_name": "Levi family"}

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
for index, (name, minutes, asked, document) in enumerate(arguments['stages']):
    stage = env['crm.stage'].create({
        'name': name, 'sequence': index, 'team_ids': [Command.set(team.ids)],
        'lifecycle_phase': 'acquisition', 'is_won': index == len(arguments['stages']) - 1,
        'deadline_minutes': minutes, 'responsible_type': 'salesperson'})
    ids.append(stage.id)
    if asked:
        criterion = {'stage_id': stage.id, 'name': 'Needed for ' + name, 'kind': asked['kind']}
        if asked['kind'] == 'fields':
            field = fields_of._get('crm.lead', asked['field'])
            criterion['field_ids'] = [Command.set(field.ids)]
        else:
            criterion['channel_kind'] = asked['channel_kind']
        env['crm.stage.criterion'].create(criterion)
    if document:
        template = env['mail.template'].create({
            'name': document, 'model_id': env['ir.model']._get_id('crm.lead'),
            'subject': document + ': {{ object.name }}', 'body_html': '<p>Hello</p>'})
        env['crm.stage.document'].create({
            'name': document, 'stage_id': stage.id, 'kind': 'mail',
            'mail_template_id': template.id})
env['crm.stage.escalation'].create({
    'company_id': company.id, 'minutes': 0, 'timing': 'after', 'action': 'manager'})
lead_id = env['crm.lead'].message_new(
    {'subject': 'Four windows', 'from': 'Levi <levi@' + user.login + '-windows.test>'},
    {'team_id': team.id, 'user_id': user.id, 'type': 'opportunity', 'company_id': company.id}).id
env.cr.commit()
result({'lead': lead_id, 'stages': ids, 'team': team.id})
"""

MISS_DEADLINE = """
from datetime import timedelta
[lead] = env['crm.lead'].browse(arguments['lead'])
passage = env['crm.stage.passage'].search([('lead_id', '=', lead.id), ('date_out', '=', False)])
names = [name for name in ('date_in', 'deadline', 'clock_since', 'warning_at', 'next_check_at')
         if name in passage._fields and passage[name]]
passage.write({name: passage[name] - timedelta(days=10) for name in names})
lead.stage_deadline = passage.deadline
env.cr.commit()
env['crm.stage.passage']._cron_clock()
alerts = env['crm.stage.alert'].search([('lead_id', '=', lead.id), ('action', '=', 'manager')])
env.cr.commit()
result({'told': alerts.user_id.mapped('login'), 'activities': lead.activity_ids.user_id.mapped(
    'login')})
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
    """Make the company's process for somebody, and a request that arrives by mail."""

    def make(login):
        return run_script(database, MAKE_PROCESS, login=login, manager=MANAGER, stages=list(STAGES))

    return make


def read(somebody, lead_id, *names):
    [row] = somebody.call("crm.lead", "read", [lead_id], list(names))
    return row


def open_lead(somebody, lead_id):
    somebody.open(f"action-crm.crm_lead_opportunities/{lead_id}")


def go_to(somebody, name):
    """Click a stage in the status bar."""
    bar = somebody.page.locator(".o_field_widget[name=stage_id], .o_statusbar_status")
    bar.get_by_role("radio", name=name).or_(bar.locator("button", has_text=name)).first.click()
    somebody.page.wait_for_timeout(500)


def is_refused(somebody, lead_id, stage_id):
    """The move is refused with a dialog, and the lead stays where it was."""
    before = read(somebody, lead_id, "stage_id")["stage_id"]
    expect(somebody.page.locator(".modal")).to_be_visible()
    assert read(somebody, lead_id, "stage_id")["stage_id"] == before
    assert before[0] != stage_id


def meet(somebody, lead_id, asked):
    """Do what the stage asks for."""
    if asked["kind"] == "contact":
        customer = read(somebody, lead_id, "partner_id")["partner_id"]
        if not customer:
            name = FILLED["partner_name"]
            partner_id = somebody.call("res.partner", "create", [{"name": name}])[0]
            somebody.call("crm.lead", "write", [lead_id], {"partner_id": partner_id})
        log_call(somebody, lead_id)
        return
    value = FILLED.get(asked["field"]) or {
        "expected_revenue": 12000,
        "date_deadline": "2030-01-01",
    }.get(asked["field"])
    somebody.call("crm.lead", "write", [lead_id], {asked["field"]: value})


def log_call(somebody, lead_id):
    """In the small dialog of the lead."""
    open_lead(somebody, lead_id)
    page = somebody.page
    page.click("button[name=action_log_interaction]")
    page.wait_for_selector(".modal .o_lifecycle_log")
    page.fill(".modal [name=said] textarea", "Four windows, second floor")
    page.click(".modal-footer button[name=action_save]")
    expect(page.locator(".modal")).to_have_count(0)


def walk(somebody, made, index):
    """Enter a stage: refused at first, then with what it asks for."""
    name, minutes, asked, document = STAGES[index]
    lead_id, stage_id = made["lead"], made["stages"][index]
    open_lead(somebody, lead_id)
    go_to(somebody, name)
    is_refused(somebody, lead_id, stage_id)
    meet(somebody, lead_id, asked)
    open_lead(somebody, lead_id)
    go_to(somebody, name)
    row = read(somebody, lead_id, "stage_id", "stage_deadline", "stage_responsible_id")
    assert row["stage_id"][0] == stage_id
    assert bool(row["stage_deadline"]) == bool(minutes)
    assert row["stage_responsible_id"]
    domain = [("lead_id", "=", lead_id), ("name", "=", document)]
    found = somebody.call("crm.lead.document", "search_count", domain) if document else 0
    assert bool(found) == bool(document)


@pytest.mark.parametrize("login", PEOPLE)
def test_from_the_request_to_the_installed_window(
    chromium, address, process, run_script, database, login
):
    made = process(login)
    somebody = Person(chromium, address, login)
    assert read(somebody, made["lead"], "arrival")["arrival"] == "mail"

    walk(somebody, made, 1)
    somebody.look(f"window_called_{login}")
    walk(somebody, made, 2)

    missed = run_script(database, MISS_DEADLINE, lead=made["lead"])
    assert MANAGER in missed["told"]
    open_lead(somebody, made["lead"])
    assert read(somebody, made["lead"], "clock_state")["clock_state"] == "failed"
    somebody.look(f"window_late_{login}")

    for index in range(3, len(STAGES)):
        walk(somebody, made, index)
    assert read(somebody, made["lead"], "won_status")["won_status"] == "won"
    somebody.look(f"window_installed_{login}")
    assert somebody.errors == []
    somebody.context.close()
