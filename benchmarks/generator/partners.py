"""Customers, and contacts under a third of them."""

from __future__ import annotations

from odoo.tools import SQL

from benchmarks.generator import rows
from benchmarks.generator.exemplars import Exemplars
from benchmarks.sizes import Size

NAME = SQL("'Customer ' || lpad(number::text, 7, '0')")


def generate(cr, made: Exemplars, size: Size) -> None:
    """Insert the partners; ``bench_customer`` has them by rank, ``rank`` 1 buying most often.

    One in ten never buys: prospects, with leads and quotations at most.
    """
    cr.execute(
        SQL(
            """
            CREATE TEMP TABLE bench_customer ON COMMIT DROP AS
            SELECT number, %(first)s + 2 * number AS partner_id,
                   CASE WHEN pg_temp.u(number, 1) < 0.3 THEN %(first)s + 2 * number + 1 END
                       AS contact_id,
                   (ROW_NUMBER() OVER (ORDER BY pg_temp.u(number, 2)))::int AS rank,
                   CASE WHEN pg_temp.u(number, 3) < 0.8
                        THEN (%(users)s::int[])[1 + floor(%(sellers)s * pg_temp.u(number, 4))::int]
                        END AS user_id
              FROM generate_series(1, %(customers)s) number
            """,
            first=rows.last_id(cr, "res_partner"),
            customers=size.customers,
            users=made.users,
            sellers=len(made.users),
        )
    )
    cr.execute("CREATE UNIQUE INDEX ON bench_customer (rank)")
    cr.execute("ANALYZE bench_customer")
    _companies(cr, made, size)
    _contacts(cr, made)


def _companies(cr, made: Exemplars, size: Size) -> None:
    rows.insert(
        cr,
        "res_partner",
        made.rows["company"],
        {
            "id": SQL("partner_id"),
            "commercial_partner_id": SQL("partner_id"),
            "name": NAME,
            "complete_name": NAME,
            "commercial_company_name": NAME,
            "user_id": SQL("user_id"),
            "city": SQL("'City ' || number %% 50"),
            "email": SQL("'customer' || number || '@example.com'"),
            "email_normalized": SQL("'customer' || number || '@example.com'"),
            "customer_rank": SQL("CASE WHEN rank <= %s THEN 1 ELSE 0 END", buyers(size)),
        },
        SQL("bench_customer"),
    )


def _contacts(cr, made: Exemplars) -> None:
    rows.insert(
        cr,
        "res_partner",
        made.rows["contact"],
        {
            "id": SQL("contact_id"),
            "parent_id": SQL("partner_id"),
            "commercial_partner_id": SQL("partner_id"),
            "name": SQL("'Contact ' || number"),
            "complete_name": SQL("%s || ', Contact ' || number", NAME),
            "commercial_company_name": NAME,
        },
        SQL("bench_customer WHERE contact_id IS NOT NULL"),
    )


def buyers(size: Size) -> int:
    """How many of the customers buy: those of the first ranks."""
    return size.customers * 9 // 10
