"""Sets of rows: asked for, and put in, many at a time."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Insert,
    Row,
    Select,
    Table,
    Text,
    Update,
    any_,
    bindparam,
    column,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY

CHUNK = 1_000  # values asked for at once: what comes back for them fits the memory

_SQLITE = sqlite.dialect()

Values = Mapping[str, Any]
Query = Select[*tuple[Any, ...]]
Condition = ColumnElement[bool]


def chunks(values: Collection[Any]) -> Iterator[list[Any]]:
    """Give the different values in lists that fit one statement, None left out."""
    distinct = sorted({value for value in values if value is not None})
    for start in range(0, len(distinct), CHUNK):
        yield distinct[start : start + CHUNK]


def among(
    connection: Connection, query: Query, column: Column[Any], values: Collection[Any]
) -> list[Row[*tuple[Any, ...]]]:
    """Give the query's rows whose column has one of the values."""
    found: list[Row[*tuple[Any, ...]]] = []
    if not values:
        return found
    on_postgresql = connection.dialect.name == "postgresql"
    asked = query.where(_is_among(column, on_postgresql=on_postgresql))
    for chunk in chunks(values):
        given = chunk if on_postgresql else json.dumps(chunk)
        found += connection.execute(asked, {"among": given}).all()
    return found


@cache
def _is_among(column: Column[Any], *, on_postgresql: bool) -> ColumnElement[bool]:
    """Give the condition on one parameter: as many as values would be worked through one by one."""
    if on_postgresql:
        return column == any_(bindparam("among", type_=ARRAY(column.type)))
    each = func.json_each(bindparam("among", type_=Text())).table_valued("value")
    return column.in_(select(each.c.value))


def alter(connection: Connection, table: Table, entries: Sequence[Values]) -> None:
    """Update rows by their ids: each entry says ``of`` which row, and columns with their new values.

    All entries name the same columns.
    """
    if entries:
        names = tuple(name for name in entries[0] if name != "of")
        many(connection, _alteration(table, names, at_once=takes_arrays(connection)), entries)


@cache
def _alteration(table: Table, names: tuple[str, ...], *, at_once: bool) -> Update:
    new = given({"of": table.c.id} | {name: table.c[name] for name in names}, at_once=at_once)
    return update(table).where(table.c.id == new["of"]).values({name: new[name] for name in names})


def put(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert the rows, which name the same columns."""
    if rows:
        many(connection, _insertion(table, tuple(rows[0]), at_once=takes_arrays(connection)), rows)


@cache
def _insertion(table: Table, names: tuple[str, ...], *, at_once: bool) -> Insert:
    new = given({name: table.c[name] for name in names}, at_once=at_once)
    return (
        insert(table).from_select(list(names), select(*new.values()))
        if at_once
        else insert(table).values(new)
    )


def takes_arrays(connection: Connection) -> bool:
    """Say whether a statement takes all entries at once, as arrays: PostgreSQL answers each on its own."""
    return connection.dialect.name == "postgresql"


def given(like: Mapping[str, Column[Any]], *, at_once: bool) -> Mapping[str, ColumnElement[Any]]:
    """Give what stands in a statement for the entries' values, each named, of the type of a column.

    It stands for one entry, or with ``at_once`` for a table of all of them.
    """
    if not at_once:
        return {name: bindparam(name, type_=one.type) for name, one in like.items()}
    arrays = [bindparam(name, type_=ARRAY(one.type)) for name, one in like.items()]
    columns = [column(name, one.type) for name, one in like.items()]
    return dict(func.unnest(*arrays).table_valued(*columns, name="given").render_derived().c.items())


def many(connection: Connection, statement: Insert | Update, entries: Sequence[Values]) -> int:
    """Execute a statement made of :func:`given` for all entries, which name the same values.

    Gives how many rows it touched.
    """
    if takes_arrays(connection):
        arrays = {name: [entry[name] for entry in entries] for name in entries[0]}
        return connection.execute(statement, arrays, execution_options={"preserve_rowcount": True}).rowcount
    sql, parameters = _prepared(statement)
    columns = [
        [convert(entry[name]) for entry in entries] if convert else [entry[name] for entry in entries]
        for name, convert in parameters
    ]
    return connection.exec_driver_sql(sql, list(zip(*columns, strict=True))).rowcount


@cache
def _prepared(statement: Insert | Update) -> tuple[str, tuple[tuple[str, Callable[[Any], Any] | None], ...]]:
    """Give a statement as SQLite takes it, with the names of its parameters and what converts each.

    SQLAlchemy would look up every value of every row by its name, and take as long as the database.
    """
    compiled = statement.compile(dialect=_SQLITE)
    return str(compiled), tuple(
        (name, compiled.binds[name].type.dialect_impl(_SQLITE).bind_processor(_SQLITE))
        for name in compiled.positiontup or ()
    )


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


def put_new(connection: Connection, table: Table, rows: Sequence[Values]) -> int:
    """Insert those rows that break no unique constraint, however many; give how many those are.

    The rows name the same columns. Two of them that are one row count once.
    """
    if not rows:
        return 0
    return many(connection, _new_only(table, tuple(rows[0]), at_once=takes_arrays(connection)), rows)


@cache
def _new_only(table: Table, names: tuple[str, ...], *, at_once: bool) -> Insert:
    new = given({name: table.c[name] for name in names}, at_once=at_once)
    if not at_once:
        return sqlite.insert(table).values(new).on_conflict_do_nothing()
    chosen = select(*new.values())
    return postgresql.insert(table).from_select(list(names), chosen).on_conflict_do_nothing()


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
