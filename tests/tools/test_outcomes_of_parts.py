"""What makes a part pass or fail, and the one line at the end."""

from pathlib import Path

import pytest

from tools import odoo_log, odoo_tests, outcome, pytest_parts, testing
from tools.console import ToolError
from tools.outcome import Outcome


@pytest.fixture(autouse=True)
def no_allowed_skips(monkeypatch, tmp_path):
    for module in (odoo_tests, pytest_parts):
        monkeypatch.setattr(module, "ALLOWED_SKIPS", tmp_path / "skips.txt")
    return tmp_path / "skips.txt"


def run(total=3, broken=(), skipped=None, complete=True):
    return odoo_log.Run(total, tuple(broken), skipped or {}, complete)


def judge(found, code=0, lines=(), known=None):
    return odoo_tests.judge("addon", found, code, Path("log"), lines, known)


def test_all_passed():
    found = judge(run())
    assert found.ok
    assert (found.passed, found.failed, found.skipped) == (3, 0, 0)


def test_no_test_at_all_is_not_a_success():
    assert not judge(run(total=0)).ok


def test_a_failure_fails():
    found = judge(run(broken=["crm.A.b"]), code=1)
    assert not found.ok
    assert (found.passed, found.failed) == (2, 1)


def test_a_known_failure_counts_as_skipped_and_is_told():
    found = judge(run(broken=["crm.A.b"]), 1, known={"crm.A.b": "a query count"})
    assert found.ok
    assert (found.passed, found.failed, found.skipped) == (2, 0, 1)
    assert found.notes == ["known failure: crm.A.b: a query count"]


def test_a_known_failure_does_not_excuse_another():
    found = judge(run(broken=["crm.A.b", "crm.A.c"]), 1, known={"crm.A.b": "a query count"})
    assert (found.failed, found.skipped) == (1, 1)


def test_a_known_failure_that_passes_is_told():
    assert judge(run(), known={"crm.A.b": "x"}).notes == ["known failure passed: crm.A.b"]


def test_a_skip_nobody_allowed_fails(no_allowed_skips):
    skipping = run(skipped={"crm.A.b": "no browser"})
    assert not judge(skipping).ok
    assert judge(skipping).problems == ["skipped: crm.A.b: no browser"]
    no_allowed_skips.write_text("crm.A.b  # needs a mail server\n")
    assert judge(skipping).ok
    assert judge(skipping).skipped == 1


def test_a_line_in_the_log_fails():
    assert not judge(run(), lines=["WARNING x"]).ok


def test_an_exit_code_without_a_failure_fails():
    assert judge(run(), code=3).problems == ["Odoo ended with code 3"]


def test_an_unfinished_run_fails():
    assert not judge(run(complete=False)).ok


JUNIT = """<testsuites><testsuite>
<testcase classname="t.x" name="one"/>
<testcase classname="t.x" name="two"><failure message="no">trace</failure></testcase>
<testcase classname="t.x" name="three"><skipped message="no browser"/></testcase>
<testcase classname="t.x" name="four"><error message="no">trace</error></testcase>
</testsuite></testsuites>"""


def test_a_junit_report_is_counted(no_allowed_skips):
    found = pytest_parts.read("e2e", JUNIT, 1, Path("log"))
    assert (found.passed, found.failed, found.skipped) == (1, 3, 0)
    no_allowed_skips.write_text("t.x.three  # not on this system\n")
    found = pytest_parts.read("e2e", JUNIT, 1, Path("log"))
    assert (found.passed, found.failed, found.skipped) == (1, 2, 1)


def test_an_empty_report_is_not_a_success():
    found = pytest_parts.read("e2e", "<testsuites/>", pytest_parts.NO_TESTS, Path("log"))
    assert not found.ok


def test_a_pytest_that_broke_down_is_a_failure():
    report = '<testsuites><testcase classname="a" name="b"/></testsuites>'
    assert pytest_parts.read("e2e", report, 3, Path("log")).failed == 1


def test_folders_without_tests_are_a_failure(state, tmp_path):
    assert not pytest_parts.run("e2e", Path("python"), [tmp_path / "none"], {}, []).ok


def test_the_last_line_adds_up():
    outcomes = [Outcome("a", 1, 2, 3), Outcome("b", 10, 20, 30)]
    assert outcome.total(outcomes) == "11 passed, 22 failed, 33 skipped"


def test_many_problems_are_cut():
    found = Outcome("a", failed=100, problems=[str(n) for n in range(100)], log=Path("x.log"))
    assert "    ... and 60 more" in found.lines()
    assert found.lines()[-1] == "    log: x.log"


@pytest.fixture
def parts(monkeypatch):
    """Parts that only say that they ran; the second one breaks down."""
    ran = []

    def part(name, _options):
        ran.append(name)
        if name == "lint":
            raise ToolError("no linter\nto be had")
        return Outcome(name, passed=2)

    monkeypatch.setattr(testing, "run_part", part)
    return ran


def test_without_a_name_all_parts_run_and_one_that_breaks_down_stops_none(parts, capsys):
    assert testing.main([]) == 1
    assert parts == list(testing.PARTS)
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "8 passed, 1 failed, 0 skipped"
    assert "    no linter" in out


def test_named_parts_only(parts, capsys):
    assert testing.main(["core", "engine"]) == 0
    assert parts == ["engine", "core"]
    assert capsys.readouterr().out.splitlines()[-1] == "4 passed, 0 failed, 0 skipped"


def test_an_unknown_part_is_refused(parts, capsys):
    with pytest.raises(SystemExit):
        testing.main(["engines"])
    assert "no such part: engines" in capsys.readouterr().err
    assert not parts


def test_the_halves_of_the_addon_s_tests_are_all_of_them(tmp_path, monkeypatch):
    tests = tmp_path / "some_addon" / "tests"
    tests.mkdir(parents=True)
    for name in ("a", "b", "c"):
        (tests / f"test_{name}.py").write_text(f"class Test{name.upper()}(Common):\n    pass\n")
    monkeypatch.setattr(odoo_tests.paths, "ROOT", tmp_path)
    first, second = odoo_tests.halves(["some_addon"])
    assert second == "/some_addon:TestB"
    assert first == "/some_addon,-/some_addon:TestB"


def test_an_addon_without_tests_is_one_selection(tmp_path, monkeypatch):
    monkeypatch.setattr(odoo_tests.paths, "ROOT", tmp_path)
    assert odoo_tests.halves(["some_addon"]) == ["/some_addon"]
