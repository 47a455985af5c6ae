"""Measuring: CPU time of this process and of its PostgreSQL backend, medians, ratios."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What a piece of work took.

    :param cpu: seconds of CPU, of this process and of the backend
    :param wall: seconds that passed
    :param queries: statements sent
    """

    cpu: float
    wall: float
    queries: int = 0
    backend: float = 0.0


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process has used: to the nanosecond where the kernel tells."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, IndexError):
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def backend_of(cr) -> int:
    """The process id of a cursor's backend, which must be on this machine."""
    cr.execute("SELECT pg_backend_pid()")
    return cr.fetchone()[0]


def cost(cr, work: Callable[[], object]) -> Cost:
    """Do ``work()`` once, and say what it took. ``cr`` is the cursor it works with."""
    pid = backend_of(cr)
    queries = cr.sql_log_count
    server, own, wall = cpu_of(pid), time.process_time(), time.perf_counter()
    work()
    wall = time.perf_counter() - wall
    own = time.process_time() - own
    server = cpu_of(pid) - server
    return Cost(own + server, wall, cr.sql_log_count - queries, server)


def median(costs: Iterable[Cost]) -> Cost:
    """Each figure's median by itself."""
    return _each(list(costs), statistics.median)


def minimum(costs: Iterable[Cost]) -> Cost:
    """Each figure's minimum by itself: what the work takes when nothing disturbs it."""
    return _each(list(costs), min)


def _each(costs: list[Cost], of: Callable) -> Cost:
    fields = Cost.__dataclass_fields__
    return Cost(**{name: of([getattr(cost, name) for cost in costs]) for name in fields})


def alternate(works: Sequence[Callable[[], Cost]], times: int = 3) -> list[list[Cost]]:
    """Do several works in turn, so many times each: what disturbs one disturbs the others.

    :return: for each work its costs
    """
    rounds = [[work() for work in works] for _round in range(times)]
    return [list(costs) for costs in zip(*rounds, strict=True)]


def ratio(one: float, other: float) -> float:
    """``one / other``; infinite beside nothing."""
    return one / other if other else float("inf")
