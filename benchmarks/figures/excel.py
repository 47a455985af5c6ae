"""Excel of everybody, beside bare xlsxwriter."""

from __future__ import annotations

from benchmarks import excel as workbook
from benchmarks.bench import Bench
from benchmarks.figures import figure
from benchmarks.report import Result


@figure("excel")
def excel(bench: Bench) -> list[Result]:
    """As many customers as the size has rows; memory is what the peak rises by."""
    with bench.env() as env:
        rows = env["crm.customer.value"].search_count([])
    taken = workbook.measure(bench.db, rows, bench.times)
    ours, theirs = taken["ours"], taken["bare"]
    name = f"Excel of {rows // 1000},000 customers"
    memory = ours["memory"] - theirs["memory"]
    return [
        bench.result(name, "bare xlsxwriter (CPU)", ours["cpu"], theirs["cpu"], "<= 1.3"),
        Result(
            f"{name}: MB more at the peak",
            "bare xlsxwriter",
            memory,
            "<= 40",
            f"{ours['memory']:.0f} MB",
            f"{theirs['memory']:.0f} MB",
            bench.size.name,
        ),
    ]
