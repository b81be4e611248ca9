"""Rids the database's own files of bytes that no row holds any more."""

import sqlite3
from collections.abc import Collection, Iterable
from typing import cast

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from db.search_tables import INDEXES

PATIENCE_MS = 30_000  # milliseconds other programs may keep us from it


def scour(engine: Engine, tables: Collection[str]) -> str | None:
    """Rid the files of what was blanked in these tables; give why that could not be done, None when it was.

    SQLite: blanking leaves the bytes in free pages and in the segments of the full-text indexes, also with
    ``secure_delete`` (ARCHIVE-FACTS.md section 8), so those are merged, the file is written anew and the
    write-ahead log emptied. PostgreSQL: the tables are written anew; its own write-ahead log keeps the
    bytes until it is recycled.
    """
    try:
        if engine.dialect.name == "postgresql":
            _scour_postgresql(engine, sorted(tables))
            return None
        return _scour_sqlite(engine)
    except DBAPIError as error:
        return str(error.orig).strip().partition("\n")[0]
    except sqlite3.OperationalError as error:
        return str(error)


def size(engine: Engine) -> int:
    """Give how many bytes the database takes: what is written anew, while those who write wait."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one())


def _scour_sqlite(engine: Engine) -> str | None:
    connection = engine.raw_connection()
    try:
        sqlite = cast("sqlite3.Connection", connection.driver_connection)
        sqlite.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        for index in INDEXES:
            sqlite.execute(f"INSERT INTO {index}({index}) VALUES ('optimize')")  # noqa: S608 - our own names
        sqlite.execute("VACUUM")
        busy, _pages, _moved = sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    return "another program is reading the database" if busy else None


def _scour_postgresql(engine: Engine, tables: Iterable[str]) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = {PATIENCE_MS}")
        for name in tables:
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {name}")
        try:  # what the planner remembers of common values, and the old files: a superuser's only
            connection.exec_driver_sql("VACUUM FULL pg_statistic")
            connection.exec_driver_sql("CHECKPOINT")
        except DBAPIError:
            connection.rollback()
        connection.exec_driver_sql("RESET lock_timeout")
