"""The log file of each run: JSON lines under `logs/<outlet>/`, packed once the run has ended."""

import gzip
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Protocol, cast

from sqlalchemy import Engine

from core.clock import now
from core.logs import end_files, run_file
from core.settings import Settings
from db.running import runs

PACKED = ".gz"
QUIET = timedelta(
    minutes=10
)  # a log nobody wrote to for so long is not about to be packed by its own process
_LONGEST_LINE = 1024 * 1024  # bytes: what a run away from itself prints is read in pieces


class Logged(Protocol):
    """What a log file is found by; :class:`db.running.runs.Run` has this shape."""

    @property
    def id(self) -> int: ...  # noqa: D102 - the names are db.running.runs.Run's
    @property
    def outlet(self) -> str | None: ...  # noqa: D102 - the same


def path(settings: Settings, run: Logged) -> Path | None:
    """Give the log file of a run, packed or not; None where there is none on this machine (any more)."""
    plain = run_file(settings.logs, run.outlet, run.id)
    packed = plain.with_name(plain.name + PACKED)
    return next((file for file in (plain, packed) if file.exists()), None)


def lines(file: Path) -> Iterator[dict[str, Any]]:
    """Give the records of a log file, also of one being written or packed meanwhile.

    A line that is no JSON object (a crash's trace, a message of the interpreter) comes as
    ``{"event": line}``; an unfinished last line of a process that was killed likewise.
    """
    with suppress(EOFError, gzip.BadGzipFile, FileNotFoundError), opened(file) as stream:
        while line := stream.readline(_LONGEST_LINE):
            if (record := parse(line)) is not None:
                yield record


def parse(line: bytes) -> dict[str, Any] | None:
    """Give the record of one line; None for an empty one."""
    text = line.decode("utf-8", "replace").rstrip("\n")
    if not text:
        return None
    with suppress(ValueError, RecursionError):
        record = json.loads(text)
        if isinstance(record, dict):
            return record
    return {"event": text}


def pack(file: Path) -> Path:
    """Pack a log file whose run has ended; give the packed one. Whole or not at all, and may be repeated."""
    packed = file.with_name(file.name + PACKED)
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with file.open("rb") as plain, draft.open("wb") as raw:
            with gzip.GzipFile(filename="", fileobj=raw, mode="wb") as target:
                shutil.copyfileobj(plain, target)
            raw.flush()
            os.fsync(raw.fileno())
        os.utime(draft, (file.stat().st_atime, file.stat().st_mtime))
        draft.replace(packed)
        file.unlink()
    finally:
        draft.unlink(missing_ok=True)
    return packed


def pack_own() -> None:
    """Pack the log files this process wrote, whose runs have ended."""
    for file in end_files():
        with suppress(OSError):  # it can be read as it is, and is packed another day
            pack(file)


def pack_left(engine: Engine, settings: Settings) -> int:
    """Pack the log files that runs which have ended left unpacked, after a crash; give how many."""
    open_runs = {run_file(settings.logs, run.outlet, run.id) for run in runs.under_way(engine)}
    packed = 0
    for file in settings.logs.glob("*/*.jsonl"):
        with suppress(FileNotFoundError):  # its own process was faster
            if file not in open_runs and file.stat().st_mtime < (now() - QUIET).timestamp():
                pack(file)
                packed += 1
    return packed


def drop_older(settings: Settings, days: int) -> int:
    """Delete the log files that nothing was written to for so many days; give how many."""
    before = (now() - timedelta(days=days)).timestamp()
    dropped = 0
    for file in settings.logs.glob("*/*.jsonl*"):
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < before:
                file.unlink()
                dropped += 1
    return dropped


def opened(file: Path) -> IO[bytes]:
    """Open a log file, or the packed one that took its place a moment ago."""
    if file.suffix != PACKED:
        with suppress(FileNotFoundError):
            return file.open("rb")
        file = file.with_name(file.name + PACKED)
    return cast("IO[bytes]", gzip.open(file))
