"""A file of transactions: what is read from it, and what is said of bad rows."""

import gzip
import json
from datetime import date
from decimal import Decimal

import pytest

from tools import load_transactions, transactions
from tools.console import ToolError
from tools.transactions import Columns

TODAY = date(2026, 3, 10)


@pytest.fixture
def write(tmp_path):
    def file(text, name="data.csv"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path

    return file


def read(path, **names):
    return transactions.read(path, Columns(**names), TODAY)


def test_the_columns_of_cdnow_and_others_beside_them(write):
    found = read(write("customer,date,amount,cds,master_id\n1,1997-01-18,29.73,2,4\n"))
    assert found.problems == []
    [row] = found.transactions
    assert (row.customer, row.day, row.amount) == ("1", date(1997, 1, 18), Decimal("29.73"))


def test_other_names_another_date_format_and_gzip(write):
    path = write("who,day,sum\nגל,19970118,5\n", "data.csv.gz")
    found = read(path, customer="who", date="day", amount="sum", date_format="%Y%m%d")
    assert [(row.customer, row.day) for row in found.transactions] == [("גל", date(1997, 1, 18))]


def test_a_byte_order_mark_is_no_part_of_a_name(write):
    assert read(write("\ufeffcustomer,date,amount\n1,2026-01-01,5\n")).transactions


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",2026-01-01,5", "no customer"),
        ("1,01/02/2026,5", "'01/02/2026' is not a date like %Y-%m-%d"),
        ("1,,5", "'' is not a date"),
        ("1,2026-03-11,5", "2026-03-11 is in the future"),
        ("1,2026-01-01,five", "'five' is not an amount like 1234.50"),
        ("1,2026-01-01", "'' is not an amount"),
        ("1,2026-01-01,NaN", "'NaN' is not an amount of money"),
        ("1,2026-01-01,1e12", "'1e12' is not an amount of money"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_reason(write, row, said):
    found = read(write(f"customer,date,amount\n1,2026-01-01,5\n{row}\n"))
    [problem] = found.problems
    assert problem.startswith("line 3: ")
    assert said in problem


def test_the_line_is_that_of_the_file_where_a_value_spans_lines(write):
    found = read(write('customer,date,amount\n"a\nb",2026-01-01,5\nc,x,5\n'))
    assert found.problems == ["line 4: 'x' is not a date like %Y-%m-%d"]


def test_zeros_are_counted_and_left_out_and_negative_amounts_stay(write):
    found = read(write("customer,date,amount\n1,2026-01-01,0.00\n1,2026-01-02,-3\n"))
    assert found.zeros == 1
    assert [row.amount for row in found.transactions] == [Decimal("-3.00")]


def test_equal_rows_have_keys_of_their_own_whatever_the_order(write):
    rows = ["1,2026-01-01,5", "2,2026-01-01,5", "1,2026-01-01,5.00"]
    head = "customer,date,amount\n"
    keys = [row.key for row in read(write(head + "\n".join(rows))).transactions]
    again = [row.key for row in read(write(head + "\n".join(rows[::-1]))).transactions]
    assert len(set(keys)) == 3
    assert set(again) == set(keys)


def test_a_limit_reads_the_first_rows(write):
    path = write("customer,date,amount\n1,2026-01-01,5\n2,2026-01-01,5\n")
    assert len(transactions.read(path, Columns(), TODAY, limit=1).transactions) == 1


@pytest.mark.parametrize(
    ("text", "said"), [("customer,day\n1,2\n", "no column date, amount"), ("", "it has none")]
)
def test_missing_columns_are_named(write, text, said):
    with pytest.raises(ToolError, match=said):
        read(write(text))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"\x1f\x8b\x00"])
def test_a_file_that_cannot_be_read(tmp_path, content):
    path = tmp_path / ("data.csv.gz" if content[0] == 0x1F else "data.csv")
    path.write_bytes(content)
    with pytest.raises(ToolError, match="cannot be read"):
        read(path)


def test_a_missing_file(tmp_path):
    with pytest.raises(ToolError, match="cannot be read"):
        read(tmp_path / "none.csv")


def test_numbers_are_padded_so_that_names_sort():
    assert transactions.label("7") == "00007"
    assert transactions.label("גל") == "גל"


def test_bad_rows_end_the_command_before_odoo_is_started(write, monkeypatch):
    monkeypatch.setattr(load_transactions.runtime, "ready", None)
    path = write("customer,date,amount\n" + "1,x,5\n" * 25)
    with pytest.raises(ToolError, match=r"(?s)25 bad rows; nothing was loaded.*line 2.*and 5 more"):
        load_transactions.main([str(path)])


def test_the_job_has_names_keys_and_days_in_order(write):
    path = write("customer,date,amount\n2,2026-01-05,5\n1,2026-01-01,-1.5\n", "shop.csv.gz")
    options = load_transactions.parse([str(path)])
    job = load_transactions.prepare_job(options, load_transactions.read(options))
    assert json.loads(json.dumps(job)) == {
        "name": "shop",
        "company": "shop",
        "rows": [
            {
                "customer": "shop 00001",
                "day": "2026-01-01",
                "amount": "-1.50",
                "key": "shop 1 20260101 -1.50 #1",
            },
            {
                "customer": "shop 00002",
                "day": "2026-01-05",
                "amount": "5.00",
                "key": "shop 2 20260105 5.00 #1",
            },
        ],
    }


def test_recent_moves_the_last_day_to_yesterday_and_leaves_the_keys(write):
    found = read(write("customer,date,amount\n1,1998-06-01,5\n1,1998-06-30,5\n"))
    moved = transactions.shift(found.transactions, TODAY)
    assert found.transactions[-1].day + moved == date(2026, 3, 9)
    assert "19980630" in found.transactions[-1].key
