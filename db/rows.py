"""Sets of rows: asked for, and put in, many at a time."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, insert, select
from sqlalchemy.dialects import postgresql, sqlite

CHUNK = 1_000  # values in one IN (…): both databases take them, and statements stay small

Values = Mapping[str, Any]
Query = Select[*tuple[Any, ...]]


def chunks(values: Collection[Any]) -> Iterator[list[Any]]:
    """Give the different values in lists that fit one statement, None left out."""
    distinct = sorted({value for value in values if value is not None})
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]


def among(
    connection: Connection, query: Query, column: Column[Any], values: Collection[Any]
) -> list[Row[*tuple[Any, ...]]]:
    """Give the query's rows whose column has one of the values."""
    return [
        row for chunk in chunks(values) for row in connection.execute(query.where(column.in_(chunk))).all()
    ]


def put(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert the rows."""
    if rows:
        connection.execute(insert(table), rows)


def put_numbered(connection: Connection, table: Table, rows: Sequence[Values]) -> list[int]:
    """Insert the rows; give their ids, in the order of the rows."""
    if not rows:
        return []
    query = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(connection.execute(query, rows).scalars())


def put_missing(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert those rows that break no unique constraint: another process may have been faster."""
    if not rows:
        return
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(make(table).on_conflict_do_nothing(), rows)


def numbered(
    connection: Connection,
    table: Table,
    column: str,
    values: Collection[Any],
    make: Callable[[Any], Values],
) -> dict[Any, int]:
    """Give the ids of the rows named by values of a unique column; those not there yet are made.

    New rows go in sorted: two processes that insert the same ones in different orders would wait for
    each other.
    """
    key = table.c[column]
    query = select(key, table.c.id)
    found = {row[0]: row[1] for row in among(connection, query, key, values)}
    missing = sorted(set(values) - found.keys())
    put_missing(connection, table, [make(value) for value in missing])
    found.update({row[0]: row[1] for row in among(connection, query, key, missing)})
    return found
