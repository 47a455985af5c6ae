"""The refresh of segments over 100,000 contacts: killed anywhere, run twice, beside a person."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
DRIVER = "".join((HERE / name).read_text() for name in ("fire_driver.py", "segment_driver.py"))
MEMBERS = {"Fire City": 50_000, "Fire First": 20_000, "Fire Second": 20_000}


@pytest.fixture(scope="module")
def under_fire(run_script, database):
    """Run a scenario of the driver and return its report."""
    return lambda code, **arguments: run_script(database, DRIVER + code, **arguments)


def right(report):
    assert report["members"] == MEMBERS
    assert report["wrong"] == 0
    assert report["uneven"] == 0
    assert report["touched"] == 0


def test_killed_again_and_again_it_comes_to_the_same_end(under_fire):
    report = under_fire(
        """
fill()
do(segments)
do(ask)
positions, worst = kill_until_done(12, seed=5)
last = [wait(fork(refresh)), position()[0]]
told(positions=positions, worst=worst, last=last)
"""
    )
    assert len(report["positions"]) >= 3, "It was killed more than once before its end."
    assert any(report["positions"]), "One of the kills was in the middle."
    assert report["positions"] == sorted(report["positions"]), "It goes on and never back."
    assert report["worst"] == 0, "Tag and history are written together or not at all."
    assert report["last"] == [0, "done"]
    right(report)
    assert report["history"] == sum(MEMBERS.values())


def test_run_again_it_writes_nothing(under_fire):
    report = under_fire(
        """
do(ask)
code = wait(fork(refresh))
counts = query("SELECT state, entered_count, left_count, broken_count FROM crm_segment_run"
               " ORDER BY id DESC LIMIT 1")[0]
told(code=code, counts=list(counts))
"""
    )
    assert report["code"] == 0
    assert report["counts"] == ["done", 0, 0, 0]
    right(report)
    assert report["history"] == sum(MEMBERS.values())


def test_two_workers_and_a_person_at_once_do_each_thing_once(under_fire):
    """Everybody changes kind; meanwhile a person takes tags away, and sets some."""
    report = under_fire(
        """
def person(in_env):
    city = in_env["res.partner.category"].search([("name", "=", "Fire City")])
    ids = [row[0] for row in query("SELECT id FROM res_partner WHERE city = 'Fire' ORDER BY id")]
    for number in range(40):
        contact = in_env["res.partner"].browse(ids[number * 1000])
        for attempt in range(20):
            try:
                contact.write({"category_id": [(3, city.id)]})
                in_env.flush_all()
                in_env.cr.commit()
                break
            except psycopg2.errors.SerializationFailure:
                in_env.cr.rollback()
                in_env.invalidate_all(flush=False)

query("UPDATE res_partner SET function = CASE function WHEN 'F0' THEN 'F1' ELSE 'F0' END"
      " WHERE name LIKE 'Fire %%' AND function IN ('F0', 'F1')")
do(ask)
workers = [fork(refresh), fork(refresh), fork(person)]
codes = [wait(worker) for worker in workers]
do(ask)
codes.append(wait(fork(refresh)))
out = query("SELECT COUNT(*) FROM crm_segment_membership WHERE kind = 'out' AND left_on IS NULL")
twice = query("SELECT COUNT(*) FROM (SELECT 1 FROM crm_segment_membership WHERE left_on IS NULL"
              " GROUP BY partner_id, category_id HAVING COUNT(*) > 1) twice")
told(codes=codes, out=out[0][0], twice=twice[0][0])
"""
    )
    assert report["codes"] == [0, 0, 0, 0]
    assert report["out"] == 40
    assert report["twice"] == 0
    assert report["members"] == {**MEMBERS, "Fire City": 50_000 - 40}
    assert report["wrong"] == 40, "They fit the rule, and are kept out by hand."
