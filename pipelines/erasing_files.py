"""WARC files written anew without what was erased; at any moment rows and files agree."""

import os
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from core.clock import now
from core.errors import SetupError
from db.engine import writing
from db.erasures import records
from db.erasures.records import Doomed
from db.lock import outlet_lock
from pipelines.warc import OPEN, locate
from pipelines.warc_rewriting import Gone, Rewritten, learn, rewrite, touches

PART = ".part"
LOCK = "erasures"  # the name of the lock of whoever writes WARC files anew
_AGAIN = re.compile(r"-e(\d+)$")


@dataclass(slots=True)
class Finished:
    """What was finished: records gone from how many files, their new names, and sentences on what is left."""

    files: int = 0
    records: int = 0
    renamed: dict[str, str] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def finish_files(  # noqa: PLR0913 - where, what was done, who is told, whose files
    engine: Engine,
    home: Path,
    locks: Path,
    finished: Finished,
    told: Callable[[int, int], None] = lambda _done, _total: None,
    *,
    own_run: int | None = None,
) -> None:
    """Write the files anew from which something has to go, and delete the old ones.

    Killed at any moment the rows and the files agree: the new file is on disk before the rows name it, and
    the old one is deleted after, or the next time. Files of runs under way, but for ``own_run`` whose files
    are closed, are left for later: those runs still name records in them. So is all of it while another
    process is at it.
    """
    with ExitStack() as held:
        try:
            held.enter_context(outlet_lock(engine, locks, LOCK))
        except SetupError:
            finished.left.append(
                "another process is taking records out of WARC files: `cuttings erase finish`"
            )
            return
        _finish(engine, home, finished, told, own_run)


def _finish(
    engine: Engine,
    home: Path,
    finished: Finished,
    told: Callable[[int, int], None],
    own_run: int | None,
) -> None:
    for part in (home / "captures").glob(f".*{PART}"):
        part.unlink(missing_ok=True)
    _drop_old(engine, home)
    with engine.connect() as connection:
        files, busy = records.pending(connection, own_run)
        plans = [(number, path, records.doomed(connection, number)) for number, path in files]
    for path in busy:
        finished.left.append(f"{path} belongs to a run under way: `cuttings erase finish` after its end")
    gone, ready = Gone(), []
    for number, path, doomed in plans:
        file = locate(home, path)
        if not file.exists():
            finished.left.append(f"{path} is not there: what it holds cannot be erased")
        elif file.name.endswith(OPEN):
            finished.left.append(f"{path} is being written: `cuttings erase finish` after that crawl")
        else:
            ready.append((number, path, doomed))
            with file.open("rb") as source:
                learn(source, doomed, gone)
    for done, (number, path, doomed) in enumerate(ready):
        told(done, len(ready))
        if not (doomed.payloads or doomed.records or doomed.nameless or _touches(home, path, gone)):
            continue
        new, result = _rewrite(home, path, doomed, gone)
        with writing(engine) as connection:
            records.move(connection, number, new, doomed, result.moves, result.tombstones, now())
        finished.files += 1
        finished.renamed[path] = new
        finished.records += len(result.tombstones) + len(doomed.records)
    _drop_old(engine, home)
    if len(ready) == len(plans) and not busy:
        with writing(engine) as connection:
            records.end_files(connection, now())


def _touches(home: Path, path: str, gone: Gone) -> bool:
    with locate(home, path).open("rb") as source:
        return touches(source, gone)


def _rewrite(home: Path, path: str, doomed: Doomed, gone: Gone) -> tuple[str, Rewritten]:
    """Write a file anew, whole and on disk; give its path and what became of the records."""
    new = _next_name(path)
    target = home / new
    part = target.with_name(f".{target.name}{PART}")
    with locate(home, path).open("rb") as source, part.open("wb") as out:
        result = rewrite(source, out, doomed, gone, now())
        out.flush()
        os.fsync(out.fileno())
    part.rename(target)
    _folder_to_disk(target.parent)
    return new, result


def _next_name(path: str) -> str:
    """Give the name of the next writing of a file: `-e1`, `-e2` behind the name it had."""
    stem = path.removesuffix(".warc.gz")
    again = _AGAIN.search(stem)
    number = int(again[1]) + 1 if again else 1
    return f"{_AGAIN.sub('', stem)}-e{number}.warc.gz"


def _drop_old(engine: Engine, home: Path) -> None:
    with engine.connect() as connection:
        old = records.undropped(connection)
    for number, path in old:
        (home / path).unlink(missing_ok=True)
        _folder_to_disk((home / path).parent)
        with writing(engine) as connection:
            records.drop(connection, number, now())


def _folder_to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
