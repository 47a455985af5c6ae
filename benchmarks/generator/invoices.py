"""Posted invoices and credit notes with their journal items, three an invoice on average."""

from __future__ import annotations

from datetime import date

from odoo.tools import SQL

from benchmarks.generator import rows
from benchmarks.generator.exemplars import Exemplars
from benchmarks.generator.partners import buyers
from benchmarks.sizes import Size

DAYS = 3 * 365
FIRST_NUMBER = 100


def generate(cr, made: Exemplars, size: Size, as_of: date) -> None:
    _stage(cr, size, as_of)
    for move_type, sign in (("out_invoice", 1), ("out_refund", -1)):
        _moves(cr, made.rows[move_type], move_type, sign)
        _product_lines(cr, made.rows[f"{move_type}_product"], move_type, sign)
        _receivable_lines(cr, made.rows[f"{move_type}_receivable"], move_type, sign)


def _stage(cr, size: Size, as_of: date) -> None:
    """``bench_invoice``: what is different from invoice to invoice, in order of time.

    Of the last month's invoices most are open, of older ones one in twenty-five; they are due
    after thirty days.
    """
    cr.execute(
        SQL(
            """
            CREATE TEMP TABLE bench_invoice ON COMMIT DROP AS
            SELECT drawn.*, customer.partner_id, customer.user_id, customer.number AS customer,
                   CASE WHEN pg_temp.u(i, 13) < 0.5 THEN COALESCE(customer.contact_id,
                        customer.partner_id) ELSE customer.partner_id END AS contact_id,
                   day + 30 AS due,
                   move_type = 'out_refund' OR pg_temp.u(i, 14)
                       > CASE WHEN day > %(as_of)s::date - 30 THEN 0.7 ELSE 0.04 END AS paid,
                   a1 + COALESCE(a2, 0) + COALESCE(a3, 0) AS total,
                   %(move)s + i AS move_id, %(line)s + 4 * i AS line_id,
                   to_char(day, 'YYYY') AS year,
                   %(number)s + ROW_NUMBER() OVER (
                       PARTITION BY move_type, date_trunc('year', day) ORDER BY i) AS number
              FROM (%(drawn)s) drawn
              JOIN bench_customer customer USING (rank)
             ORDER BY i
            """,
            as_of=as_of,
            drawn=_drawn(size, as_of),
            move=rows.last_id(cr, "account_move"),
            line=rows.last_id(cr, "account_move_line"),
            number=FIRST_NUMBER,
        )
    )
    cr.execute("ANALYZE bench_invoice")


def _drawn(size: Size, as_of: date) -> SQL:
    """Customer, day, kind and up to three amounts; three in a hundred are credit notes."""
    return SQL(
        """SELECT i, pg_temp.pick(i, 10, %(buyers)s) AS rank,
                  %(as_of)s::date - %(days)s + (i * %(days)s / %(invoices)s)::int AS day,
                  CASE WHEN pg_temp.u(i, 11) < 0.03 THEN 'out_refund'
                       ELSE 'out_invoice' END AS move_type,
                  %(amount1)s AS a1,
                  CASE WHEN pg_temp.u(i, 12) > 1 / 3.0 THEN %(amount2)s END AS a2,
                  CASE WHEN pg_temp.u(i, 12) > 2 / 3.0 THEN %(amount3)s END AS a3
             FROM generate_series(1, %(invoices)s::bigint) i""",
        as_of=as_of,
        days=DAYS,
        invoices=size.invoices,
        buyers=buyers(size),
        **{f"amount{place}": _amount(20 + place) for place in (1, 2, 3)},
    )


def _amount(salt: int) -> SQL:
    return SQL("round((150 * exp(0.9 * pg_temp.z(i, %s)))::numeric, 2)", salt)


def _moves(cr, exemplar: dict, move_type: str, sign: int) -> None:
    total = SQL("%s * total", sign)
    residual = SQL("CASE WHEN paid THEN 0 ELSE %s * total END", sign)
    year = exemplar["invoice_date"][:4]
    prefix = SQL("replace(%s, %s, year)", exemplar["sequence_prefix"], year)
    name = SQL("%s || lpad(number::text, 7, '0')", prefix)
    signed = ("amount_untaxed_signed", "amount_untaxed_in_currency_signed", "amount_total_signed")
    rows.insert(
        cr,
        "account_move",
        exemplar,
        {
            "id": SQL("move_id"),
            "name": name,
            "payment_reference": name,
            "invoice_partner_display_name": SQL("'Customer ' || lpad(customer::text, 7, '0')"),
            "sequence_prefix": prefix,
            "sequence_number": SQL("number"),
            "partner_id": SQL("contact_id"),
            "partner_shipping_id": SQL("contact_id"),
            "commercial_partner_id": SQL("partner_id"),
            "invoice_user_id": SQL("user_id"),
            **dict.fromkeys(("date", "invoice_date", "delivery_date"), SQL("day")),
            "invoice_date_due": SQL("due"),
            **dict.fromkeys(("create_date", "write_date"), SQL("day::timestamp")),
            **dict.fromkeys(("amount_untaxed", "amount_total"), SQL("total")),
            **dict.fromkeys((*signed, "amount_total_in_currency_signed"), total),
            "amount_residual": SQL("CASE WHEN paid THEN 0 ELSE total END"),
            "amount_residual_signed": residual,
            "payment_state": SQL("CASE WHEN paid THEN 'paid' ELSE 'not_paid' END"),
        },
        SQL("bench_invoice WHERE move_type = %s ORDER BY i", move_type),
    )


def _line(exemplar: dict, balance: SQL) -> dict[str, SQL]:
    """The varying columns that all journal items have."""
    year = exemplar["invoice_date"][:4]
    prefix = exemplar["move_name"].rpartition("/")[0] + "/"
    return {
        "move_id": SQL("move_id"),
        "move_name": SQL("replace(%s, %s, year) || lpad(number::text, 7, '0')", prefix, year),
        "partner_id": SQL("partner_id"),
        **dict.fromkeys(("date", "invoice_date"), SQL("day")),
        **dict.fromkeys(("create_date", "write_date"), SQL("day::timestamp")),
        **dict.fromkeys(("balance", "amount_currency"), balance),
        "debit": SQL("GREATEST(%s, 0)", balance),
        "credit": SQL("GREATEST(-1 * %s, 0)", balance),
    }


def _product_lines(cr, exemplar: dict, move_type: str, sign: int) -> None:
    rows.insert(
        cr,
        "account_move_line",
        exemplar,
        {
            **_line(exemplar, SQL("(%s * amount)", -sign)),
            "id": SQL("line_id + place"),
            **dict.fromkeys(("price_unit", "price_subtotal", "price_total"), SQL("amount")),
            "quantity": SQL("1"),
        },
        SQL(
            """bench_invoice
               CROSS JOIN LATERAL (VALUES (1, a1), (2, a2), (3, a3)) AS part (place, amount)
               WHERE move_type = %s AND amount IS NOT NULL ORDER BY i""",
            move_type,
        ),
    )


def _receivable_lines(cr, exemplar: dict, move_type: str, sign: int) -> None:
    balance = SQL("(%s * total)", sign)
    residual = SQL("CASE WHEN paid THEN 0 ELSE %s END", balance)
    rows.insert(
        cr,
        "account_move_line",
        exemplar,
        {
            **_line(exemplar, balance),
            "id": SQL("line_id"),
            "date_maturity": SQL("due"),
            "reconciled": SQL("paid"),
            **dict.fromkeys(("amount_residual", "amount_residual_currency"), residual),
        },
        SQL("bench_invoice WHERE move_type = %s ORDER BY i", move_type),
    )
