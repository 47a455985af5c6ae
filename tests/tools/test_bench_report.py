"""The benchmarks' arithmetic and their table."""

import math

import pytest

from benchmarks import measure, report
from benchmarks.measure import Cost
from benchmarks.report import Result


def test_the_median_and_the_minimum_are_taken_of_each_figure_by_itself():
    costs = [Cost(1.0, 9.0, 5), Cost(3.0, 7.0, 5), Cost(2.0, 8.0, 6)]
    assert measure.median(costs) == Cost(2.0, 8.0, 5)
    assert measure.minimum(costs) == Cost(1.0, 7.0, 5)


def test_works_are_done_in_turn():
    done = []
    works = [lambda: done.append("a") or Cost(1, 1), lambda: done.append("b") or Cost(2, 2)]
    ours, theirs = measure.alternate(works, times=3)
    assert "".join(done) == "ababab"
    assert [len(ours), len(theirs)] == [3, 3]
    assert theirs[0].cpu == 2


def test_a_ratio_beside_nothing_is_infinite_and_shown_as_a_dash():
    assert measure.ratio(1, 2) == 0.5
    assert math.isinf(measure.ratio(1, 0))
    assert report.number(math.inf) == "-"


def test_cpu_time_of_a_process_grows_with_its_work():
    import os

    before = measure.cpu_of(os.getpid())
    sum(number * number for number in range(300_000))
    assert measure.cpu_of(os.getpid()) > before


@pytest.mark.parametrize(
    ("value", "aim", "met"),
    [
        (1.5, "<= 1.5", True),
        (1.51, "<= 1.5", False),
        (0, "== 0", True),
        (31, ">= 30", True),
        (2.0, "", None),
    ],
)
def test_an_aim_is_met_or_not(value, aim, met):
    assert Result("figure", "other", value, aim).met is met


def test_durations_are_written_for_people():
    assert [report.milliseconds(s) for s in (0.00084, 0.084, 0.84, 8.44, 844.0)] == [
        "0.8 ms",
        "84.0 ms",
        "840 ms",
        "8.4 s",
        "844 s",
    ]


def test_growth_is_m_beside_s_where_a_figure_asks_for_it():
    small = Result("posting", "bare", 1.0, size="S", seconds=0.1, grows="<= 1.5", key="posting")
    large = Result("posting", "bare", 1.0, size="M", seconds=0.2, grows="<= 1.5", key="posting")
    other = Result("users", "bare", 1.0, size="M", seconds=0.2)
    [row] = report.growth([small, large, other])
    assert (row.size, row.value, row.aim, row.met) == ("M / S", 2.0, "<= 1.5", False)


def test_measuring_one_figure_again_leaves_the_others():
    kept = [Result("a", "x", 1, key="first"), Result("b", "x", 2, key="second")]
    new = [Result("a", "x", 9, key="first")]
    merged = report.merged(kept, new, "first", ["first", "second"])
    assert [(result.key, result.value) for result in merged] == [("first", 9), ("second", 2)]


def test_results_are_kept_and_read_back(tmp_path):
    results = [Result("a", "x", 1.25, "<= 2", "5 ms", "4 ms", "S", 0.005, "-", "first")]
    report.save(tmp_path / "bench" / "S.json", results)
    assert report.load(tmp_path / "bench" / "S.json") == results
    assert report.load(tmp_path / "none.json") == []


def test_the_table_replaces_its_own_part_of_a_document_only(tmp_path):
    page = tmp_path / "performance.md"
    page.write_text(f"# Performance\n\nBefore.\n\n{report.BEGIN}\nold\n{report.END}\n\nAfter.\n")
    report.write(page, [Result("posting", "bare", 1.02, "<= 1.03", size="S")], {"Date": "today"})
    text = page.read_text()
    assert "old" not in text
    assert text.startswith("# Performance\n\nBefore.")
    assert text.endswith("After.\n")
    assert "| posting" in text
    assert "- Date: today" in text
    report.write(page, [], {})
    assert page.read_text().count(report.BEGIN) == 1
