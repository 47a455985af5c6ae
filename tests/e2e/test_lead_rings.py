"""Somebody outside asks: on the website, by e-mail, through the interface. It rings at once.

Tom is on duty and works in Odoo's client. The website's form is sent by a visitor in another
browser; the page may ask no address outside of this machine.
"""

import json
import time
import urllib.request
from urllib.parse import urlsplit

import pytest

from tests.e2e import browser as browsers
from tests.e2e.browser import Person, expect

HERE = "127.0.0.1"
# A person at the screen calls this at once.
SECONDS = 10
QUIET = ("--stop-after-init", "--no-http", "--max-cron-threads=0", "--log-level=warn")
PREPARE = """
from datetime import timedelta
from odoo import Command, fields
tom = env['res.users'].search([('login', '=', 'tom')])
company = tom.company_id
env = env(context={'allowed_company_ids': company.ids})
always = env['resource.calendar'].create({
    'name': 'Day and night', 'company_id': company.id, 'tz': 'UTC',
    'attendance_ids': [Command.clear()] + [
        Command.create({'name': str(day), 'dayofweek': str(day), 'hour_from': 0, 'hour_to': 24})
        for day in range(7)]})
company.resource_calendar_id = always
tom.resource_ids.calendar_id = always
mails = env['mail.alias.domain'].create({'name': 'windows.example.com'})
company.alias_domain_id = mails
team = env['crm.team'].search([('company_id', '=', company.id)], limit=1)
team.write({'duty_user_ids': [Command.set(tom.ids)], 'use_leads': False,
            'alias_name': 'windows', 'alias_domain_id': mails.id})
# What the editor saves when "Create an Opportunity" is chosen for the page's form.
env['website'].search([]).write({'company_id': company.id, 'crm_default_team_id': team.id})
page = env.ref('website.contactus')
arch = page.arch_db
for before, after in (('data-model_name="mail.mail"', 'data-model_name="crm.lead"'),
                      ('name="name"', 'name="contact_name"'), ('name="subject"', 'name="name"'),
                      ('name="company"', 'name="partner_name"'), ('name="email_to"', 'name=""')):
    assert before in arch, before
    arch = arch.replace(before, after)
page.arch_db = arch
machine = env['res.users'].create({
    'name': 'Machine', 'login': 'machine_of_the_shop', 'company_id': company.id,
    'company_ids': [Command.set(company.ids)],
    'group_ids': [Command.set(env.ref('sales_team.group_sale_salesman_all_leads').ids)]})
end = fields.Datetime.now() + timedelta(days=1)
key = env(user=machine)['res.users.apikeys']._generate('rpc', 'the shop', end)
env.cr.commit()
result({'key': key, 'team': team.id, 'tom': tom.id, 'leader': team.user_id.id})
"""
MAIL = """
mail = '\\n'.join([
    'From: Noa Barak <noa@buyer.example.com>', 'To: windows@windows.example.com',
    'Subject: ' + arguments['name'], 'Message-Id: <ring-1@buyer.example.com>',
    'Content-Type: text/plain', '', 'Please call me.'])
# The mail gateway hands the same mail over twice when it was not told that it came.
env['mail.thread'].message_process('crm.lead', mail)
env.cr.commit()
env['mail.thread'].message_process('crm.lead', mail)
env.cr.commit()
result(True)
"""
LEAD = """
    SELECT id, arrival, user_id, contact_deadline IS NOT NULL,
           ABS(EXTRACT(EPOCH FROM arrived_at - create_date)) < 5, team_id
      FROM crm_lead WHERE name = '%s'
"""
RUNG = """
    SELECT COUNT(*) FROM bus_bus
     WHERE message LIKE '%%crm_lifecycle.lead_ring%%' AND message LIKE '%%"id":%s,%%'
"""


@pytest.fixture(scope="module")
def prepared(run_odoo, run_script, database):
    """The website with its form, Tom on duty, and a key for the shop's machine."""
    run_odoo("-d", database, "-i", "website_crm", *QUIET)
    return run_script(database, PREPARE)


@pytest.fixture(scope="module")
def address(odoo, database, prepared):
    with browsers.serving(odoo, database) as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    with browsers.chromium() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def tom(chromium, address):
    """Tom at his screen, with a telephone that notes what it dials."""
    tom = Person(chromium, address, "tom")
    tom.page.add_init_script("window.open = (url) => { window.dialled = url; }")
    tom.open("crm")
    yield tom
    assert tom.errors == []
    tom.context.close()


@pytest.fixture
def arrived(odoo, database, prepared):
    """The one lead of a name: how it came and whose it is; it has rung once."""

    def check(name, arrival):
        rows = odoo.server.sql(LEAD % name, database)
        assert len(rows) == 1
        [[lead, came, user, has_deadline, began, team]] = rows
        # As text, nothing where there is nobody.
        assert (came, user, team) == (arrival, "", str(prepared["team"]))
        assert has_deadline == "t", "The clock runs."
        assert began == "t", "It runs from the moment the lead came."
        assert odoo.server.sql(RUNG % lead, database) == [["1"]]
        return int(lead)

    return check


def ring_of(tom, name):
    """The one notification about a lead; it came at once."""
    asked = time.monotonic()
    ring = tom.page.locator(".o_notification", has_text=name)
    expect(ring).to_have_count(1, timeout=SECONDS * 1000)
    assert time.monotonic() - asked < SECONDS
    tom.page.wait_for_timeout(1000)
    expect(ring).to_have_count(1)
    expect(ring.get_by_role("button", name="Call")).to_be_visible()
    expect(ring.get_by_role("button", name="Take It")).to_be_visible()
    return ring


def take(tom, ring, lead):
    """Take It makes it Tom's, opens it, and the ring is over."""
    ring.get_by_role("button", name="Take It").click()
    expect(ring).to_have_count(0)
    tom.page.wait_for_selector(".o_form_view")
    tom.settle()
    [row] = tom.call("crm.lead", "read", [lead], ["user_id"])
    return row["user_id"][0]


def ask_on_the_site(chromium, address, name):
    """A visitor, logged in nowhere, sends the contact form."""
    context = chromium.new_context()
    context.set_default_timeout(browsers.PATIENCE)
    context.route("**/*", stay_here)
    page = context.new_page()
    # The form empties itself when its scripts have come.
    page.goto(f"{address}/contactus", wait_until="networkidle")
    form = page.locator("form[data-model_name='crm.lead']")
    form.locator("[name=contact_name]").fill("Ruth <b>Levi</b>")
    form.locator("[name=phone]").fill("+972 3 555 4321")
    form.locator("[name=email_from]").fill("ruth@levi.example.com")
    form.locator("[name=name]").fill(name)
    form.locator("[name=description]").fill("Four windows, please.")
    form.locator(".s_website_form_send").click()
    page.wait_for_url("**/contactus-thank-you*")
    context.close()


def stay_here(route):
    """Odoo's own theme asks for fonts elsewhere: nothing does here."""
    if urlsplit(route.request.url).hostname in (HERE, None):
        route.continue_()
    else:
        route.abort()


def test_the_website_s_form_rings_and_is_taken(tom, chromium, address, prepared, arrived):
    name = "Windows asked for on the site"
    ask_on_the_site(chromium, address, name)
    ring = ring_of(tom, name)
    tom.look("lead_ring_web")
    # What a stranger wrote is text.
    expect(ring).to_contain_text("Ruth <b>Levi</b>")
    lead = arrived(name, "web")
    ring.get_by_role("button", name="Call").click()
    assert tom.page.evaluate("window.dialled") == "tel:+97235554321"
    assert take(tom, ring, lead) == prepared["tom"]
    assert prepared["leader"] != prepared["tom"], "Odoo would have given it to the leader."


def test_a_mail_to_the_team_rings_once_though_it_comes_twice(
    tom, database, run_script, prepared, arrived
):
    name = "Windows asked for by mail"
    run_script(database, MAIL, name=name)
    ring = tom.page.locator(".o_notification", has_text=name)
    expect(ring).to_have_count(1, timeout=SECONDS * 1000)
    ring.get_by_role("button", name="Take It").wait_for()
    lead = arrived(name, "mail")
    assert take(tom, ring, lead) == prepared["tom"]


def test_another_program_s_lead_rings(tom, address, prepared, arrived):
    name = "Windows asked for in the shop"
    values = {
        "name": name,
        "phone": "+972 3 555 4322",
        "team_id": prepared["team"],
        "user_id": False,
        # Nobody says how it came but the server.
        "arrival": "manual",
    }
    request = urllib.request.Request(
        f"{address}/json/2/crm.lead/create",
        json.dumps({"vals_list": [values], "context": {"default_arrival": "import"}}).encode(),
        {"Authorization": f"Bearer {prepared['key']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        made = json.load(response)
    ring = ring_of(tom, name)
    lead = arrived(name, "api")
    assert made in ([lead], lead)
    assert take(tom, ring, lead) == prepared["tom"]
