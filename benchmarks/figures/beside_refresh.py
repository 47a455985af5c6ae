"""Posting while a full refresh runs in another process, beside posting alone."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager

from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.figures.posting import POSTINGS, discard, draft, post
from benchmarks.figures.refresh import full_refresh
from benchmarks.measure import minimum
from benchmarks.report import Result


@contextmanager
def refreshing(bench: Bench):
    """A process that refreshes everything again and again, from the first on to the block's end."""
    command = [sys.executable, sys.argv[0], "--refresh-forever", bench.db]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()  # it has begun
        try:
            yield
        finally:
            process.terminate()


def refresh_forever(bench: Bench) -> None:
    """What that process does."""
    print("refreshing", flush=True)
    while True:
        bench.measure(full_refresh)


@figure("beside")
def posting_beside_refresh(bench: Bench) -> list[Result]:
    move_id = draft(bench, bench.db, "middling")
    for _time in range(3):
        post(bench, bench.db, move_id)
    idle, busy = [], []
    for _round in range(bench.times):
        count = -(-POSTINGS // bench.times)
        idle += [post(bench, bench.db, move_id) for _time in range(count)]
        with refreshing(bench):
            busy += [post(bench, bench.db, move_id) for _time in range(count)]
    discard(bench, bench.db, move_id)
    name = "Posting while a full refresh runs"
    ours, theirs = minimum(busy), minimum(idle)
    return [
        bench.result(name, "idle (CPU)", ours.cpu, theirs.cpu, "<= 1.1"),
        bench.result(name, "idle (wall clock)", ours.wall, theirs.wall, "<= 1.1"),
    ]
