"""The screens, as the people of the demo company see them."""

import re
import time
from zipfile import ZipFile

import openpyxl
import pytest

from tests.e2e import browser as browsers
from tests.e2e.browser import Person, expect

NOISY, QUIET = "Marina Heights", "Almog & Daughters"
CUSTOMERS = "customer-worth"


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
        people.append(Person(chromium, address, login, **options))
        return people[-1]

    yield log_in
    for somebody in people:
        assert somebody.errors == [], somebody.login
        somebody.context.close()


def amount(text):
    """The number in a formatted amount."""
    digits = re.sub(r"[^\d.\-]", "", text.replace("\N{MINUS SIGN}", "-"))
    return float(digits)


def test_customers_are_the_first_screen_ranked_by_worth(person):
    owner = person("ruth")
    owner.page.goto(f"{owner.address}/odoo")
    owner.page.click(".o_menu_toggle, .o_navbar_apps_menu button")
    owner.page.click("text=Lifecycle")
    names = owner.names()
    owner.settle()
    owner.look("customers")
    assert names.index(next(n for n in names if QUIET in n)) < names.index(
        next(n for n in names if NOISY in n)
    )
    worths = [amount(t) for t in owner.page.locator("td[name=value_period]").all_inner_texts() if t]
    assert worths[:-1] == sorted(worths[:-1], reverse=True) or worths == sorted(
        worths, reverse=True
    )


def test_a_row_opens_the_customer_and_every_figure_its_rows(person):
    manager = person("michael")
    manager.open(CUSTOMERS)
    manager.search(NOISY)
    manager.page.click(f".o_data_row:has-text('{NOISY}') td[name=partner_id]")
    manager.page.wait_for_selector(".o_form_view")
    manager.page.click("a[name=lifecycle], .nav-link:has-text('Lifecycle')")
    expect(manager.page.locator("[name=worth_history] canvas")).to_be_visible()
    manager.settle()
    manager.look("partner")
    for button in ("revenue", "cost", "worth"):
        locator = manager.page.locator(f"button[name=action_open_customer_{button}]")
        figure = amount(locator.locator(".o_stat_value").inner_text())
        locator.click()
        manager.page.wait_for_selector(".o_list_view .o_group_header")
        manager.settle()
        if button == "cost":
            manager.look("cost_rows")
        groups = manager.page.locator(".o_group_header td.o_list_number").all_inner_texts()
        total = sum(amount(text) for text in groups if text.strip())
        assert abs(abs(total) - abs(figure)) < 1, button
        manager.page.go_back()
        manager.page.wait_for_selector(".o_form_view")


def test_salespeople_see_their_own(person):
    owner, tom = person("ruth"), person("tom")
    domain = [["partner_id.active", "=", True]]
    everybody = owner.call("crm.customer.value", "search_count", domain)
    own = tom.call("crm.customer.value", "search_count", domain)
    assert 0 < own < everybody
    tom.open(CUSTOMERS)
    tom.look("customers_tom")
    assert not tom.page.locator("text=Configuration").count()
    sellers = set(tom.page.locator("td[name=salesperson_id]").all_inner_texts())
    assert "Michael Stern" not in sellers


def test_posting_an_invoice_moves_the_worth_within_a_minute(person):
    manager = person("michael")
    [customer] = manager.call(
        "crm.customer.value",
        "search_read",
        [["tier", "=", "b"]],
        ["partner_id", "value_period"],
        limit=1,
    )
    line = {"name": "Windows", "quantity": 1, "price_unit": 1234, "tax_ids": [[6, 0, []]]}
    move = manager.call(
        "account.move",
        "create",
        {
            "move_type": "out_invoice",
            "partner_id": customer["partner_id"][0],
            "invoice_line_ids": [[0, 0, line]],
        },
    )
    manager.call("account.move", "action_post", [move])
    wanted = customer["value_period"] + 1234
    deadline = time.monotonic() + 60
    worth = None
    while time.monotonic() < deadline:
        [row] = manager.call("crm.customer.value", "read", [customer["id"]], ["value_period"])
        worth = row["value_period"]
        if abs(worth - wanted) < 0.01:
            break
        time.sleep(1)
    assert worth == pytest.approx(wanted)


def test_the_phase_is_chosen_by_hand_and_given_back_to_the_rules(person):
    manager = person("michael")
    [customer] = manager.call(
        "crm.customer.value",
        "search_read",
        [["phase", "=", "enhancement"]],
        ["partner_id"],
        limit=1,
    )
    manager.open(f"contacts/{customer['partner_id'][0]}")
    manager.page.click(".nav-link:has-text('Lifecycle')")
    manager.page.click("[name=lifecycle_phase] button:has-text('Retention')")
    expect(manager.page.locator("text=Chosen by hand")).to_be_visible()
    manager.look("phase_locked")
    [row] = manager.call("crm.customer.value", "read", [customer["id"]], ["phase", "phase_locked"])
    assert (row["phase"], row["phase_locked"]) == ("retention", True)
    manager.page.click("button[name=action_unlock_phase]")
    expect(manager.page.locator("text=Chosen by hand")).to_be_hidden()


def test_settings_show_their_effect_before_saving(person):
    admin = person("admin")
    admin.open("settings#crm_lifecycle")
    admin.page.click(".settings_tab .tab[data-key=crm_lifecycle]")
    preview = admin.page.locator("[name=lifecycle_tier_preview]")
    before = preview.inner_text()
    admin.look("settings")
    admin.page.locator("[name=lifecycle_tier_a_percent] input").fill("50")
    admin.page.keyboard.press("Tab")
    expect(preview).not_to_have_text(before)
    assert "A: " in preview.inner_text()
    admin.page.click("button:has-text('Discard')")


def test_excel_downloads_from_the_wizard(person, tmp_path):
    owner = person("ruth")
    owner.open(CUSTOMERS)
    owner.page.click("button:has-text('Analysis'), a:has-text('Analysis')")
    owner.page.click("text=Customer Worth (Excel)")
    owner.page.wait_for_selector(".modal .o_form_view")
    owner.look("excel_wizard")
    with owner.page.expect_download() as download:
        owner.page.click(".modal button:has-text('Download')")
    file = tmp_path / "worth.xlsx"
    download.value.save_as(file)
    with ZipFile(file) as archive:
        assert not any("externalLink" in name for name in archive.namelist())
    book = openpyxl.load_workbook(file, data_only=True)
    assert len(book.sheetnames) == 3
    assert any(NOISY in str(row[0]) for row in book.worksheets[0].iter_rows(values_only=True))


def test_hebrew_is_right_to_left_and_complete(person):
    dana = person("dana")
    dana.open(CUSTOMERS)
    assert (
        dana.page.evaluate(
            "getComputedStyle(document.querySelector('.o_action_manager')).direction"
        )
        == "rtl"
    )
    dana.look("customers_hebrew")
    head = dana.page.locator("thead").inner_text()
    assert "שווי" in head
    assert not re.search(r"[A-Za-z]{3,}", head), head
    dana.page.click(".o_data_row >> nth=0")
    dana.page.wait_for_selector(".o_form_view")
    dana.page.click(".nav-link[name=lifecycle], a[name=lifecycle]")
    dana.settle()
    dana.look("partner_hebrew")


SCREENS = (
    "action_crm_customer_value",
    "action_crm_customer_value_analysis",
    "action_crm_customer_value_snapshot",
    "action_crm_lifecycle_transition",
    "action_crm_customer_value_run",
    "action_crm_lifecycle_download",
)


@pytest.fixture(scope="module")
def hebrew_manager(run_script, database):
    """Michael, if he worked in Hebrew."""
    return run_script(
        database,
        """
shira = env['res.users'].search([('login', '=', 'michael')]).copy(
    {'name': 'שירה', 'login': 'shira', 'password': 'shira', 'lang': 'he_IL'})
shira.lang = 'he_IL'
env.cr.commit()
result(shira.login)
""",
    )


@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_in_hebrew(person, hebrew_manager, screen):
    shira = person(hebrew_manager)
    shira.open(f"action-crm_lifecycle.{screen}")
    shira.look(f"hebrew_{screen}")
    manager = shira.page.locator(".o_action_manager")
    assert manager.evaluate("element => getComputedStyle(element).direction") == "rtl"
    words = shira.page.locator("thead th, .o_cp_buttons, .o_last_breadcrumb_item").all_inner_texts()
    assert words
    assert not re.search(r"[A-Za-z]{3,}", " ".join(words)), words


def test_who_has_no_part_in_it_sees_no_menu(person, run_script, database):
    run_script(
        database,
        """
env['res.users'].create({'name': 'Clerk', 'login': 'clerk', 'password': 'clerk',
                         'group_ids': [(6, 0, [env.ref('base.group_user').id])]})
env.cr.commit()
result(True)
""",
    )
    clerk = person("clerk")
    clerk.page.click(".o_menu_toggle, .o_navbar_apps_menu button")
    assert not clerk.page.locator(".o_app:has-text('Lifecycle')").count()
    with pytest.raises(Exception, match="not allowed to access"):
        clerk.call("crm.customer.value", "search_count", [])


def test_on_a_telephone(person):
    tom = person("tom", size=(390, 844))
    tom.open(CUSTOMERS)
    expect(tom.page.locator(".o_kanban_record:not(.o_kanban_ghost)").first).to_be_visible()
    tom.look("customers_phone")
