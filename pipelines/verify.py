"""Checks of the captures: what the database says of the WARC files against the files themselves."""

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, func, select
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from db.checks import Breaks, Check, Found, Scope, Weight, reading
from db.checks.check import RESTORE_CAPTURES
from db.models import Capture, FetchAttempt, Outlet, Payload, Redaction, Run, WarcFile, table
from pipelines import warc_files
from pipelines.warc import OPEN

ATTEMPT, CAPTURE, PAYLOAD = table(FetchAttempt), table(Capture), table(Payload)
FILE, OUTLET, RUN = table(WarcFile), table(Outlet), table(Run)
REDACTION = table(Redaction)

BATCH = 500  # payloads asked of the database at a time


@dataclass(frozen=True, kw_only=True, slots=True)
class _Extent:
    """A file of captures as the database knows it: how far attempts and payloads say it reaches."""

    id: int
    path: str
    attempt_offset: int | None
    payload_end: int | None


def checks(home: Path, *, read: bool = True) -> tuple[Check, ...]:
    """Give the checks of the captures below ``home``; without ``read`` those that open no file.

    Safe while crawls write: what the database says is asked before the files are looked at, and files
    only grow. The end of a file that is still written may be half a record.
    """

    def files(engine: Engine, scope: Scope) -> Found:
        return _files(engine, scope, home)

    def positions(engine: Engine, scope: Scope) -> Found:
        return _positions(engine, scope, home)

    def unknown(engine: Engine, scope: Scope) -> Found:
        return _unknown(engine, scope, home)

    def payloads(engine: Engine, scope: Scope) -> Found:
        return _payloads(engine, scope, home)

    def readable(_engine: Engine, scope: Scope) -> Found:
        return _readable(scope, home)

    quick = (
        Check(
            name="files.present",
            holds="every file of captures that the database names is there",
            remedy=RESTORE_CAPTURES,
            find=files,
        ),
        Check(
            name="files.positions",
            holds="every position the database gives lies within its file",
            remedy=RESTORE_CAPTURES,
            find=positions,
        ),
        Check(
            name="files.known",
            holds="the database names every file in the captures folder",
            remedy="nothing is lost: these captures were made after the backup that was restored, or by a "
            "crawl that ended before it stored anything; keep them",
            find=unknown,
            weight=Weight.NOTICE,
        ),
    )
    thorough = (
        Check(
            name="files.readable",
            holds="every file of captures can be read from its start to its end",
            remedy=RESTORE_CAPTURES,
            find=readable,
        ),
        Check(
            name="payloads.bytes",
            holds="the record a payload names holds its bytes: same SHA-256, same size",
            remedy=RESTORE_CAPTURES,
            find=payloads,
        ),
    )
    return quick + thorough if read else quick


def _files(engine: Engine, scope: Scope, home: Path) -> Found:
    breaks = Breaks(scope.most)
    for extent in _extents(engine, scope):
        if warc_files.size(home, extent.path) is None:
            breaks.add(warc_file_id=extent.id, path=extent.path)
    return breaks.found()


def _positions(engine: Engine, scope: Scope, home: Path) -> Found:
    """Compare how far each file reaches with how far the database says it does: one row for each file."""
    breaks = Breaks(scope.most)
    for extent in _extents(engine, scope):
        size = warc_files.size(home, extent.path)
        if size is None:
            continue
        known = max((extent.attempt_offset or -1) + 1, extent.payload_end or 0)
        if known > size:
            breaks.add(warc_file_id=extent.id, path=extent.path, size=size, known_to_reach=known)
    return breaks.found()


def _unknown(engine: Engine, scope: Scope, home: Path) -> Found:
    found = list(warc_files.names(home, scope.outlet))
    with reading(engine) as connection:
        known = set(connection.execute(select(FILE.c.path)).scalars())
    breaks = Breaks(scope.most)
    for name in found:
        if name not in known:
            breaks.add(path=name, size=warc_files.size(home, name))
    return breaks.found()


def _payloads(engine: Engine, scope: Scope, home: Path) -> Found:
    """Read each payload's record where the database says it lies; in the order they were first stored."""
    breaks, last = Breaks(scope.most), 0
    with reading(engine) as connection:
        most = connection.execute(select(func.max(PAYLOAD.c.id))).scalar_one() or 0
    while last < most:
        with reading(engine) as connection:
            query = _of_outlet(_places(), scope.outlet).where(PAYLOAD.c.id > last)
            batch = connection.execute(query.order_by(PAYLOAD.c.id).limit(BATCH)).all()
        if not batch:
            break
        for row in batch:
            if wrong := _wrong(home, row):
                place = {"path": row.path, "offset": row.warc_offset}
                breaks.add(payload_id=row.id, sha256=row.sha256, **place, why=wrong)
        last = batch[-1].id
        scope.told(last, most)
    return breaks.found()


def _places() -> Select[*tuple[Any, ...]]:
    return (
        select(
            PAYLOAD.c.id,
            PAYLOAD.c.sha256,
            PAYLOAD.c.size,
            PAYLOAD.c.warc_offset,
            PAYLOAD.c.warc_length,
            FILE.c.path,
        )
        .join_from(PAYLOAD, FILE, FILE.c.id == PAYLOAD.c.warc_file_id)
        .where(
            PAYLOAD.c.id.not_in(select(REDACTION.c.payload_id))  # erased: their records are tombstones
        )
    )


def _of_outlet(query: Select[*tuple[Any, ...]], outlet: str | None) -> Select[*tuple[Any, ...]]:
    """Keep the payloads that captures of the outlet's runs brought."""
    if outlet is None:
        return query
    brought = (
        select(CAPTURE.c.payload_id)
        .join(RUN, RUN.c.id == CAPTURE.c.run_id)
        .join(OUTLET, OUTLET.c.id == RUN.c.outlet_id)
        .where(OUTLET.c.key == outlet)
    )
    return query.where(PAYLOAD.c.id.in_(brought))


def _wrong(home: Path, row: Any) -> str | None:
    """Say what is wrong with a payload's record, None when its bytes are the payload's."""
    try:
        with warc_files.reading(home, row.path) as file:
            file.seek(row.warc_offset)
            member = file.read(row.warc_length)
    except FileNotFoundError:
        return None  # files.present says so, once
    except OSError as error:
        return f"the file cannot be read: {error.strerror}"
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        record = inflate.decompress(member)
    except zlib.error as error:
        return f"no record begins there: {error}"
    if not inflate.eof or inflate.unused_data:
        return "the record there has another length"
    return _differs(record, row)


def _differs(record: bytes, row: Any) -> str | None:
    try:
        found = next(iter(ArchiveIterator(BytesIO(record))), None)
    except ArchiveLoadFailed as error:
        return f"no record can be read there: {error}"
    if found is None or found.rec_type != "response":
        return f"a record of the kind {found.rec_type if found else 'none'} lies there: it holds no bytes"
    payload = found.raw_stream.read()
    if len(payload) != row.size:
        return f"the record holds {len(payload)} bytes, not {row.size}"
    digest = hashlib.sha256(payload).hexdigest()
    return f"the record's bytes have the SHA-256 {digest}" if digest != row.sha256 else None


def _readable(scope: Scope, home: Path) -> Found:
    """Read every file in the folder, whether the database names it or not; progress is in bytes."""
    breaks = Breaks(scope.most)
    names = list(warc_files.names(home, scope.outlet))
    total = sum(warc_files.size(home, name) or 0 for name in names)
    done = 0

    def told(read: int) -> None:
        scope.told(min(done + read, total), total)

    for name in names:
        size = warc_files.size(home, name)
        if size is None:  # a crawl's file without any record goes with the crawl
            continue
        try:
            with warc_files.reading(home, name) as file:
                whole, why = warc_files.whole_records(file, told)
                growing = file.name.endswith(OPEN)
        except OSError as error:
            breaks.add(path=name, why=f"cannot be read: {error.strerror}")
            continue
        if why and not (growing and why == warc_files.CUT):
            breaks.add(path=name, offset=whole, size=size, why=why)
        done += size
    return breaks.found()


def _extents(engine: Engine, scope: Scope) -> Iterator[_Extent]:
    """Give the files that the outlet's captures lie in, or all."""
    attempts = (
        select(ATTEMPT.c.warc_file_id, func.max(ATTEMPT.c.warc_offset).label("reach"))
        .where(ATTEMPT.c.warc_file_id.is_not(None))
        .group_by(ATTEMPT.c.warc_file_id)
        .subquery()
    )
    ends = _of_outlet(
        select(
            PAYLOAD.c.warc_file_id, func.max(PAYLOAD.c.warc_offset + PAYLOAD.c.warc_length).label("reach")
        ),
        scope.outlet,
    )
    payloads = ends.group_by(PAYLOAD.c.warc_file_id).subquery()
    query = (
        select(FILE.c.id, FILE.c.path, attempts.c.reach, payloads.c.reach)
        .join_from(FILE, attempts, attempts.c.warc_file_id == FILE.c.id, isouter=True)
        .join(payloads, payloads.c.warc_file_id == FILE.c.id, isouter=scope.outlet is None)
        .order_by(FILE.c.id)
    )
    with reading(engine) as connection:
        found = connection.execute(query).all()  # some hundred bytes for each file
    for number, path, reach, end in found:
        yield _Extent(id=number, path=path, attempt_offset=reach, payload_end=end)
