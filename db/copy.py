"""A consistent copy of a live SQLite database."""

import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from core.errors import SetupError, WeatherError
from db.search_tables import INDEXES, is_inner

PAGES = 1024  # pages copied at a time: 4 MiB
PAUSE = 0.005  # seconds between two steps: the disk is shared with crawls


def copy(database: Path, target: Path, told: Callable[[int, int], None]) -> Mapping[str, int]:
    """Copy a database, as it is at this instant, into a new file; give how many rows each table has.

    Crawls go on meanwhile. One read transaction lasts from the first page to the last: without it the
    backup API begins anew whenever another process writes, and beside a crawl it would never end. The
    price is that the write-ahead log grows until the copy is done. ``VACUUM INTO`` would do as well,
    but it is one statement that tells no progress, cannot be paused and makes every index anew.

    The copy is checked: SQLite finds it sound, and it has the rows the database has. It needs no
    write-ahead log, so one file is all. Raises SetupError for a copy that is not sound, WeatherError
    when the disk is full; ``told`` is called with pages done and pages in all.
    """
    try:
        source = sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
        try:
            source.execute("BEGIN")
            rows = _counts(source)
            _write(source, target, told)
        finally:
            source.close()
        _check(target, rows)
    except sqlite3.OperationalError as error:
        raise WeatherError(f"the database cannot be copied to {target.parent}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise SetupError(f"the database {database} is not sound: {error}; `cuttings db verify`") from error
    return rows


def _write(source: sqlite3.Connection, target: Path, told: Callable[[int, int], None]) -> None:
    def progress(_status: int, remaining: int, total: int) -> None:
        told(total - remaining, total)
        if remaining:
            time.sleep(PAUSE)

    copied = sqlite3.connect(target, isolation_level=None)
    try:
        copied.execute("PRAGMA synchronous = OFF")  # brought to disk as a whole when it is done
        source.backup(copied, pages=PAGES, progress=progress)
    finally:
        copied.close()


def _check(target: Path, rows: Mapping[str, int]) -> None:
    copied = sqlite3.connect(target, isolation_level=None)
    try:
        copied.execute("PRAGMA journal_mode = DELETE")
        said = [row[0] for row in copied.execute("PRAGMA integrity_check(5)")]
        if said != ["ok"]:
            raise SetupError(
                f"the copy is not sound: {'; '.join(said)}; `cuttings db verify` checks the rest"
            )
        counted = _counts(copied)
    finally:
        copied.close()
    if counted != rows:
        raise SetupError("the copy has other rows than the database: try again")


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    counted = [name for (name,) in tables if name not in INDEXES and not is_inner(name)]
    count = 'SELECT count(*) FROM "{}"'
    return {name: connection.execute(count.format(name)).fetchone()[0] for name in counted}


def settle(database: Path) -> bool:
    """Fold a database's write-ahead log into its file; say whether that could be done.

    False means the file is no database any more. SetupError when another process has it open.
    """
    try:
        connection = sqlite3.connect(database, isolation_level=None, timeout=2)
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            msg = f"another program has {database} open: end it, then try again"
            raise SetupError(msg) from error
        return False
    except sqlite3.DatabaseError:
        return False
    return True
