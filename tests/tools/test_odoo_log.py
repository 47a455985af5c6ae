"""Counting the tests of an Odoo log, and finding the lines that should not be in it."""

import re

import pytest

from tools import odoo_log
from tools.console import ToolError


def line(text, level="INFO", logger="odoo.addons.crm.tests.test_lead"):
    return f"2026-01-02 03:04:05,678 12 {level} db {logger}: {text}"


SUMMARY = "0 failed, 0 error(s) of 2 tests when loading database 'db' "


def log(*lines):
    return "\n".join(lines)


def summary(failed, errors, total):
    text = f"{failed} failed, {errors} error(s) of {total} tests when loading database 'db' "
    return line(text, "ERROR" if failed + errors else "INFO", "odoo.tests.result")


CLEAN = log(
    line("Starting TestA.test_one ... "), line("Starting TestA.test_two ... "), summary(0, 0, 2)
)


def test_a_clean_run():
    found = odoo_log.read(CLEAN)
    assert (found.total, found.passed, found.broken, found.skipped) == (2, 2, (), {})
    assert found.complete


def test_failures_and_errors_have_names():
    found = odoo_log.read(
        log(
            line("Starting TestA.test_one ... "),
            line("FAIL: TestA.test_one\nTraceback (most recent call last):\n  File x", "ERROR"),
            line("Starting TestA.test_two ... "),
            line("ERROR: TestA.test_two", "ERROR"),
            summary(1, 1, 2),
        )
    )
    assert found.broken == ("crm.TestA.test_one", "crm.TestA.test_two")
    assert found.passed == 0


def test_subtests_of_one_test_count_once():
    found = odoo_log.read(
        log(
            line("Starting TestA.test_one ... "),
            line("FAIL: Subtest TestA.test_one (login='a')", "ERROR"),
            line("FAIL: Subtest TestA.test_one (login='b')", "ERROR"),
            summary(2, 0, 1),
        )
    )
    assert found.broken == ("crm.TestA.test_one",)
    assert (found.total, found.passed) == (1, 0)


def test_a_class_that_cannot_be_set_up_is_a_failure_of_its_own():
    broken = "ERROR: setUpClass (odoo.addons.crm.tests.test_lead.TestB)"
    found = odoo_log.read(log(CLEAN, line(broken, "ERROR", "odoo.tests.suite")))
    assert found.broken == ("crm.TestB",)
    assert (found.total, found.passed) == (3, 2)


def test_skips_are_seen_with_their_reason():
    found = odoo_log.read(
        log(
            line("Starting TestA.test_one ... "),
            line("skipped TestA.test_one : no browser"),
            summary(0, 0, 1),
        )
    )
    assert found.skipped == {"crm.TestA.test_one": "no browser"}
    assert found.passed == 0


def test_a_skipped_class_is_seen():
    found = odoo_log.read(
        log(CLEAN, line("skipped setUpClass (odoo.addons.crm.tests.test_lead.TestB) : no browser"))
    )
    assert list(found.skipped) == ["crm.TestB"]
    assert found.passed == 2


def test_a_log_without_its_closing_line_is_not_complete():
    assert not odoo_log.read(line("Starting TestA.test_one ... ")).complete


def test_the_closing_line_is_believed_when_it_is_worse():
    found = odoo_log.read(log(line("Starting TestA.test_one ... "), summary(0, 1, 5)))
    assert len(found.broken) == 1
    assert found.total == 6


def test_a_traceback_belongs_to_the_line_before():
    first, second = odoo_log.entries(log(line("one", "ERROR"), "Traceback", "  File", line("two")))
    assert first.text == "one\nTraceback\n  File"
    assert second.text == "two"


@pytest.mark.parametrize("level", ["WARNING", "ERROR", "CRITICAL"])
def test_warnings_and_worse_are_suspect(level):
    (found,) = odoo_log.suspects(
        log(CLEAN, line("field has no access rule", level, "odoo.registry"))
    )
    assert str(found) == f"{level} odoo.registry: field has no access rule"


def test_what_is_counted_as_a_test_is_not_suspect_as_well():
    text = log(line("FAIL: TestA.test_one", "ERROR"), summary(1, 0, 1))
    assert odoo_log.suspects(text) == []


def test_an_allowed_line_passes_and_no_other():
    text = log(line("pg_trgm is missing", "ERROR"), line("something else", "ERROR"))
    (left,) = odoo_log.suspects(text, [re.compile("pg_trgm")])
    assert left.text == "something else"


def test_lists_need_reasons(tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("# a comment\n\ncrm.A.b  # counts queries\n")
    assert odoo_log.read_list(file) == {"crm.A.b": "counts queries"}
    file.write_text("crm.A.b\n")
    with pytest.raises(ToolError, match=r"list.txt:1: say why"):
        odoo_log.read_list(file)


def test_a_list_that_is_not_there_is_empty(tmp_path):
    assert odoo_log.read_list(tmp_path / "none.txt") == {}


def test_a_broken_pattern_is_named(tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("(  # because\n")
    with pytest.raises(ToolError, match="not a regular expression"):
        odoo_log.read_patterns(file)
