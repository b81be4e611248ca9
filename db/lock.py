"""One crawl and one backfill per outlet at a time, held by the operating system or the database."""

import fcntl
import os
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from core.clock import now
from core.errors import SetupError
from db.words import Kind

NAMESPACE = (
    zlib.crc32(b"cuttings outlet") & 0x7FFFFFFF
)  # tells our advisory locks from others' in one database
WRITERS = zlib.crc32(b"cuttings writer") & 0x7FFFFFFF


# A holder whose machine vanished would keep its lock for two hours: the server asks after 10 seconds of
# silence whether it lives, and lets go after 25 (OPS-FACTS.md section 4.3).
_KEEPALIVE = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"


def lock_of(kind: Kind, outlet: str) -> str:
    """Give the name of the lock that a run of this kind holds while it lives, for :func:`outlet_lock`.

    A backfill has one of its own: the outlet is crawled beside it.
    """
    return f"backfill-{outlet}" if kind is Kind.BACKFILL else outlet


def wait_turn(connection: Connection, outlet: str) -> None:
    """Wait until no other transaction writes the outlet's history; it is ours until this one ends.

    A backfill and a crawl meet in one article: each reads where its versions stand before it moves
    them. To be called first in a transaction. SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        keys = {"namespace": WRITERS, "key": _key(outlet)}
        connection.execute(text("SELECT pg_advisory_xact_lock(:namespace, :key)"), keys)


@contextmanager
def outlet_lock(engine: Engine, locks_dir: Path, outlet: str) -> Iterator[Callable[[], None]]:
    """Hold the outlet's lock; SetupError that names the holder when another process has it.

    On PostgreSQL the database holds it (an advisory lock, for all machines), else a file in
    ``locks_dir``. Either ends with its process, however that ends: there is nothing to clean up.

    Gives a function that proves that the lock is still held, to be called before each transaction: a
    database that was restarted has forgotten it. It takes the lock anew, or raises SetupError where
    another process was faster, OperationalError while the database is away.
    """
    if engine.dialect.name != "postgresql":
        with _in_file(locks_dir, outlet):
            yield lambda: None
        return
    lock = _DatabaseLock(engine, outlet)
    lock.prove()
    try:
        yield lock.prove
    finally:
        lock.release()


def is_held(engine: Engine, outlet: str) -> bool:
    """Say whether a process on any machine holds the outlet's lock; on PostgreSQL only."""
    with engine.connect() as connection:
        return _holder(connection, {"namespace": NAMESPACE, "key": _key(outlet)}) is not None


@contextmanager
def _in_file(locks_dir: Path, outlet: str) -> Iterator[None]:
    locks_dir.mkdir(parents=True, exist_ok=True)
    with (locks_dir / f"{outlet}.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise _refusal(outlet, file.read().strip() or "another process") from error
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()} since {now():%Y-%m-%d %H:%M:%S} UTC")
        file.flush()
        yield
        file.truncate(0)  # the file stays: to delete it while another waits for it would give two locks


class _DatabaseLock:
    """An advisory lock and the connection it lives on."""

    def __init__(self, engine: Engine, outlet: str) -> None:
        self._engine = engine
        self._outlet = outlet
        self._keys = {"namespace": NAMESPACE, "key": _key(outlet)}
        self._connection: Connection | None = None

    def prove(self) -> None:
        if self._connection is not None and self._answers(self._connection):
            return
        self._connection = None
        # A connection of its own, out of the pool, outside any transaction: the lock lives as long as it.
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        query = text("SELECT pg_try_advisory_lock(:namespace, :key)")
        if not connection.execute(query, self._keys).scalar_one():
            refusal = _refusal(self._outlet, _holder(connection, self._keys) or "another process")
            connection.close()
            raise refusal
        name = f"cuttings {self._outlet} {socket.gethostname()}:{os.getpid()}"
        connection.execute(text("SELECT set_config('application_name', :name, false)"), {"name": name[:63]})
        connection.exec_driver_sql(_KEEPALIVE)
        self._connection = connection

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _answers(self, connection: Connection) -> bool:
        try:
            connection.execute(text("SELECT 1"))
        except DBAPIError:  # the server has closed it, and let go of the lock
            connection.close()
            return False
        return True


def _key(outlet: str) -> int:
    return zlib.crc32(outlet.encode()) & 0x7FFFFFFF


def _holder(connection: Connection, keys: dict[str, int]) -> str | None:
    query = text(
        "SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
        "WHERE l.locktype = 'advisory' AND l.classid = :namespace AND l.objid = :key AND l.granted "
        "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    found = connection.execute(query, keys).first()
    return f"{found.application_name} since {found.backend_start:%Y-%m-%d %H:%M:%S} UTC" if found else None


def _refusal(outlet: str, holder: str) -> SetupError:
    return SetupError(
        f"{outlet} is being crawled already, by {holder}: wait for its end, `cuttings runs` shows it"
    )
