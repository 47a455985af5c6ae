"""``INSERT ... SELECT`` of rows like an exemplar, and what makes many of them quick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from odoo.tools import SQL

from benchmarks.generator.exemplars import Row


def insert(cr, table: str, exemplar: Row, varying: Mapping[str, SQL], source: SQL) -> None:
    """Insert rows like ``exemplar``, one for each row of ``source``.

    :param varying: column to expression over ``source``, where a row differs from the exemplar
    :param source: what follows ``FROM``
    """
    types = _column_types(cr, table)
    constant = {
        name: SQL("%s::%s", value, SQL(types[name]))
        for name, value in exemplar.items()
        if name not in varying and name != "id"
    }
    columns = {**constant, **varying}
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s",
            SQL.identifier(table),
            SQL(", ").join(SQL.identifier(name) for name in columns),
            SQL(", ").join(columns.values()),
            source,
        )
    )


def _column_types(cr, table: str) -> dict[str, str]:
    cr.execute(
        SQL(
            """SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
                WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped""",
            table,
        )
    )
    return dict(cr.fetchall())


def last_id(cr, table: str) -> int:
    cr.execute(SQL("SELECT COALESCE(MAX(id), 0) FROM %s", SQL.identifier(table)))
    return cr.fetchone()[0]


def move_sequence(cr, table: str) -> None:
    """Have the next record get an id behind the generated ones."""
    cr.execute(
        SQL(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT MAX(id) FROM %s))",
            table,
            SQL.identifier(table),
        )
    )


@contextmanager
def quick(cr, tables: tuple[str, ...]) -> Iterator[None]:
    """Fill these tables without keeping their plain indexes, which are built again at the end.

    Foreign keys are not checked where the role may say so: every reference is made here.
    """
    cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if cr.fetchone()[0]:
        cr.execute("SET LOCAL session_replication_role = replica")
    cr.execute("SET LOCAL maintenance_work_mem = '256MB'")
    cr.execute("SET LOCAL synchronous_commit = off")
    cr.execute(
        SQL(
            """SELECT quote_ident(index.indexname), index.indexdef
                 FROM pg_indexes index
                 JOIN pg_index detail ON detail.indexrelid = quote_ident(index.indexname)::regclass
                WHERE index.schemaname = 'public' AND index.tablename = ANY(%s)
                  AND NOT detail.indisunique""",
            list(tables),
        )
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(SQL("DROP INDEX %s", SQL(name)))
    yield
    for _name, definition in indexes:
        cr.execute(definition)
