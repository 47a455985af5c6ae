"""The morning: a call is logged and its row is gone, another is put off with the reason."""

import pytest

from tests.e2e import browser as browsers
from tests.e2e.browser import Person, expect

SIZES = {"laptop": (1440, 900), "phone": (390, 844)}
# Tom works in English, Dana in Hebrew.
PEOPLE = ("tom", "dana")
REASON = "Abroad until then"


@pytest.fixture(scope="module")
def address(odoo, database):
    with browsers.serving(odoo, database) as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    with browsers.chromium() as chromium:
        yield chromium


def row_of(somebody, row_id):
    """A due contact as it is stored."""
    fields = ["state", "partner_id", "step_id", "put_off_reason", "interaction_id"]
    [row] = somebody.call("crm.touchpoint", "read", [row_id], fields)
    return row


def first_row(somebody):
    """The due contact that stands first on the list that is open, with a step."""
    domain = [
        ("user_id.login", "=", somebody.login),
        ("state", "=", "planned"),
        ("due_date", "<=", "today"),
        ("step_id", "!=", False),
    ]
    order = {"order": "stake desc, due_date, id", "limit": 1}
    [row_id] = somebody.call("crm.touchpoint", "search", domain, **order)
    return row_of(somebody, row_id)


def line(somebody, row):
    """The line of a due contact on the screen."""
    lines = somebody.page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
    return lines.filter(has_text=row["partner_id"][1]).first


def press(somebody, row, icon):
    line(somebody, row).locator(f".{icon}").first.click()
    expect(somebody.page.locator(".modal .o_form_view")).to_be_visible()
    return somebody.page.locator(".modal")


@pytest.mark.parametrize("login", PEOPLE)
def test_the_morning_list(chromium, address, login):
    somebody = Person(chromium, address, login)
    somebody.open("lifecycle-today")
    somebody.look(f"morning-{login}")
    lines = somebody.page.locator(".o_data_row")
    count = lines.count()

    called = first_row(somebody)
    dialog = press(somebody, called, "fa-phone")
    dialog.locator("[name=said] textarea").fill("All is well")
    dialog.locator("button[name=action_save]").click()
    expect(lines).to_have_count(count - 1)
    row = row_of(somebody, called["id"])
    assert row["state"] == "done"
    assert row["interaction_id"]
    following = [("step_id", "=", row["step_id"][0]), ("partner_id", "=", row["partner_id"][0])]
    following.append(("state", "=", "planned"))
    assert somebody.call("crm.touchpoint", "search_count", following) == 1

    later = first_row(somebody)
    dialog = press(somebody, later, "fa-clock-o")
    dialog.locator("[name=reason] input").fill(REASON)
    somebody.look(f"morning-put-off-{login}")
    dialog.locator("button[name=action_save]").click()
    expect(lines).to_have_count(count - 2)
    row = row_of(somebody, later["id"])
    assert (row["state"], row["put_off_reason"]) == ("put_off", REASON)
    assert not somebody.errors


@pytest.mark.parametrize("login", PEOPLE)
def test_on_a_phone_a_contact_is_done_in_one_line(chromium, address, login):
    somebody = Person(chromium, address, login, size=SIZES["phone"])
    somebody.open("lifecycle-today")
    somebody.look(f"morning-phone-{login}")
    cards = somebody.page.locator(".o_kanban_record:not(.o_kanban_ghost)")
    count = cards.count()
    row = first_row(somebody)
    line(somebody, row).locator("button[name=action_done]").click()
    dialog = somebody.page.locator(".modal")
    dialog.locator("[name=said] input").fill("All is well")
    dialog.locator("button[name=action_save]").click()
    expect(cards).to_have_count(count - 1)
    assert row_of(somebody, row["id"])["state"] == "done"
    wide = somebody.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= SIZES["phone"][0]
    assert not somebody.errors
