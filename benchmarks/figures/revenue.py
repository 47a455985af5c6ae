"""The revenue aggregate, with and without the addon's covering index."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.figures.refresh import _explain, _scope
from benchmarks.measure import alternate, median
from benchmarks.report import Result

INDEX = "account_move_lifecycle_customer_idx"


def aggregate(env) -> None:
    """The revenue of everybody, as the refresh reads it."""
    source, scope = env["crm.customer.value.source"], _scope(env)
    env.cr.execute(
        _explain("WITH param AS (%s) %s", source._param(scope), source._invoice_source(scope))
    )


def _without_index(env) -> None:
    """The same in a transaction, to be rolled back, in which the index is not there."""
    aggregate(env)


@figure("revenue")
def revenue(bench: Bench) -> list[Result]:
    def without():
        with bench.env() as env:
            env.cr.execute(f"DROP INDEX {INDEX}")
            from benchmarks.measure import cost

            return cost(env.cr, lambda: aggregate(env))

    ours, theirs = alternate([lambda: bench.measure(aggregate), without], bench.times)
    return [
        bench.result(
            "Revenue aggregate",
            "without our covering index",
            median(ours).backend,
            median(theirs).backend,
            "<= 0.5",
            "-",
        )
    ]
