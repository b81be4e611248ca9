"""Checks of the database as such: its schema, its views, its dictionary, the soundness of its files."""

from collections.abc import Iterator

from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from db import schema, views
from db.checks import full_text
from db.checks.check import Breaks, Check, Found, Scope, reading
from db.models import DataDictionary, table
from db.search_tables import INDEXES, is_inner

DICTIONARY = table(DataDictionary)
_OWN = {"alembic_version"}  # Alembic's own table: nobody reads it
_UPGRADE = "`cuttings db check` shows the differences; a backup restored, or a new database, has none"

# Constraints that were added without looking at the rows, indexes whose making failed half-way.
_NOT_VALID = """
SELECT conname AS name, 'constraint not validated' AS why FROM pg_constraint
WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
UNION ALL
SELECT c.relname, 'index not valid' FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace
"""


def checks() -> Iterator[Check]:
    """Give the checks of the database as such."""
    yield Check(
        name="integrity",
        holds="the database finds its own files sound",
        remedy="stop all crawls and restore a backup (`cuttings db restore`); then look at the disk",
        find=_integrity,
        of_outlet=False,
    )
    yield Check(
        name="schema",
        holds="the tables are those this version expects",
        remedy=_UPGRADE,
        find=_schema,
        of_outlet=False,
    )
    yield Check(name="views", holds="every view answers", remedy=_UPGRADE, find=_views, of_outlet=False)
    yield Check(
        name="dictionary",
        holds="the dictionary has a sentence for every column of every table and view, and no other",
        remedy=_UPGRADE,
        find=_dictionary,
        of_outlet=False,
    )
    yield full_text.check()


def _integrity(engine: Engine, scope: Scope) -> Found:
    breaks = Breaks(scope.most)
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
                if said != "ok":
                    breaks.add(said=said)
        else:
            for row in connection.execute(text(_NOT_VALID)):
                breaks.add(name=row.name, why=row.why)
    return breaks.found()


def _schema(engine: Engine, scope: Scope) -> Found:
    breaks = Breaks(scope.most)
    for difference in schema.check(engine):
        breaks.add(difference=difference)
    return breaks.found()


def _views(engine: Engine, scope: Scope) -> Found:
    breaks = Breaks(scope.most)
    for name in views.names():
        try:
            with reading(engine) as connection:
                connection.exec_driver_sql(f"SELECT * FROM {name} LIMIT 1").all()  # noqa: S608 - our own names
        except DBAPIError as error:
            breaks.add(view=name, error=" ".join(str(error.orig).split()))
    return breaks.found()


def _dictionary(engine: Engine, scope: Scope) -> Found:
    """Compare what is described with what is there: two short lists, whatever the archive holds."""
    breaks = Breaks(scope.most)
    with reading(engine) as connection:
        found = inspect(connection)
        ours = {*views.names(), *INDEXES}
        named = [n for n in found.get_table_names() if n not in _OWN and not is_inner(n)]
        named += [n for n in found.get_view_names() if n in ours]
        here = {(name, column["name"]) for name in named for column in found.get_columns(name)}
        query = select(DICTIONARY.c.relation, DICTIONARY.c.column_name, DICTIONARY.c.description)
        told = {(row[0], row[1]): row[2] for row in connection.execute(query)}
    for relation, column in sorted(here - told.keys()):
        breaks.add(relation=relation, column=column, why="has no sentence")
    for relation, column in sorted(told.keys() - here):
        breaks.add(relation=relation, column=column, why="is not there")
    for relation, column in sorted(key for key, sentence in told.items() if not sentence.strip()):
        breaks.add(relation=relation, column=column, why="has an empty sentence")
    return breaks.found()
