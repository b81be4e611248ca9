"""How the database is opened: SQLite with its guards on, PostgreSQL in UTC."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

BUSY_TIMEOUT_MS = 30_000  # crawls of several outlets share one SQLite file: they take turns


def open_engine(url: str) -> Engine:
    """Give an engine for a SQLAlchemy address, ``sqlite:///PATH`` or ``postgresql+psycopg://…``.

    Nothing is connected or made yet. Transactions only read unless begun by :func:`writing`.
    """
    address = make_url(url)
    return _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that may write: committed at the end, rolled back on error.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE): a transaction that reads first and
    writes later fails without waiting when another one wrote in between (OPS-FACTS.md section 2.4).
    """
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def _postgresql(address: URL) -> Engine:
    options = {"application_name": "cuttings", "options": "-c timezone=UTC"}
    return create_engine(address, connect_args=options, pool_pre_ping=True)


def _sqlite(address: URL) -> Engine:
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin transactions by its own rules
    _use_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")  # committed means durable, power cut included
    connection.execute("PRAGMA foreign_keys = ON")


def _use_wal(connection: sqlite3.Connection) -> None:
    """Turn on the write-ahead log; two processes that do so for a new file refuse each other at once."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
