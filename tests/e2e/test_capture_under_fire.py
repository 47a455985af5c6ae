"""The capture of contacts: killed anywhere, and done by several processes at once."""

from pathlib import Path

import pytest

DRIVER = Path(__file__).with_name("fire_driver.py").read_text()
SCENE = """
from datetime import datetime, timedelta
from odoo import Command
from odoo.addons.crm_lifecycle.models.interaction import (
    interaction_capture, interaction_capture_meeting)

# Small pieces, so that there are many moments between two commits.
interaction_capture.BATCH = 3
interaction_capture_meeting.MEETINGS = 3


def work_off_contacts(in_env):
    in_env["crm.interaction.capture"]._cron_capture()


def look_for_meetings(in_env):
    in_env["crm.interaction.capture"]._cron_meetings()


def meet_and_write(count):
    # One of us writes to a new customer so many times, and has met them as often.
    def work(in_env):
        customer = in_env["res.partner"].create({"name": "Fire", "email": "fire@x.example"})
        seller = in_env.ref("base.user_admin")
        for number in range(count):
            customer.with_user(seller).sudo().message_post(
                body=f"Message {number}", message_type="comment",
                subtype_xmlid="mail.mt_comment", partner_ids=customer.ids,
                force_send=False)
        start = datetime.now().replace(microsecond=0) - timedelta(days=2)
        in_env["calendar.event"].create([
            {"name": f"Meeting {number}", "user_id": seller.id,
             "start": start + timedelta(minutes=number), "stop": start + timedelta(hours=1),
             "partner_ids": [Command.set((customer | seller.partner_id).ids)]}
            for number in range(count)])
        return customer.id
    customer = do(work)
    assert query("SELECT COUNT(*) FROM crm_interaction_capture")[0][0] >= count
    return customer


def told(customer, **more):
    result({
        "logged": dict(query(
            "SELECT source, COUNT(*) FROM crm_interaction WHERE partner_id = %s GROUP BY 1",
            customer)),
        "twice": query(
            "SELECT source, source_res_id FROM crm_interaction WHERE source_res_id > 0"
            " GROUP BY 1, 2 HAVING COUNT(*) > 1"),
        "left": query("SELECT COUNT(*) FROM crm_interaction_capture")[0][0],
        **more,
    })
    os._exit(0)
"""


@pytest.fixture(scope="module")
def under_fire(run_script, database):
    """Run a scenario of the driver and return its report."""
    return lambda code: run_script(database, DRIVER + SCENE + code)


def test_killed_at_random_points_each_contact_is_logged_once(under_fire):
    report = under_fire(
        """
customer = meet_and_write(40)
generator, killed = random.Random(7), 0
for number in range(60):
    pid = fork(generator.choice((work_off_contacts, look_for_meetings)))
    time.sleep(generator.uniform(0.0, 0.08))
    os.kill(pid, signal.SIGKILL)
    killed += wait(pid) == -signal.SIGKILL
codes = [wait(fork(work_off_contacts)), wait(fork(look_for_meetings))]
told(customer, codes=codes, killed=killed)
"""
    )
    assert report["killed"] >= 20
    assert report["codes"] == [0, 0]
    assert report["logged"] == {"email": 40, "meeting": 40}
    assert report["twice"] == []
    assert report["left"] == 0


def test_three_processes_at_once_log_each_contact_once(under_fire):
    report = under_fire(
        """
customer = meet_and_write(40)
works = (work_off_contacts, work_off_contacts, look_for_meetings, look_for_meetings)
codes = [wait(pid) for pid in [fork(work) for work in works]]
codes += [wait(fork(work_off_contacts)), wait(fork(look_for_meetings))]
told(customer, codes=codes)
"""
    )
    assert report["codes"] == [0] * 6
    assert report["logged"] == {"email": 40, "meeting": 40}
    assert report["twice"] == []
    assert report["left"] == 0
