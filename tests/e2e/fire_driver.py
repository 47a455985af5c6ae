"""Runs in Odoo's shell: jobs that are killed, and jobs beside a busy writer.

The parent loads Odoo once and forks; a child runs a job on a connection of its own and may be
killed at any moment. Not a test by itself: ``test_jobs_under_fire.py`` feeds it to the shell.
"""

# ruff: noqa: F821 - env, arguments and result are the shell's
import os
import random
import signal
import time
import traceback

import psycopg2
from odoo import SUPERUSER_ID, api
from odoo.addons.crm_lifecycle.models.value import customer_value_queue, customer_value_run
from odoo.modules.registry import Registry
from odoo.sql_db import close_all, db_connect

DATABASE = env.cr.dbname
# Small pieces, so that there are many moments between two commits.
customer_value_run.BATCH = 7
customer_value_queue.BATCH = 3
FIGURES = (
    "partner_id, company_id, revenue_total, revenue_period, service_cost_total, value_period,"
    " purchase_count, return_count, score, tier, phase"
)


def query(sql, *values):
    """Run SQL on a connection of its own."""
    with db_connect(DATABASE).cursor() as cr:
        cr.execute(sql, values)
        return cr.fetchall() if cr.description else []


def do(work):
    """Run ``work(env)`` in a transaction of its own."""
    with Registry(DATABASE).cursor() as cr:
        return work(api.Environment(cr, SUPERUSER_ID, {}))


def full_refresh(in_env):
    in_env["crm.customer.value.run"]._cron_refresh()


def night(in_env):
    """The nightly job as the scheduler runs it, with its ten seconds; raises when it failed."""
    job = in_env.ref("crm_lifecycle.cron_customer_value_run")
    answer = job.method_direct_trigger()
    if isinstance(answer, dict):
        raise RuntimeError(answer)


def done_runs():
    return query("SELECT COUNT(*) FROM crm_customer_value_run WHERE state = 'done'")[0][0]


def work_off(in_env):
    in_env["crm.customer.value.queue"]._cron_refresh()


def fork(work):
    """Run ``work(env)`` in a child. Its exit code is 0, or 1 when it raised."""
    close_all()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        do(work)
        code = 0
    except Exception:  # noqa: BLE001 - told, and shown by the code
        traceback.print_exc()
    finally:
        os._exit(code)


def wait(pid):
    """A child's exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def disturb(seed):
    """Change what figures are made of behind the hooks' back, and queue a few customers."""
    generator = random.Random(seed)
    moves = query(
        "SELECT id, commercial_partner_id, company_id FROM account_move"
        " WHERE state IN ('posted', 'draft') AND move_type = 'out_invoice' ORDER BY id"
    )
    for move, partner, company in generator.sample(moves, 5):
        query(
            "UPDATE account_move SET state ="
            " CASE state WHEN 'posted' THEN 'draft' ELSE 'posted' END WHERE id = %s",
            move,
        )
        query(
            "INSERT INTO crm_customer_value_queue (partner_id, company_id) VALUES (%s, %s)",
            partner,
            company,
        )


def table():
    return query(f"SELECT {FIGURES} FROM crm_customer_value ORDER BY partner_id, company_id")


def computed_afresh():
    """The table as one undisturbed refresh makes it of nothing, then put back."""
    with Registry(DATABASE).cursor() as cr:
        cr.execute("CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM crm_customer_value")
        cr.execute("DELETE FROM crm_customer_value")
        fresh = api.Environment(cr, SUPERUSER_ID, {})
        run = fresh["crm.customer.value.run"].create(
            {
                "as_of": run_day(fresh),
                "last_position": fresh["crm.customer.value.run"]._last_customer(),
            }
        )
        while run.state not in ("done", "stopped", "failed"):
            run._steps(commit=None, attempt=0)[run.state]()
        fresh.flush_all()
        cr.execute(f"SELECT {FIGURES} FROM crm_customer_value ORDER BY partner_id, company_id")
        rows = cr.fetchall()
        cr.rollback()
    return rows


def run_day(in_env):
    return in_env["crm.customer.value.run"]._current().as_of


def kill_at_random(times, seed):
    """Start jobs until ``times`` of them were killed before their end, changing something between.

    :return: how many were killed
    """
    generator = random.Random(seed)
    killed = number = 0
    while killed < times and number < 4 * times:
        number += 1
        if number % 10 == 0:
            disturb(seed + number)
        pid = fork(generator.choice((full_refresh, work_off)))
        time.sleep(generator.uniform(0.0, 0.25))
        os.kill(pid, signal.SIGKILL)
        killed += wait(pid) == -signal.SIGKILL
    return killed


def busy_writer(stop_after):
    """Write customer rows, one a transaction, for so many seconds. Runs in a child."""

    def work(_env):
        cr = psycopg2.connect(dbname=DATABASE)
        ids = [row[0] for row in query("SELECT id FROM crm_customer_value")]
        until = time.monotonic() + stop_after
        count = 0
        while time.monotonic() < until:
            with cr, cr.cursor() as cursor:
                cursor.execute(
                    "UPDATE crm_customer_value SET p_alive = %s WHERE id = %s",
                    (random.random(), random.choice(ids)),
                )
            count += 1
            # More than 100 transactions a second.
            time.sleep(0.002)
        query("CREATE TABLE IF NOT EXISTS crm_test_writes (number int)")
        query("INSERT INTO crm_test_writes VALUES (%s)", count)

    return work


def finish():
    """What an undisturbed night makes of it: whatever is left is done."""
    return [wait(fork(work_off)), wait(fork(full_refresh)), wait(fork(work_off))]


def report(**more):
    """The table beside the truth, and what must not be there twice."""
    afresh, stored = computed_afresh(), table()
    wrong = [str(row) for row in set(map(str, afresh)) ^ set(map(str, stored))]
    result(
        {
            "rows": len(stored),
            "wrong": wrong[:10],
            "entered_twice": query(
                "SELECT partner_id, company_id FROM crm_lifecycle_transition"
                " WHERE reason = 'entered' GROUP BY 1, 2 HAVING COUNT(*) > 1"
            ),
            "months_twice": query(
                "SELECT partner_id, company_id, date FROM crm_customer_value_snapshot"
                " GROUP BY 1, 2, 3 HAVING COUNT(*) > 1"
            ),
            "queued": query("SELECT COUNT(*) FROM crm_customer_value_queue")[0][0],
            "states": query("SELECT state, COUNT(*) FROM crm_customer_value_run GROUP BY 1"),
            **more,
        }
    )
    # Forking closed the shell's own connection: there is nothing for it to roll back.
    os._exit(0)
