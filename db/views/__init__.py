"""The views: dropped before a migration changes tables, made anew after it, described in the database."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, insert, inspect

from db import asof_functions, dictionary
from db.models import DataDictionary, table

FOLDER = Path(__file__).parent
MIGRATIONS = FOLDER.parent / "migrations" / "versions"
_DATETIME = """\
CREATE OR REPLACE FUNCTION datetime(moment {kind}) RETURNS text LANGUAGE sql STABLE
AS $cuttings$ SELECT to_char({moment}, 'YYYY-MM-DD HH24:MI:SS') $cuttings$"""
_DATETIMES = {"timestamptz": "moment AT TIME ZONE 'UTC'", "date": "moment::timestamp"}
"""SQLite's function of this name for PostgreSQL: UTC as text, whatever the zone of the session is."""
_STATEMENT = re.compile(r"^CREATE VIEW (\w+) AS\n.*?;$", re.MULTILINE | re.DOTALL)


def names(revision: str | None = None) -> tuple[str, ...]:
    """Give the views of a revision (of the newest, by default), each after those it stands on."""
    return tuple(name for name, _ in _statements(revision or "9"))


def statements(revision: str | None = None) -> tuple[tuple[str, str], ...]:
    """Give the views of a revision (of the newest, by default) by name, each with its CREATE VIEW."""
    return tuple(_statements(revision or "9"))


def create(connection: Connection, revision: str | None) -> None:
    """Make the views as they are at a revision, and write down what all columns mean.

    On PostgreSQL the functions that show them as of an instant come with the newest revision only:
    they read the tables as the models have them.
    """
    made = list(_statements(revision)) if revision else []
    if connection.dialect.name == "postgresql" and any("datetime(" in view for _, view in made):
        for kind, moment in _DATETIMES.items():
            connection.exec_driver_sql(_DATETIME.format(kind=kind, moment=moment))
    for _, statement in made:
        connection.exec_driver_sql(statement)
    if made:
        _describe(connection, [name for name, _ in made])
    if made and revision == _newest_revision() and connection.dialect.name == "postgresql":
        asof_functions.create(connection, made)


def drop(connection: Connection) -> None:
    """Drop those of our views and functions that are there; others' views stay."""
    if connection.dialect.name == "postgresql":
        asof_functions.drop(connection)
    present = set(inspect(connection).get_view_names())
    ours = {name for file in FOLDER.glob("*.sql") for name, _ in _parse(file)}
    # Later views stand on earlier ones, so the newest file's order, reversed, is safe; what only an
    # older file knows stands on nothing that is left.
    ordered = [*reversed(names()), *sorted(ours - set(names()))]
    for name in ordered:
        if name in present:
            connection.exec_driver_sql(f"DROP VIEW {name}")
    if connection.dialect.name == "postgresql":
        for kind in _DATETIMES:
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS datetime({kind})")


def _newest_revision() -> str:
    """Give the revision the models stand for; its file's name begins with it."""
    newest = max(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    return "_".join(newest.split("_")[:2])


def _statements(revision: str) -> Iterator[tuple[str, str]]:
    """Give the statements of the newest file that is not newer than the revision; none: nothing."""
    files = sorted(file for file in FOLDER.glob("*.sql") if file.stem <= revision)
    if files:
        yield from _parse(files[-1])


def _parse(file: Path) -> Iterator[tuple[str, str]]:
    for match in _STATEMENT.finditer(file.read_text(encoding="utf-8")):
        yield match[1], match[0].rstrip(";")


def _describe(connection: Connection, made: Sequence[str]) -> None:
    """Fill ``data_dictionary`` anew from the sentences of tables, indexes and the views made."""
    rows = [*dictionary.tables(), *dictionary.full_text(connection), *dictionary.views(connection, made)]
    found = inspect(connection)
    here = {
        (name, column["name"])
        for name in [*found.get_table_names(), *found.get_view_names()]
        for column in found.get_columns(name)
    }
    rows = [row for row in rows if (row["relation"], row["column_name"]) in here]
    entries = table(DataDictionary)
    connection.execute(entries.delete())
    connection.execute(insert(entries), rows)
    if connection.dialect.name == "postgresql":
        for row in rows:
            if row["relation_kind"] == "view":
                sentence = str(row["description"]).replace("'", "''").replace("%", "%%")
                where = f"{row['relation']}.{row['column_name']}"
                connection.exec_driver_sql(f"COMMENT ON COLUMN {where} IS '{sentence}'")
