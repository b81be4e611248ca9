"""The check of the full-text indexes: what SQLite's triggers keep is what the texts say."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, text

from db.checks.check import Breaks, Check, Found, Scope, reading
from db.search_tables import INDEXES

_ACTIONS = ("insert", "delete", "update")
# Texts without an entry, and entries without a text; FTS5 keeps a row of sizes for each entry.
_UNEVEN = """
SELECT id, 'text is not in the index' AS why FROM {table} WHERE id NOT IN (SELECT id FROM {index}_docsize)
UNION ALL
SELECT id, 'text of the index is not there' FROM {index}_docsize WHERE id NOT IN (SELECT id FROM {table})
"""


def check() -> Check:
    """Give the check; PostgreSQL works its indexes out from the rows, so there nothing can differ."""
    return Check(
        name="full_text",
        holds="the full-text indexes hold the words of every text, and no others",
        remedy="`cuttings db reindex` makes them anew from the texts",
        find=_find,
        of_outlet=False,
    )


def _find(engine: Engine, scope: Scope) -> Found:
    breaks = Breaks(scope.most)
    if engine.dialect.name == "postgresql":
        return breaks.found()
    for index, table in INDEXES.items():
        with reading(engine) as connection:
            _compare(connection, index, table, breaks)
        if not breaks.found().count:
            _look_inside(engine, index, breaks)
    return breaks.found()


def _compare(connection: Connection, index: str, table: str, breaks: Breaks) -> None:
    """Compare which texts there are with which the index has."""
    wanted = {f"{table}_search_{action}" for action in _ACTIONS}
    there = set(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    for name in sorted(wanted - there):
        breaks.add(index=index, why=f"the trigger {name} that keeps it in step is not there")
    for row in connection.execute(text(_UNEVEN.format(table=table, index=index))):
        breaks.add(index=index, why=row.why, id=row.id)


def _look_inside(engine: Engine, index: str, breaks: Breaks) -> None:
    """Let FTS5 compare its words with the texts; it asks as if it wrote, so crawls go first.

    Where somebody is writing just now, this is left for the next time.
    """
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        connection.detach()
        driver.execute("PRAGMA busy_timeout = 0")
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return
        try:
            driver.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - our own names
        except sqlite3.DatabaseError:
            breaks.add(index=index, why="its words are not those of the texts")
        finally:
            driver.execute("ROLLBACK")
