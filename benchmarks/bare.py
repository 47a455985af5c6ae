"""The nightly work in bare SQL: ``bare.sql``, into tables beside the addon's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from odoo.tools import SQL

SCRIPT = Path(__file__).with_suffix(".sql").read_text()
TABLES = {
    "bench_value": "crm_customer_value",
    "bench_transition": "crm_lifecycle_transition",
}


def prepare(cr, *, filled: bool) -> None:
    """Make the tables anew: as the addon's are now, or empty. Commits."""
    for table, original in TABLES.items():
        names = SQL.identifier(table), SQL.identifier(original)
        cr.execute(SQL("DROP TABLE IF EXISTS %s", names[0]))
        cr.execute(SQL("CREATE TABLE %s (LIKE %s INCLUDING ALL)", *names))
        _foreign_keys(cr, table, original)
        if filled:
            cr.execute(SQL("INSERT INTO %s SELECT * FROM %s", *names))
    cr.execute("ANALYZE bench_value")
    cr.commit()


def _foreign_keys(cr, table: str, original: str) -> None:
    """Have the references checked that the addon's table has checked."""
    cr.execute(
        SQL(
            """SELECT pg_get_constraintdef(oid) FROM pg_constraint
                WHERE conrelid = %s::regclass AND contype = 'f'""",
            original,
        )
    )
    for (definition,) in cr.fetchall():
        cr.execute(SQL("ALTER TABLE %s ADD %s", SQL.identifier(table), SQL(definition)))


def run(cr, as_of: date) -> None:
    """Do the work and commit."""
    cr.execute(SCRIPT, {"as_of": as_of})
    cr.commit()


def differences(cr) -> int:
    """How many rows the addon's table and the bare one do not share."""
    compared = SQL(
        """partner_id, company_id, revenue_total, revenue_period, service_cost_total,
           service_cost_period, value_total, value_period, invoice_count, purchase_count,
           first_purchase_date, last_purchase_date, purchase_interval_days, return_count,
           overdue_amount, days_late, is_ranked, score, tier, phase, phase_since"""
    )
    cr.execute(
        SQL(
            """SELECT COUNT(*) FROM (
                   (SELECT %(columns)s FROM bench_value
                     EXCEPT ALL SELECT %(columns)s FROM crm_customer_value)
                   UNION ALL
                   (SELECT %(columns)s FROM crm_customer_value
                     EXCEPT ALL SELECT %(columns)s FROM bench_value)) unlike""",
            columns=compared,
        )
    )
    return cr.fetchone()[0]


def drop(cr) -> None:
    """Leave nothing behind. Commits."""
    for table in TABLES:
        cr.execute(SQL("DROP TABLE IF EXISTS %s", SQL.identifier(table)))
    cr.commit()
