"""The jobs of the room pipeline: killed anywhere, and two workers of each at once."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
DRIVER = "".join((HERE / name).read_text() for name in ("fire_driver.py", "pipeline_driver.py"))
EACH = 12


@pytest.fixture
def under_fire(run_script, fresh_database):
    """Run a scenario of the driver on a database of its own and return its report."""
    return lambda code: run_script(fresh_database, DRIVER + code)


def right(report):
    """Everything was done, and nothing twice."""
    assert report["codes"] == [0] * len(report["codes"])
    # A step of the ladder for whoever is on it and one for the manager, each with its to-do.
    assert (report["alerts"], report["clock"], report["failed"]) == ([2], [2], EACH)
    # The salesperson and the team leader hear of a lead that nobody contacted.
    assert report["late"] == [2]
    # An e-mail waits for each to-do; a dead job has sent none.
    assert report["notices"] == [[2], [2], [1], [1]]
    assert (report["put_off"], report["still_off"]) == ([1], 0)
    assert (report["tried"], report["lost"]) == ([1], [1])
    assert (report["rule"], report["made"]) == ([1], [1])
    assert (report["quotations"], report["mails"]) == ([1], [1])
    assert report["papers"] == ["done", "ready"]
    assert report["stays"] == 3 * EACH
    assert report["seen"] == [1, 2], "The oracle is alive."
    assert (report["wrong_stays"], report["stays_twice"]) == ([], 0)


def test_killed_at_random_points_everything_is_done_once(under_fire):
    report = under_fire(
        """
truth = set_fire()
killed = kill_jobs(50, seed=5)
codes = [wait(fork(job)) for job in JOBS]
told(truth, codes=codes, killed=killed)
"""
    )
    assert report["killed"] >= 50
    right(report)


def test_two_workers_of_each_job_at_once_do_everything_once(under_fire):
    report = under_fire(
        """
truth = set_fire()
codes = []
for job in JOBS:
    codes += [wait(pid) for pid in [fork(job), fork(job)]]
told(truth, codes=codes + [wait(fork(job)) for job in JOBS])
"""
    )
    right(report)
