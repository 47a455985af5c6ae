"""Two people press at the same moment, on a real server: one is first, and both are told."""

import itertools
import json
import threading
import urllib.request
from http.cookiejar import CookieJar

import pytest

from tests.e2e import browser as browsers

ROUNDS = 25
MAKE_CARDS = """
tom, dana = (env['res.users'].search([('login', '=', login)]) for login in ('tom', 'dana'))
# Both see all leads, so that each can drag the other's card.
(tom | dana).write({'group_ids': [(4, env.ref('sales_team.group_sale_salesman_all_leads').id)]})
env = env(context={'allowed_company_ids': tom.company_id.ids, 'tracking_disable': True})
leads = env['crm.lead'].create([{
    'name': f'Pulled {number}', 'type': 'opportunity', 'company_id': tom.company_id.id,
    'user_id': tom.id} for number in range(arguments['count'])])
free = env['crm.lead'].create([{
    'name': f'Ringing {number}', 'type': 'lead', 'company_id': tom.company_id.id,
    'user_id': False} for number in range(arguments['count'])])
free.write({'user_id': False, 'team_id': tom.sale_team_id.id})
gone = env['crm.lead'].create([{
    'name': f'Gone {number}', 'type': 'opportunity', 'company_id': tom.company_id.id,
    'user_id': tom.id} for number in range(arguments['count'])])
gone.action_archive()
env.cr.commit()
result({'pulled': leads.ids, 'ringing': free.ids, 'gone': gone.ids,
        'stages': leads[0]._process_stages().filtered(lambda one: not one.is_won).ids,
        'users': {'tom': tom.id, 'dana': dana.id}})
"""
# One row a lead: its stage, and its stays in their order.
READ_STAYS = """
found = {}
for lead in env['crm.lead'].with_context(active_test=False).browse(arguments['ids']):
    stays = env['crm.stage.passage'].search(
        [('lead_id', '=', lead.id), ('state', '!=', 'skipped')], order='date_in, id')
    found[lead.id] = {'stage': lead.stage_id.id, 'stays': [
        [stay.stage_id.id, str(stay.date_in), stay.date_out and str(stay.date_out),
         stay.next_stage_id.id, stay.exit, stay.in_user_id.id] for stay in stays]}
result(found)
"""


class Session:
    """Somebody logged in without a browser."""

    def __init__(self, address, database, login):
        self.address, self.login = address, login
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(jar)
        who = {"db": database, "login": login, "password": login}
        self.post("/web/session/authenticate", who)

    def post(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "params": params}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, body, headers)
        with self.opener.open(request, timeout=120) as response:
            return json.load(response)

    def call(self, model, method, *args):
        """What the web client sends: the answer, or what the person is told."""
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        answer = self.post(f"/web/dataset/call_kw/{model}/{method}", params)
        error = answer.get("error")
        return (None, error["data"]["message"]) if error else (answer.get("result"), None)


def at_once(people, *calls):
    """Each of them calls at the same moment; returns the answers in their order."""
    ready, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def do(place, person, call):
        ready.wait()
        answers[place] = person.call("crm.lead", *call)

    threads = [
        threading.Thread(target=do, args=(place, person, call))
        for place, (person, call) in enumerate(zip(people, calls, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture(scope="module")
def made(run_script, database):
    return run_script(database, MAKE_CARDS, count=ROUNDS)


@pytest.fixture(scope="module")
def people(odoo, database, made):
    with browsers.serving(odoo, database) as address:
        yield [Session(address, database, login) for login in ("tom", "dana")]


def whole(lead):
    """The stays follow one another without gap or overlap; the open one is where the lead is."""
    stays = lead["stays"]
    for stay, following in itertools.pairwise(stays):
        assert stay[2], stays
        assert stay[2] <= following[1], stays
    *_past, last = stays
    assert last[2] is False, stays
    assert last[0] == lead["stage"], stays
    return stays


def test_two_drag_one_card_to_different_stages(people, made, run_script, database):
    second, third = made["stages"][1:3]
    for lead_id in made["pulled"]:
        answers = at_once(
            people,
            ("web_save", [lead_id], {"stage_id": second}, {}),
            ("web_save", [lead_id], {"stage_id": third}, {}),
        )
        assert [told for _result, told in answers] == [None, None]
    found = run_script(database, READ_STAYS, ids=made["pulled"])
    movers = set()
    for lead in found.values():
        stays = whole(lead)
        for stay, following in itertools.pairwise(stays):
            # One went on where the other had left it, at the same moment.
            assert (stay[2], stay[3]) == (following[1], following[0]), stays
        assert {stay[0] for stay in stays} == {made["stages"][0], second, third}
        movers.add(stays[1][5])
    assert movers == set(made["users"].values()), "Each of them was first at times."


def test_two_restore_one_lead(people, made, run_script, database):
    for lead_id in made["gone"]:
        answers = at_once(people, *[("action_unarchive", [lead_id])] * 2)
        assert [told for _result, told in answers] == [None, None]
    for lead in run_script(database, READ_STAYS, ids=made["gone"]).values():
        assert len(whole(lead)) == 2


def test_two_take_one_ringing_lead(people, made):
    winners = set()
    for lead_id in made["ringing"]:
        answers = at_once(people, *[("action_take", [lead_id])] * 2)
        got = [place for place, (result, _told) in enumerate(answers) if result]
        assert len(got) == 1, answers
        owner, told = people[got[0]], answers[1 - got[0]][1]
        [row], _none = owner.call("crm.lead", "read", [lead_id], ["user_id"])
        assert row["user_id"][0] == made["users"][owner.login]
        assert row["user_id"][1] in told, told
        winners.add(owner.login)
    assert winners == {"tom", "dana"}, "Each of them was first at times."
