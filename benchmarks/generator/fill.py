"""Fill a database: partners, invoices, hours, orders, transfers, leads, over three years.

Every number is a hash of the row's number, so that a size is the same data each time. A few
customers have most of the invoices: the share of the best fraction x is x to the power 0.4.
"""

from __future__ import annotations

from datetime import date

from odoo.tools import SQL

from benchmarks.generator import documents, exemplars, invoices, partners, rows
from benchmarks.sizes import Size

TABLES = (
    "res_partner",
    "account_move",
    "account_move_line",
    "account_analytic_line",
    "sale_order",
    "stock_picking",
    "stock_move",
    "crm_lead",
)


def fill(database: str, size: Size, as_of: date | None = None) -> None:
    """Add a size's rows to a database that has Odoo's apps and a chart of accounts.

    :param as_of: the day after which nothing happened; today by default
    """
    from benchmarks import databases

    with databases.environment(database) as env:
        made = exemplars.make(env)
        cr = env.cr
        with rows.quick(cr, TABLES):
            generate(cr, made, size, as_of or date.today())  # noqa: DTZ011
        for table in TABLES:
            rows.move_sequence(cr, table)
        cr.commit()
    databases.vacuum(database)


def generate(cr, made: exemplars.Exemplars, size: Size, as_of: date) -> None:
    """Insert everything, in the caller's transaction."""
    _functions(cr)
    partners.generate(cr, made, size)
    invoices.generate(cr, made, size, as_of)
    documents.hours(cr, made, size, as_of)
    documents.orders(cr, made, size, as_of)
    documents.transfers(cr, made, size, as_of)
    documents.leads(cr, made, size, as_of)


def _functions(cr) -> None:
    """``u(i, salt)``: uniform in [0, 1). ``z``: normal. ``pick``: a customer's rank, skewed."""
    cr.execute(
        SQL(
            """
            CREATE FUNCTION pg_temp.u(bigint, int) RETURNS float8 LANGUAGE sql IMMUTABLE
                AS 'SELECT ((hashint8extended($1, $2) >> 12) & 2251799813685247)
                           / 2251799813685248.0::float8';
            CREATE FUNCTION pg_temp.z(bigint, int) RETURNS float8 LANGUAGE sql IMMUTABLE
                AS 'SELECT sqrt(-2 * ln(1 - pg_temp.u($1, $2)))
                           * cos(2 * pi() * pg_temp.u($1, $2 + 1000))';
            CREATE FUNCTION pg_temp.pick(bigint, int, int) RETURNS int LANGUAGE sql IMMUTABLE
                AS 'SELECT 1 + floor($3 * pg_temp.u($1, $2) ^ 2.5)::int';
            """
        )
    )
