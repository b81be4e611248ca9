"""Whether a query reads the names of people who commented (ARCHIVE-FACTS.md section 3)."""

# ruff: noqa: S608 - the query only becomes a temporary view, which is taken back

import re
import sqlite3
from typing import Any

from db import views
from db.search_tables import INDEXES
from db.time_travel.asof_session import Reader, authorize

WORDS = re.compile(r"\b(comments_named\w*|commenter_name|display_name)\b", re.IGNORECASE)
"""What says so in the query's own words."""
VIEW = "comments_named"
COLUMNS = {
    "commenter": ("display_name", "name_key"),
    "comment_version": ("raw",),
    "comment_list": ("comments",),
}
"""The columns of tables in which names stand: as shown, as matched, and in what pages showed."""
_ASKED = re.compile(rf"\b(from|join|only|table)\s+[\w\".]*\b({'|'.join(COLUMNS)})\b", re.IGNORECASE)
_RELATIONS = """\
WITH RECURSIVE reached(relation) AS (
  SELECT 'pg_temp.cuttings_asked'::regclass::oid
  UNION
  SELECT d.refobjid
  FROM reached r
  JOIN pg_class c ON c.oid = r.relation AND NOT c.relname = ANY (%s)
  JOIN pg_rewrite w ON w.ev_class = r.relation
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
       AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.relation
)
SELECT DISTINCT c.relname FROM reached r JOIN pg_class c ON c.oid = r.relation"""


def reads_names(reader: Reader, query: str) -> bool:
    """Say whether names of people could be in what a SELECT gives, by whatever name or way it asks.

    SQLite tells which columns a statement reads. PostgreSQL tells which tables: to ask one of those of
    :data:`COLUMNS` itself counts, our views over them do not. A query that is wrong reads nothing.
    """
    if WORDS.search(query):
        return True
    driver: Any = reader.connection.connection.driver_connection
    return _sqlite(driver, query) if reader.is_sqlite else _postgresql(driver, query)


def _sqlite(driver: sqlite3.Connection, query: str) -> bool:
    read = set()
    driver.set_authorizer(None)
    then = {row[0] for row in driver.execute("SELECT name FROM sqlite_temp_master WHERE type = 'view'")}

    def note(action: int, first: str | None, second: str | None, *more: str | None) -> int:
        # A table as of an instant is a view of its name, which reads all columns, wanted or not.
        if action == sqlite3.SQLITE_READ and not (first in then and first in more):
            read.add((first, second))
        return authorize(action, first, second, *more)

    driver.set_authorizer(note)
    try:
        driver.execute(f"EXPLAIN {query}").close()
    except sqlite3.Error:
        return False  # whoever runs it hears what is wrong
    finally:
        driver.set_authorizer(authorize)
    return any((table, column) in read for table, columns in COLUMNS.items() for column in columns)


def _postgresql(driver: Any, query: str) -> bool:
    """Make the query a view for a moment: the database notes what each view stands on."""
    from psycopg import Error, Rollback
    from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

    ours = [name for name in (*views.names(), *INDEXES) if name != VIEW]
    found: set[str] = set()
    try:
        with driver.transaction():
            driver.execute("SET TRANSACTION READ WRITE")
            # Prepared: the server takes one statement only, and a view's can only read.
            driver.execute(f"CREATE TEMP VIEW cuttings_asked AS {_aliased(driver, query)}", prepare=True)
            found = {row[0] for row in driver.execute(_RELATIONS, (ours,)).fetchall()}
            raise Rollback
    except (InsufficientPrivilege, ReadOnlySqlTransaction):
        return bool(_ASKED.search(query))  # this role may not make views, or this server takes none
    except Error:
        return False  # whoever runs it hears what is wrong
    return bool(found & {*COLUMNS, VIEW})


def _aliased(driver: Any, query: str) -> str:
    """Give the query with columns of names of their own: a view may not have two of one name."""
    with driver.transaction():
        described = driver.execute(f"SELECT * FROM ({query}\n) AS q LIMIT 0", prepare=True).description
    names = ", ".join(f"c{place}" for place in range(len(described)))
    return f"WITH q({names}) AS ({query}\n) SELECT * FROM q"
