"""What of the archive's file a question in the browser reaches: views and full text, nothing withdrawn."""

# ruff: noqa: S608 - names of our own relations only

import sqlite3
from collections.abc import Collection, Mapping

from db.analysts import SEARCHED
from db.personal_names import COLUMNS as NAMES
from db.search_tables import INDEXES, SENTENCES, is_inner
from db.time_travel.asof_session import authorize
from web.explorer_queries import made_by, names

_DESCRIBING = frozenset({"schema_version", "index_xinfo", "table_list", "function_list", "database_list"})
"""What Datasette asks of the database beside what every reading session may (db/time_travel/)."""
_ON_POSTGRESQL = "search"  # a column that the indexes have on PostgreSQL only
_TEXTS = {table: frozenset({"id", *SENTENCES[index]} - {_ON_POSTGRESQL}) for index, table in INDEXES.items()}
"""What the full-text indexes read of their tables by themselves, in the name of whoever searches."""


class Closed:
    """The rules of one archive: ``views`` are its views with their SQL, ``internal`` its own tables."""

    def __init__(self, views: Mapping[str, str], internal: Collection[str], *, with_names: bool) -> None:
        """``with_names`` lets names of commenters be read."""
        self._internal = frozenset(internal)
        self._inside = frozenset(views) | INDEXES.keys() | frozenset().union(*map(made_by, views.values()))
        """For whom internal tables are read: views, and what these name within."""
        inner = {name for name in internal if is_inner(name)}
        self._unnamed = inner | frozenset(INDEXES.values())
        """What the indexes read by themselves: SQLite cannot say who reads it, so no question names it."""
        self._with_names = with_names

    def prepare(self, connection: sqlite3.Connection) -> None:
        """Guard a connection, which reads only from then on.

        The indexes hold what was withdrawn too; views of their names leave that out, as on PostgreSQL
        (db/analysts.py). SQLite merges such a view into the question, so MATCH, bm25 and snippet work.
        """
        for index, (view, key) in SEARCHED.items():
            columns = ", ".join(f"s.{name}" for name in SENTENCES[index] if name != _ON_POSTGRESQL)
            shown = f"SELECT 1 FROM main.{view} v WHERE v.{key} = s.rowid"
            connection.execute(
                f"CREATE TEMP VIEW {index} AS SELECT {columns.replace('s.rowid', 's.rowid AS rowid')} "
                f"FROM main.{index} s WHERE EXISTS ({shown})"
            )
        connection.set_authorizer(self._judge)

    def refuse(self, query: str) -> None:
        """Refuse a question that would pass for a view, or names what the full text keeps for itself.

        sqlite3.DatabaseError, as for all else that is refused.
        """
        named = names(query)
        if closed := named & self._unnamed:
            raise sqlite3.DatabaseError(f"access to {min(closed)} is prohibited")
        if "main" in named and (past := named & INDEXES.keys()):
            raise sqlite3.DatabaseError(f"access to main.{min(past)} is prohibited: leave out main")
        if taken := made_by(query) & self._inside:
            raise sqlite3.DatabaseError(f"the name {min(taken)} is taken: give it another in WITH")

    def _judge(
        self, action: int, first: str | None, second: str | None, database: str | None, view: str | None
    ) -> int:
        """Say whether SQLite may: no writing, internal tables through views only, names where they may."""
        if action == sqlite3.SQLITE_PRAGMA and first in _DESCRIBING and second is None:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and not self._may_read(first or "", second or "", database, view):
            return sqlite3.SQLITE_DENY
        return authorize(action, first, second, database, view)

    def _may_read(self, table: str, column: str, database: str | None, view: str | None) -> bool:
        if column in NAMES.get(table, ()) and not self._with_names:
            return False
        if (view or "").lower() in self._inside:
            return True
        if not column:  # rows are only counted
            return True
        if table in INDEXES:
            return database == "temp"
        return table not in self._internal or is_inner(table) or column in _TEXTS.get(table, ())
