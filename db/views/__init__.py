"""The views: dropped before a migration changes tables, made anew after it, described in the database."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import Connection, insert, inspect

from db import analysts, dictionary, relations
from db.models import DataDictionary, table
from db.time_travel import asof_functions

FOLDER = Path(__file__).parent
MIGRATIONS = FOLDER.parent / "migrations" / "versions"
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {name}(moment {kind}) RETURNS {gives} LANGUAGE sql STABLE AS $c$ {body} $c$"
)
_MOMENTS = {"timestamptz": "moment AT TIME ZONE 'UTC'", "date": "moment::timestamp"}
_FUNCTIONS = {
    "datetime": ("text", "SELECT to_char({}, 'YYYY-MM-DD HH24:MI:SS')"),
    "julianday": (
        "double precision",
        "SELECT (extract(epoch FROM {}) / 86400 + 2440587.5)::double precision",
    ),
}
"""SQLite's functions of these names for PostgreSQL: in UTC, whatever the zone of the session is."""
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
    is_postgresql = connection.dialect.name == "postgresql"
    if is_postgresql and any("datetime(" in view for _, view in made):
        _make_functions(connection)
    for _, statement in made:
        connection.exec_driver_sql(statement)
    if not made:
        return
    rows = _describe(connection, [name for name, _ in made])
    if is_postgresql:
        _comment(connection, rows, lambda view: view)
    if is_postgresql and revision == _newest_revision():
        asof_functions.create(connection, made)
        analysts.create(connection, [name for name, _ in made])
        if analysts.exists(connection):
            _comment(connection, rows, lambda view: f"{analysts.schema_of(view)}.{view}")


def drop(connection: Connection) -> None:
    """Drop those of our views and functions that are there; others' views stay."""
    ours = {name for file in FOLDER.glob("*.sql") for name, _ in _parse(file)}
    if connection.dialect.name == "postgresql":
        analysts.drop(connection, sorted(ours))
        asof_functions.drop(connection)
    present = set(inspect(connection).get_view_names())
    # Later views stand on earlier ones, so the newest file's order, reversed, is safe; what only an
    # older file knows stands on nothing that is left.
    ordered = [*reversed(names()), *sorted(ours - set(names()))]
    for name in ordered:
        if name in present:
            connection.exec_driver_sql(f"DROP VIEW {name}")
    if connection.dialect.name == "postgresql":
        for name in _FUNCTIONS:
            for kind in _MOMENTS:
                connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}({kind})")


def _make_functions(connection: Connection) -> None:
    for name, (gives, body) in _FUNCTIONS.items():
        for kind, moment in _MOMENTS.items():
            made = _FUNCTION.format(name=name, kind=kind, gives=gives, body=body.format(moment))
            connection.exec_driver_sql(made)


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


def _describe(connection: Connection, made: Sequence[str]) -> list[dictionary.Row]:
    """Fill ``data_dictionary`` anew from the sentences of tables, indexes and the views made; give them."""
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
    return rows


def _comment(connection: Connection, rows: Sequence[dictionary.Row], where: Callable[[str], str]) -> None:
    """Tell PostgreSQL what the views and their columns mean, in one go: they are hundreds."""
    shown = [row for row in rows if row["relation_kind"] == "view"]
    said = [
        f"COMMENT ON VIEW {where(view)} IS {_quoted(relations.about(view))};"
        for view in dict.fromkeys(str(row["relation"]) for row in shown)
    ]
    for row in shown:
        column = f"{where(str(row['relation']))}.{row['column_name']}"
        said.append(f"COMMENT ON COLUMN {column} IS {_quoted(row['description'])};")
    connection.exec_driver_sql("DO $cuttings$ BEGIN\n" + "\n".join(said) + "\nEND $cuttings$")


def _quoted(sentence: object) -> str:
    return "'" + str(sentence).replace("'", "''").replace("%", "%%") + "'"
