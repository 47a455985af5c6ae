"""A call comes in: the card opens, the contact is logged, worth moves, a question is answered."""

import time

import pytest

from tests.e2e import browser as browsers
from tests.e2e.browser import Person, expect

SIZES = {"laptop": (1440, 900), "phone": (390, 844)}
# Tom works in English, Dana in Hebrew.
PEOPLE = ("tom", "dana")
MINUTE = 60
REVENUE, FIXED, HOURLY, MINUTES = 1000, 4, 120, 30
COST = FIXED + HOURLY * MINUTES / MINUTE

MAKE_CUSTOMER = """
from odoo import Command
user = env['res.users'].search([('login', '=', arguments['login'])])
company = user.company_id
env = env(context={'allowed_company_ids': company.ids, 'tracking_disable': True})
channel = env.ref('crm_lifecycle.channel_call').with_company(company)
channel.write({'fixed_cost': arguments['fixed'], 'hourly_cost': arguments['hourly']})
partner = env['res.partner'].create({
    'name': 'Caller of ' + arguments['number'], 'user_id': user.id, 'is_company': True,
    'phone': arguments['number'], 'country_id': env.ref('base.il').id})
env['crm.card.prompt'].search([]).active = False
env['crm.card.prompt'].create({'name': 'Your job?', 'kind': 'ask', 'field_name': 'function'})
env['account.move'].create({
    'move_type': 'out_invoice', 'partner_id': partner.id, 'invoice_date': '2026-01-05',
    'invoice_line_ids': [Command.create({'name': 'Door', 'price_unit': 1000, 'tax_ids': []})],
}).action_post()
env['crm.customer.value.refresh']._refresh_customers({partner.id})
env.cr.commit()
result({'id': partner.id})
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
def caller(run_script, database):
    """Make a customer of somebody with a telephone number; returns their id."""

    def make(login, number):
        facts = {"login": login, "number": number, "fixed": FIXED, "hourly": HOURLY}
        return run_script(database, MAKE_CUSTOMER, **facts)["id"]

    return make


def figures(somebody, customer_id):
    names = ["customer_value", "customer_service_cost", "last_interaction_date"]
    [row] = somebody.call("res.partner", "read", [customer_id], names)
    return row


def await_cost(somebody, customer_id, limit=MINUTE):
    """The figures once the contact's cost is in them, which takes less than a minute."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        row = figures(somebody, customer_id)
        if row["customer_service_cost"]:
            return row
        time.sleep(1)
    raise AssertionError(f"The worth did not move within {limit} s: {row}")


def it_rings(somebody, number, customer_id):
    """The exchange opens the address, with the number as it was dialled inland."""
    somebody.page.goto(f"{somebody.address}/lifecycle/call?number=0{number[4:]}")
    card_is_there(somebody)
    assert somebody.page.url.endswith(f"/odoo/customer-card/{customer_id}")


def card_is_there(somebody):
    somebody.page.wait_for_selector(".o_customer_card[data-status=ready]")
    somebody.settle()


def log_contact(somebody, picture):
    """One small dialog, and the card shows the contact when it closes."""
    page = somebody.page
    page.click("button[name=log]")
    page.wait_for_selector(".modal .o_lifecycle_log")
    somebody.settle()
    page.fill(".modal [name=said] textarea", "Wants a second door")
    page.fill(".modal [name=learned] textarea", "They move house")
    page.fill(".modal [name=minutes] input", str(MINUTES))
    somebody.look(picture)
    page.click(".modal-footer button[name=action_save]")
    expect(page.locator(".modal")).to_have_count(0)
    expect(page.locator("[data-section=contacts]")).to_contain_text("Wants a second door")


def answer(somebody, customer_id):
    """What we wanted to know is answered, and stands on the contact."""
    job = somebody.page.locator("[data-section=ask] form", has_text="Your job?")
    job.locator("input").fill("Architect")
    job.locator("button[type=submit]").click()
    expect(somebody.page.locator("[data-section=ask]")).to_have_count(0)
    [partner] = somebody.call("res.partner", "read", [customer_id], ["function"])
    assert partner["function"] == "Architect"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("login", PEOPLE)
def test_from_the_ringing_to_the_answer(chromium, address, caller, login, size):
    number = f"+9723555{1700 + 10 * PEOPLE.index(login) + list(SIZES).index(size)}"
    customer_id = caller(login, number)
    somebody = Person(chromium, address, login, size=SIZES[size])
    shown = somebody.page.locator("[data-section=worth] [name=worth]")

    it_rings(somebody, number, customer_id)
    before, worth = figures(somebody, customer_id), shown.inner_text()
    assert (before["customer_value"], before["last_interaction_date"]) == (REVENUE, False)
    log_contact(somebody, f"journey_log_{login}_{size}")

    after = await_cost(somebody, customer_id)
    assert after["customer_service_cost"] == COST
    assert after["customer_value"] == REVENUE - COST
    assert after["last_interaction_date"]
    somebody.page.reload()
    card_is_there(somebody)
    assert shown.inner_text() != worth

    answer(somebody, customer_id)
    somebody.look(f"journey_card_{login}_{size}")
    assert somebody.errors == []
    somebody.context.close()
