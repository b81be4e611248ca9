# ruff: noqa: SLF001 - the points lie inside the classes
"""Runs the command line with one fault in wait.

The functions a crawl is made of are wrapped when its process begins, so the code under test has no
failpoints of its own to read past, and everything not named here is the real thing.
"""

import errno
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.forking import command_line

SMALL = 60_000  # bytes of a WARC file: a crawl of some thirty pages begins a new one ten times


class Countdown:
    """Lets a fault happen when its point is reached for the ``number``-th time."""

    def __init__(self, number: int) -> None:
        self._left = number

    def due(self) -> bool:
        self._left -= 1
        return self._left == 0

    def kill(self) -> None:
        """End the process as a power cut would, if it is time."""
        if self.due():
            os.kill(os.getpid(), signal.SIGKILL)


def torn(point: Countdown) -> None:
    """Die with half of a record in the file."""
    from pipelines.warc import WarcFiles

    whole = WarcFiles._append

    def append(self: Any, out: Any, members: bytes) -> None:
        if point.due():
            out.write(members[: len(members) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        whole(self, out, members)

    WarcFiles._append = append


def written(point: Countdown) -> None:
    """Die with a record in the file and no row of it."""
    from pipelines.warc import WarcFiles

    WarcFiles.write = _then(WarcFiles.write, point.kill)


def renaming(point: Countdown) -> None:
    """Die before a WARC file gets its next name: at its begin, at its end."""
    from pipelines import warc

    warc._rename = _first(point.kill, warc._rename)


def rotated(point: Countdown) -> None:
    """Die when one WARC file is closed and the next is not begun."""
    from pipelines.warc import WarcFiles

    WarcFiles.close = _then(WarcFiles.close, point.kill)


def in_a_batch(point: Countdown) -> None:
    """Die between two statements of a transaction that writes articles."""
    from sqlalchemy import Engine, event

    def executed(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT INTO extraction", "INSERT INTO article", "UPDATE article")):
            point.kill()

    event.listen(Engine, "after_cursor_execute", executed)


def committed(point: Countdown) -> None:
    """Die when a batch is kept and nobody was told yet."""
    from db.store import Store

    Store.write = _then(Store.write, point.kill)


def unanswered(point: Countdown) -> None:
    """Lose the connection when the server has committed and has not said so."""
    from psycopg import OperationalError
    from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
    from sqlalchemy.engine.default import DefaultDialect

    def commit(self: Any, connection: Any) -> None:
        DefaultDialect.do_commit(self, connection)
        if _writes_articles() and point.due():
            connection.dbapi_connection.close()
            raise OperationalError("the connection was lost")

    PGDialect_psycopg.do_commit = commit


def unsynced(point: Countdown) -> None:
    """Have the disk refuse to keep what a WARC file was given, once: what was written may be lost."""
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        if ".warc.gz" in name and point.due():
            raise OSError(errno.EIO, "Input/output error")
        sync(descriptor)

    os.fsync = fsync


def verdict(point: Countdown) -> None:
    """Die when everything is stored but how the run ended."""
    from db.running import runs

    runs.finish = _first(point.kill, runs.finish)


def closing(point: Countdown) -> None:
    """Die before the run of a crawl that was killed gets its end."""
    from db.running import runs

    runs.close = _first(point.kill, runs.close)


def recorded(path: str) -> None:
    """Do no harm: write down each fsync and each commit, with the captures its rows name."""
    from sqlalchemy import Engine, event

    from db.store import Store

    told = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    sync, write, batch = os.fsync, Store.write, []

    def fsync(descriptor: int) -> None:
        size = os.fstat(descriptor).st_size  # what is written later may not be on disk
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name.removesuffix(".open")
        sync(descriptor)
        os.write(told, json.dumps({"synced": name, "size": size}).encode() + b"\n")

    def noting(self: Any, records: Any) -> Any:
        pages = [page for record in records if (page := getattr(record, "page", None))]
        batch[:] = [(Path(page.warc_file).name, page.offset + page.length) for page in pages]
        return write(self, records)

    def commit(_connection: Any) -> None:
        if batch:
            os.write(told, json.dumps({"committing": batch}).encode() + b"\n")
            batch.clear()

    os.fsync, Store.write = fsync, noting
    event.listen(Engine, "commit", commit)


def small_files() -> None:
    """Begin a new WARC file every few pages."""
    from pipelines.warc import WarcFiles

    begin = WarcFiles.__init__

    def begin_small(self: Any, home: Any, **facts: Any) -> None:
        begin(self, home, **facts | {"max_bytes": SMALL})

    WarcFiles.__init__ = begin_small


def _writes_articles() -> bool:
    """Say whether a batch is being stored, and not a run begun or ended."""
    frame: Any = sys._getframe()
    while frame is not None:
        if frame.f_code.co_qualname.startswith("Store."):
            return True
        frame = frame.f_back
    return False


def _then(work: Callable[..., Any], after: Callable[[], None]) -> Callable[..., Any]:
    def both(*given: Any, **named: Any) -> Any:
        result = work(*given, **named)
        after()
        return result

    return both


def _first(before: Callable[[], None], work: Callable[..., Any]) -> Callable[..., Any]:
    def both(*given: Any, **named: Any) -> Any:
        before()
        return work(*given, **named)

    return both


IN_FILES = (torn, written, renaming, rotated, unsynced)
IN_ROWS = (in_a_batch, committed, unanswered, verdict, closing)
POINTS = {function.__name__: function for function in IN_FILES + IN_ROWS}


@dataclass(frozen=True)
class Fault:
    """A point, and the how-many-eth time it is reached; ``recorded`` does no harm, nor does ``none``."""

    point: str
    number: int | str = 1  # for ``recorded``: the file to write to

    def __call__(self, words: Sequence[str]) -> int:
        """Lay the fault, then be the command line; of a process of its own."""
        small_files()
        if self.point in POINTS:
            POINTS[self.point](Countdown(int(self.number)))
        elif self.point == "recorded":
            recorded(str(self.number))
        return command_line(words)
