"""A session that only reads: the database opened so that nothing can be written, at any instant."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from core.errors import CuttingsError, SetupError
from db import schema
from db.engine import BUSY_TIMEOUT_MS, open_engine
from db.time_travel.asof import open_as_of
from db.types import instant_text

AT_A_TIME = 1_000  # rows fetched of a running query
INTERRUPTIBLE = 100_000  # SQLite's steps between two looks at Ctrl-C
_COMMENTS = re.compile(r"(\s|--[^\n]*(\n|$)|/\*.*?\*/)*", re.DOTALL)
_QUESTIONS = frozenset({"select", "with", "values", "explain", "table", "show", "("})
_ALLOWED = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,  # of questions that are to see one instant
    }
)
_DESCRIBING = frozenset(
    {"table_info", "table_xinfo", "index_list", "index_info", "foreign_key_list", "data_version"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The columns of a query and its rows, fetched as they are asked for.

    ``types`` are the numbers PostgreSQL gives the columns' types; None on SQLite, which knows of none.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]
    types: tuple[int | None, ...] = ()


@contextmanager
def reading(url: str, at: datetime | None = None, believed_at: datetime | None = None) -> Iterator["Reader"]:
    """Open the database of a SQLAlchemy address for reading only, as of an instant (db/time_travel/asof.py).

    A missing database is not made, a file on a read-only disk can be read. SetupError where there is
    no archive of this code's schema.
    """
    engine = _sqlite(url) if make_url(url).get_backend_name() == "sqlite" else open_engine(url)
    try:
        schema.require_head(engine)
        with engine.connect() as connection:
            try:
                yield _prepared(connection, at, believed_at)
            except KeyboardInterrupt:
                connection.invalidate()  # there may be half an answer on the line: nothing to roll back by
                raise
    finally:
        engine.dispose()


class Reader:
    """One connection, prepared; its queries may stream."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._driver: Any = connection.connection.driver_connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        self._in_snapshot = False

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that is asked within the ``with`` see one state, whatever is written meanwhile.

        An interrupt ends the session.
        """
        self._in_snapshot = True
        if self.is_sqlite:
            self._driver.execute("BEGIN")  # what the first question sees, all see
            try:
                yield
            finally:
                with suppress(sqlite3.ProgrammingError):  # an interrupt has closed it already
                    self._driver.execute("ROLLBACK")
            return
        from psycopg import IsolationLevel

        self._driver.isolation_level = IsolationLevel.REPEATABLE_READ
        with self._driver.transaction():
            yield

    @contextmanager
    def ask(self, query: str, *, as_stored: bool = False) -> Iterator[Answer]:
        """Run one statement; its rows can be read within the ``with``, as plain values.

        Instants come as text in UTC (``2026-03-02 09:00:00.000000Z``), days in ISO 8601, JSON as text:
        the same on both databases; ``as_stored``: as the driver gives them. CuttingsError, one sentence,
        when the statement would write, is wrong, or fails on the way.
        """
        refuse_orders(query)
        try:
            with self._running(query) as cursor:
                described = cursor.description or ()
                yield Answer(
                    columns=tuple(column[0] for column in described),
                    rows=_fetched(cursor) if as_stored else _rows(cursor),
                    types=tuple(column[1] for column in described),
                )
        except self._error() as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                raise KeyboardInterrupt from error  # all that SQLite keeps of it
            raise CuttingsError(_sentence(error)) from error

    def _error(self) -> type[Exception]:
        error: type[Exception] = self.connection.dialect.loaded_dbapi.Error
        return error

    @contextmanager
    def _running(self, query: str) -> Iterator[Any]:
        if self.is_sqlite:
            cursor = self._driver.cursor()
            try:
                yield cursor.execute(query)
            finally:
                cursor.close()
            return
        streams = _first_word(query) not in {"explain", "show"}
        name = {"name": "cuttings"} if streams else {}  # a cursor of the server's: its rows stream
        with self._driver.transaction(), self._driver.cursor(**name) as cursor:
            if streams:
                cursor.execute(query.strip().rstrip(";"))
            else:
                cursor.execute(query, prepare=True)  # prepared: the server takes one statement only
            try:
                yield cursor
            except KeyboardInterrupt:
                if self._in_snapshot:
                    self._driver.close()  # in the midst of an answer the server can be told nothing more
                raise


def _first_word(query: str) -> str:
    """Give the word a statement begins with, comments passed over, in small letters."""
    rest = query[_COMMENTS.match(query).end() :]  # type: ignore[union-attr] # it matches the empty text too
    word = re.match(r"\(|\w+", rest)
    return word[0].lower() if word else ""


def is_blank(query: str) -> bool:
    """Say whether a statement is made of white space, comments and semicolons only."""
    return not query[_COMMENTS.match(query).end() :].strip("; \t\r\n")  # type: ignore[union-attr] # the same


def refuse_orders(query: str) -> None:
    """Refuse what does not begin like a question; CuttingsError with what it may begin with."""
    word = _first_word(query)
    if word not in _QUESTIONS:
        asked = f"it cannot {word.upper()}" if word else "there is no statement"
        raise CuttingsError(f"this session only reads, {asked}; begin with SELECT or WITH")


def _fetched(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(AT_A_TIME):
        yield from rows


def _rows(cursor: Any) -> Iterator[tuple[Any, ...]]:
    for row in _fetched(cursor):
        yield tuple(map(plain, row))


def plain(value: Any) -> Any:
    """Give a driver's value as text or a number, the same of both databases."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return instant_text(value) if value.tzinfo else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        return value.hex()
    return json.dumps(value) if isinstance(value, list | dict) else str(value)


def _sentence(error: Exception) -> str:
    """Give what a driver says as one sentence; of PostgreSQL the message without its drawing."""
    diagnosis = getattr(getattr(error, "diag", None), "message_primary", None)
    said = " ".join((diagnosis or str(error)).split()) or type(error).__name__
    refused = ("not authorized", "prohibited", "readonly", "read-only", "must not contain data-modifying")
    if any(word in said for word in refused):
        return f"this session only reads, nothing was written: {said}"
    return f"the database does not understand or cannot answer the query: {said}"


def _prepared(connection: Connection, at: datetime | None, believed_at: datetime | None) -> Reader:
    """Make the temporary views first: neither guard would let them pass afterwards."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    open_as_of(connection, at, believed_at)
    driver: Any = connection.connection.driver_connection
    if is_sqlite:
        driver.set_authorizer(authorize)
        driver.set_progress_handler(lambda: 0, INTERRUPTIBLE)
    else:
        connection.exec_driver_sql("SET default_transaction_read_only = on")
        driver.read_only = True
    return Reader(connection)


def authorize(action: int, first: str | None, *_more: str | None) -> int:
    """Let SQLite only read: the file is opened so, but ATTACH and VACUUM INTO would write others."""
    describes = action == sqlite3.SQLITE_PRAGMA and first in _DESCRIBING
    # What FTS5 asks for when it is first read; SQLite itself lets no statement change that table.
    connects = action == sqlite3.SQLITE_UPDATE and first == "sqlite_master"
    return sqlite3.SQLITE_OK if action in _ALLOWED or describes or connects else sqlite3.SQLITE_DENY


def _sqlite(url: str) -> Engine:
    address = make_url(url)
    path = Path(address.database or "")
    return create_engine(address, creator=partial(_connect, path), poolclass=NullPool)


def _connect(path: Path) -> sqlite3.Connection:
    """Open a SQLite file for reading; one nobody can write beside (no log, no room for one) as it is."""
    try:
        return _opened(f"{path.absolute().as_uri()}?mode=ro")
    except sqlite3.OperationalError:
        log = path.with_name(f"{path.name}-wal")
        if not path.exists() or log.exists():
            raise SetupError(f"the database {path} cannot be read: it is locked, or not an archive") from None
        return _opened(f"{path.absolute().as_uri()}?mode=ro&immutable=1")


def _opened(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    connection.execute("SELECT count(*) FROM sqlite_master")
    return connection
