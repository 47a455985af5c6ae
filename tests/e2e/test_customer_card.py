"""The customer card, as the people of the demo company use it: on a laptop and on a phone."""

import re

import pytest

from tests.e2e import browser as browsers
from tests.e2e.browser import Person, expect

SIZES = {"laptop": (1440, 900), "phone": (390, 844)}
# Tom works in English, Dana in Hebrew.
PEOPLE = ("tom", "dana")
PAYLOAD = "<img src=x onerror=alert(1)>"

MAKE_CUSTOMER = """
from datetime import timedelta
from odoo import Command, fields
user = env['res.users'].search([('login', '=', arguments['login'])])
company = user.company_id
env = env(context={'allowed_company_ids': company.ids, 'tracking_disable': True})
now = fields.Datetime.now()
tag = env['res.partner.category'].create({'name': arguments['payload']})
partner = env['res.partner'].create({
    'name': 'Card of ' + arguments['login'], 'user_id': user.id, 'phone': '+972 3 555 0142',
    'email': 'card@example.com', 'category_id': [Command.link(tag.id)], 'is_company': True})
env['crm.card.prompt'].search([]).active = False
env['crm.card.prompt'].create([
    {'name': 'Tell ' + arguments['payload']},
    {'name': 'Your job?', 'kind': 'ask', 'field_name': 'function'},
    {'name': 'Satisfied?', 'kind': 'ask', 'asked': 'satisfaction'}])
call = env.ref('crm_lifecycle.channel_call')
env['crm.interaction'].create({
    'partner_id': partner.id, 'channel_id': call.id, 'user_id': user.id, 'minutes': 5,
    'said': arguments['payload'], 'is_complaint': True, 'summary': 'The door',
    'date': now - timedelta(days=2)})
thing = env['product.product'].create({'name': 'Door', 'type': 'consu'})
lines = [Command.create({'product_id': thing.id, 'product_uom_qty': 2, 'price_unit': 100})]
order = {'partner_id': partner.id, 'user_id': user.id, 'order_line': lines}
orders = env['sale.order'].create([order, {**order}])
orders[0].action_confirm()
orders[0].picking_ids.scheduled_date = now - timedelta(days=4)
due = fields.Date.today() - timedelta(days=3)
move = env['account.move'].create({
    'move_type': 'out_invoice', 'partner_id': partner.id, 'invoice_user_id': user.id,
    'invoice_date': due, 'invoice_date_due': due, 'invoice_payment_term_id': False,
    'invoice_line_ids': [Command.create({'name': 'Door', 'price_unit': 100, 'tax_ids': []})]})
move.action_post()
env['crm.lead'].create({'name': 'Veranda', 'type': 'opportunity', 'partner_id': partner.id,
                        'user_id': user.id, 'expected_revenue': 900})
partner.activity_schedule('mail.mail_activity_data_call', summary='Ring', user_id=user.id)
hidden = env['crm.customer.value'].search([
    ('partner_id.user_id.login', 'not in', (False, arguments['login'])),
    ('partner_id.account_manager_id.login', '!=', arguments['login'])], limit=1)
env.cr.commit()
result({'id': partner.id, 'hidden': hidden.partner_id.id})
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
def person(chromium, address):
    """Log somebody in; at the end nothing may have gone wrong in their browser."""
    people = []

    def log_in(login, **options):
        somebody = Person(chromium, address, login, **options)
        somebody.page.on("console", lambda message: note(somebody, message))
        people.append(somebody)
        return somebody

    yield log_in
    for somebody in people:
        assert somebody.errors == [], somebody.login
        somebody.context.close()


def note(somebody, message):
    if message.type == "error":
        somebody.errors.append(message.text)


@pytest.fixture(scope="module")
def make_customer(run_script, database):
    """A customer of somebody with one of everything open; its id, and one that is not theirs."""
    return lambda login: run_script(database, MAKE_CUSTOMER, login=login, payload=PAYLOAD)


def open_card(somebody, customer_id, status="ready"):
    somebody.page.goto(f"{somebody.address}/odoo/customer-card/{customer_id}")
    card_is(somebody, status)


def card_is(somebody, status):
    somebody.page.wait_for_selector(f".o_customer_card[data-status={status}]")
    somebody.settle()


def fits(somebody):
    """Whether nothing has to be scrolled sideways."""
    return somebody.page.evaluate(
        "[document.documentElement, document.querySelector('.o_content')]"
        ".every(element => element.scrollWidth <= element.clientWidth)"
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("login", PEOPLE)
def test_the_card_is_opened_read_and_answered(person, make_customer, login, size):
    customer = make_customer(login)
    somebody = person(login, size=SIZES[size])
    page = somebody.page
    open_card(somebody, customer["id"])
    expect(page.locator("[data-section=identity] h1")).to_have_text(f"Card of {login}")
    somebody.look(f"card_{login}_{size}")
    assert fits(somebody)
    assert page.locator("[data-section] img:not(.o_customer_card_photo)").count() == 0
    expect(page.locator("[data-section=contacts]")).to_contain_text(PAYLOAD)
    expect(page.locator("a[name=call]")).to_have_attribute("href", "tel:+97235550142")

    page.reload()
    card_is(somebody, "ready")
    assert page.url.endswith(f"/odoo/customer-card/{customer['id']}")
    expect(page.locator("[data-section=identity] h1")).to_have_text(f"Card of {login}")

    job = page.locator("[data-section=ask] form", has_text="Your job?")
    job.locator("input").fill("Architect")
    job.locator("button[type=submit]").click()
    expect(job).to_have_count(0)
    satisfied = page.locator("[data-section=ask] form", has_text="Satisfied?")
    satisfied.locator("select").select_option("4")
    satisfied.locator("button[type=submit]").click()
    expect(page.locator("[data-section=ask]")).to_have_count(0)
    page.locator("[data-section=tell] button[name=told]").click()
    expect(page.locator("[data-section=tell]")).to_have_count(0)
    expect(page.locator("[data-section=identity]")).to_contain_text("Architect")
    [partner] = somebody.call("res.partner", "read", [customer["id"]], ["function"])
    assert partner["function"] == "Architect"
    [talk] = somebody.call(
        "crm.interaction",
        "search_read",
        [["partner_id", "=", customer["id"]], ["satisfaction", "!=", False]],
        ["satisfaction", "minutes"],
    )
    assert (talk["satisfaction"], talk["minutes"]) == ("4", 0)


ITEMS = (
    "invoices_overdue",
    "complaints",
    "deliveries_late",
    "orders",
    "quotations",
    "leads",
    "activities",
)
# Odoo's own form reads what salespeople may not, so the list has to do.
WITHOUT_FORM = ("invoices_overdue", "deliveries_late")


@pytest.mark.parametrize("login", PEOPLE)
def test_each_open_item_is_a_click_away(person, make_customer, login):
    customer = make_customer(login)
    somebody = person(login)
    page = somebody.page
    open_card(somebody, customer["id"])
    for key in ITEMS:
        item = page.locator(f"[data-item={key}]")
        expect(item.locator(".badge")).to_have_text("1")
        item.locator("> button").click()
        page.wait_for_selector(".o_list_view .o_data_row")
        somebody.settle()
        expect(page.locator(".o_data_row")).to_have_count(1)
        page.go_back()
        card_is(somebody, "ready")
        item.locator("li a").first.click()
        page.wait_for_selector(".o_list_view" if key in WITHOUT_FORM else ".o_form_view")
        somebody.settle()
        page.go_back()
        card_is(somebody, "ready")


def test_what_is_planned_in_a_dialog_shows_when_it_closes(person, make_customer):
    customer = make_customer("tom")
    tom = person("tom")
    open_card(tom, customer["id"])
    tom.page.click("button[name=activity]")
    tom.page.wait_for_selector(".modal .o_form_view")
    tom.settle()
    tom.page.click(".modal-footer button:visible >> nth=0")
    expect(tom.page.locator("[data-item=activities] .badge")).to_have_text("2")
    tom.page.click("button[name=write]")
    tom.page.wait_for_selector(".modal .o_form_view")
    tom.settle()
    tom.page.click(".modal .btn-close >> nth=0")
    expect(tom.page.locator(".modal")).to_have_count(0)
    card_is(tom, "ready")


def test_somebody_else_s_customer_is_as_one_that_is_not_there(person, make_customer):
    customer = make_customer("tom")
    tom = person("tom")
    texts = set()
    for customer_id in (customer["hidden"], 2_000_000_000):
        open_card(tom, customer_id, "missing")
        texts.add(tom.page.locator(".o_customer_card").inner_text())
    assert len(texts) == 1
    assert tom.call("crm.customer.card", "read_card", customer["hidden"]) is False


@pytest.mark.parametrize("size", SIZES)
def test_a_customer_is_searched_and_the_address_follows(person, make_customer, size):
    customer = make_customer("tom")
    tom = person("tom", size=SIZES[size])
    tom.page.goto(f"{tom.address}/odoo/customer-card")
    card_is(tom, "search")
    tom.look(f"card_search_{size}")
    tom.page.locator(".o_customer_card_search input").press_sequentially("card of t")
    tom.page.click(".o-autocomplete--dropdown-item >> nth=0")
    card_is(tom, "ready")
    assert re.search(r"/odoo/customer-card/\d+$", tom.page.url)
    tom.page.reload()
    card_is(tom, "ready")
    expect(tom.page.locator("[data-section=identity] h1")).to_have_text("Card of tom")
    assert customer["id"]


def test_the_contact_and_the_list_lead_to_the_card(person, make_customer):
    customer = make_customer("tom")
    tom = person("tom")
    tom.open(f"contacts/{customer['id']}")
    tom.look("contact_form")
    tom.page.click("button[name=action_open_customer_card]")
    card_is(tom, "ready")
    assert tom.page.url.endswith(f"customer-card/{customer['id']}")
    tom.open("customer-worth")
    tom.page.click(".o_data_row >> nth=0 >> button[name=action_open_customer_card]")
    card_is(tom, "ready")


def test_a_manager_keeps_the_sentences(person):
    michael = person("michael")
    michael.open("action-crm_lifecycle.action_crm_card_prompt")
    michael.look("card_prompts")
    michael.page.click(".o_list_button_add")
    michael.page.wait_for_selector(".o_form_view")
    michael.settle()
    michael.look("card_prompt_form")
    michael.page.fill("[name=name] input, [name=name] textarea", "Mind the gap")
    michael.page.click(".o_form_button_save")
    michael.settle()
    [prompt] = michael.call(
        "crm.card.prompt", "search_read", [["name", "=", "Mind the gap"]], ["kind"]
    )
    assert prompt["kind"] == "tell"
