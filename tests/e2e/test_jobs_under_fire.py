"""The jobs of the value room: killed anywhere, and beside people who work."""

from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("fire_driver.py").read_text()
EMPTY = """
query('DELETE FROM crm_customer_value')
query('DELETE FROM crm_customer_value_snapshot')
"""


@pytest.fixture(scope="module")
def under_fire(run_script, database):
    """Run a scenario of the driver and return its report."""
    return lambda code, **arguments: run_script(database, DRIVER + code, **arguments)


def right(report):
    """Every row is what one undisturbed refresh makes, and nothing happened twice."""
    assert report["rows"] > 50
    assert report["wrong"] == []
    assert report["entered_twice"] == []
    assert report["months_twice"] == []
    assert report["queued"] == 0


def test_killed_at_100_random_points(under_fire):
    report = under_fire(
        EMPTY
        + "query('DELETE FROM crm_lifecycle_transition')\n"
        + "killed = kill_at_random(100, seed=11)\nreport(codes=finish(), killed=killed)\n"
    )
    assert report["killed"] >= 100
    assert report["codes"] == [0, 0, 0]
    right(report)


def test_20_of_20_runs_complete_beside_a_busy_writer(under_fire):
    report = under_fire(
        """
writer = fork(busy_writer(30))
codes, before = [], done_runs()
for number in range(20):
    disturb(100 + number)
    codes.append(wait(fork(night)))
completed = done_runs() - before
wait(writer)
writes = query('SELECT SUM(number) FROM crm_test_writes')[0][0]
query('DROP TABLE crm_test_writes')
report(codes=codes, completed=completed, writes=writes, last=finish())
"""
    )
    assert report["codes"] == [0] * 20
    assert report["completed"] == 20
    assert report["last"] == [0, 0, 0]
    assert report["writes"] >= 3000, "The writer was busy: over 100 transactions a second."
    right(report)


def test_three_workers_at_once_do_each_thing_once(under_fire):
    report = under_fire(
        EMPTY
        + """
query('DELETE FROM crm_lifecycle_transition')
codes = []
for number in range(5):
    disturb(200 + number)
    query("INSERT INTO crm_customer_value_queue (partner_id, company_id)"
          " SELECT DISTINCT commercial_partner_id, company_id FROM account_move"
          " WHERE move_type = 'out_invoice' AND commercial_partner_id IS NOT NULL")
    workers = [fork(work_off), fork(work_off), fork(full_refresh)]
    codes += [wait(worker) for worker in workers]
report(codes=codes, last=finish())
"""
    )
    assert report["codes"] == [0] * 15
    assert report["last"] == [0, 0, 0]
    right(report)


def test_a_wrong_row_would_be_seen(under_fire):
    """The oracle is alive."""
    report = under_fire(
        "finish()\n"
        "query('UPDATE crm_customer_value SET revenue_total = revenue_total + 1"
        " WHERE id = (SELECT MIN(id) FROM crm_customer_value)')\nreport()\n"
    )
    assert len(report["wrong"]) == 2
