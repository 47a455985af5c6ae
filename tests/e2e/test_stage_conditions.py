"""A lead is moved too early: what is missing is asked for right there, and then it goes on."""

import pytest

from tests.e2e import browser as browsers
from tests.e2e.browser import Person, expect

# Tom works in English, Dana in Hebrew.
PEOPLE = ("tom", "dana")
REVENUE = 1250

MAKE_CONDITIONS = """
from odoo import Command
stage = env.ref('crm_lifecycle.stage_win_call_set')
fields = env['ir.model.fields']
chosen = fields._get('crm.lead', 'expected_revenue') | fields._get('crm.lead', 'tag_ids')
env['crm.stage.criterion'].create([
    {'stage_id': stage.id, 'name': 'We know the amount', 'kind': 'fields',
     'field_ids': [Command.set(chosen.ids)]},
    {'stage_id': stage.id, 'name': 'We know the city', 'kind': 'domain',
     'domain': "[('city', '!=', False)]"}])
env['crm.tag'].create({'name': 'Balcony'})
env.cr.commit()
result({'stage': stage.id})
"""
MAKE_LEAD = """
user = env['res.users'].search([('login', '=', arguments['login'])])
env = env(context={'allowed_company_ids': user.company_id.ids, 'tracking_disable': True})
lead = env['crm.lead'].create({
    'name': arguments['name'], 'type': 'opportunity', 'user_id': user.id,
    'company_id': user.company_id.id, 'city': False})
env.cr.commit()
result({'id': lead.id, 'stage': lead.stage_id.id})
"""


@pytest.fixture(scope="module")
def address(odoo, database):
    with browsers.serving(odoo, database) as address:
        yield address


@pytest.fixture(scope="module")
def chromium():
    with browsers.chromium() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def stage(run_script, database):
    """A stage with conditions; its id."""
    return run_script(database, MAKE_CONDITIONS)["stage"]


@pytest.fixture
def lead(run_script, database):
    """Make a lead of somebody's; returns its ids."""

    def make(login, name):
        return run_script(database, MAKE_LEAD, login=login, name=name)

    return make


def standing(somebody, lead_id):
    names = ["stage_id", "expected_revenue", "city", "tag_ids", "phone"]
    [row] = somebody.call("crm.lead", "read", [lead_id], names)
    return {**row, "stage_id": row["stage_id"][0]}


def dialog(somebody):
    somebody.page.wait_for_selector(".o_stage_refused")
    somebody.page.wait_for_timeout(300)
    return somebody.page.locator(".o_stage_refused")


def drag(somebody, name, column):
    """Drag a card to a column, as a hand does."""
    page = somebody.page
    card = page.locator(".o_kanban_record", has_text=name).bounding_box()
    header = column.locator(".o_kanban_header").bounding_box()
    page.mouse.move(card["x"] + 60, card["y"] + 15)
    page.mouse.down()
    page.wait_for_timeout(300)
    page.mouse.move(header["x"] + 80, header["y"] + 120, steps=15)
    page.wait_for_timeout(300)
    page.mouse.up()


def column_of(page, stage):
    """The column of a stage; groups are numbered by the client, so it is found by its place."""
    names = page.locator(".o_kanban_group .o_column_title").all_inner_texts()
    return next(place for place, name in enumerate(names) if name.strip().startswith(stage))


def fill_in_two_goes(page, shown):
    """Half of it is not enough, and what was filled is not lost."""
    shown.locator("[data-field=expected_revenue] input").fill(str(REVENUE))
    shown.locator("[data-field=tag_ids] input").fill("Balcony")
    page.locator(".o-autocomplete--dropdown-item", has_text="Balcony").first.click()
    shown.locator("button[name=save]").click()
    expect(shown).not_to_contain_text("We know the amount")
    expect(shown).to_contain_text("We know the city")
    shown.locator("[data-field=city] input").fill("Haifa")
    shown.locator("button[name=save]").click()


@pytest.mark.parametrize("login", PEOPLE)
def test_the_status_bar_asks_for_what_is_missing(chromium, address, lead, stage, login):
    made = lead(login, f"Balcony of {login}")
    somebody = Person(chromium, address, login)
    page = somebody.page
    somebody.open(f"crm/{made['id']}")
    page.fill(".o_form_view [name=phone] input", "+972 3 555 1799")

    page.click(f".o_statusbar_status button[data-value='{stage}']")
    shown = dialog(somebody)
    expect(shown).to_contain_text("We know the amount")
    expect(shown).to_contain_text("We know the city")
    expect(shown.locator("button[name=override]")).to_have_count(0)
    somebody.look(f"stage_refused_{login}")
    assert standing(somebody, made["id"])["stage_id"] == made["stage"]

    fill_in_two_goes(page, shown)
    expect(page.locator(".o_stage_refused")).to_have_count(0)
    somebody.settle()
    row = standing(somebody, made["id"])
    assert (row["stage_id"], row["expected_revenue"], row["city"]) == (stage, REVENUE, "Haifa")
    assert len(row["tag_ids"]) == 1
    assert row["phone"].replace("-", " ") == "+972 3 555 1799"
    chosen = page.locator(".o_statusbar_status button.o_arrow_button_current")
    expect(chosen).to_have_attribute("data-value", str(stage))
    somebody.look(f"stage_moved_{login}")
    assert somebody.errors == []
    somebody.context.close()


def test_not_yet_leaves_the_form_as_it_was(chromium, address, lead, stage):
    made = lead("tom", "Balcony for later")
    tom = Person(chromium, address, "tom")
    tom.open(f"crm/{made['id']}")
    tom.page.click(f".o_statusbar_status button[data-value='{stage}']")
    dialog(tom).locator("button[name=stay]").click()
    tom.settle()
    chosen = tom.page.locator(".o_statusbar_status button.o_arrow_button_current")
    expect(chosen).to_have_attribute("data-value", str(made["stage"]))
    expect(tom.page.locator(".o_form_button_save:visible")).to_have_count(0)
    tom.context.close()


def test_a_manager_drags_the_card_and_moves_it_anyway(chromium, address, lead, stage):
    name = "Balcony of the mayor"
    made = lead("michael", name)
    michael = Person(chromium, address, "michael")
    page = michael.page
    michael.open("action-crm_lifecycle.action_crm_lead_win")
    column = page.locator(".o_kanban_group").nth(column_of(page, "Call Set"))
    drag(michael, name, column)
    shown = dialog(michael)
    michael.look("stage_refused_michael")
    shown.locator("button[name=override]").click()
    shown.locator("button[name=override]").click()
    expect(shown.locator("[name=reason]")).to_be_focused()
    shown.locator("[name=reason]").fill("The mayor asked")
    shown.locator("button[name=override]").click()

    expect(page.locator(".o_stage_refused")).to_have_count(0)
    michael.settle()
    assert standing(michael, made["id"])["stage_id"] == stage
    expect(column.locator(".o_kanban_record", has_text=name)).to_have_count(1)
    passages = michael.call(
        "crm.stage.passage",
        "search_read",
        [["lead_id", "=", made["id"]], ["is_overridden", "=", True]],
        ["override_reason"],
    )
    assert [one["override_reason"] for one in passages] == ["The mayor asked"]
    assert michael.errors == []
    michael.context.close()
