"""Where bytes lie that have to go, and what becomes of places when a WARC file is written anew."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, or_, select, update

from db import rows
from db.erasures.scope import ARTICLE, ARTICLE_URL, EXTRACTION, URL, Scope
from db.models import (
    Capture,
    Erasure,
    ErasurePass,
    FetchAttempt,
    Payload,
    Redaction,
    Run,
    WarcFile,
    WarcRewrite,
    table,
)
from db.words import ERASED, LISTINGS

ATTEMPT, CAPTURE, PAYLOAD = table(FetchAttempt), table(Capture), table(Payload)
FILE, REDACTION, REWRITE = table(WarcFile), table(Redaction), table(WarcRewrite)
ERASURE, PASS, RUN = table(Erasure), table(ErasurePass), table(Run)

TOMBSTONE = "application/warc-fields"
_MOVED = {PAYLOAD.name, ATTEMPT.name}  # what a file written anew changes (:func:`move`)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the bytes of captures lie; ``certain``: the rows say that they have to go."""

    payload_id: int
    warc_file: str
    offset: int
    certain: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Doomed:
    """What has to go from a file, by offset: ``payloads`` with payload and erasure, ``records`` whole.

    ``nameless`` are records whose address has to go, those whose bytes stay included.
    """

    payloads: Mapping[int, tuple[int, int]]
    records: frozenset[int]
    nameless: frozenset[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tombstone:
    """The record that stands where bytes were; digests and size are of its own block."""

    offset: int
    length: int
    sha256: str
    sha1_base32: str
    size: int


def own_places(connection: Connection, scope: Scope) -> list[Place]:
    """Give where the captures lie that rows tie to a scope: by reading, or by the address asked."""
    if scope.articles or scope.urls:
        return _of_articles(connection, scope)
    query = select(EXTRACTION.c.capture_id, EXTRACTION.c.comment_list_id, EXTRACTION.c.read_by)
    read = rows.among(connection, query, EXTRACTION.c.article_id, scope.shown_by)
    certain = {row.capture_id for row in read if row.comment_list_id in scope.lists and _is_on_page(row)}
    if elsewhere := set(scope.lists):
        found = rows.among(connection, query, EXTRACTION.c.comment_list_id, elsewhere)
        certain |= {row.capture_id for row in found if _is_on_page(row)}
    addresses = _addresses(connection, scope.shown_by)
    asked = rows.among(connection, select(CAPTURE.c.id), CAPTURE.c.url_id, addresses)
    captures = certain | {row.capture_id for row in read} | {row[0] for row in asked}
    return _places(connection, captures, certain)


def _is_on_page(reading: Any) -> bool:
    """Say whether the comments of a reading may be on the page itself, not in a listing elsewhere."""
    return (reading.read_by or {}).get("comments") not in LISTINGS


def other_places(connection: Connection, scope: Scope, known: Collection[Place]) -> list[Place]:
    """Give where all other captures of the scope's outlets lie."""
    query = select(CAPTURE.c.id).join(RUN, RUN.c.id == CAPTURE.c.run_id)
    found = rows.among(connection, query, RUN.c.outlet_id, scope.outlets)
    there = {place.payload_id for place in known}
    return [
        place for place in _places(connection, {row[0] for row in found}, ()) if place.payload_id not in there
    ]


def pending(connection: Connection, own_run: int | None = None) -> tuple[list[tuple[int, str]], list[str]]:
    """Give the files, by id and path, from which something has to go, or in which it may be told of again.

    Those come first that rows say nothing of: files of the same run, where a record may refer to one
    that goes. Apart from them the paths of such files of other runs under way.
    """
    wanted = _pending_payloads().with_only_columns(PAYLOAD.c.warc_file_id).distinct()
    numbers = set(connection.execute(wanted).scalars())
    records = select(ATTEMPT.c.warc_file_id).where(_is_pending()).distinct()
    numbers |= set(connection.execute(records).scalars())
    if not numbers:
        return [], []
    files = {row.id: row.path for row in connection.execute(select(FILE))}
    labels = {_label(files[number]) for number in numbers}
    beside = [number for number, path in files.items() if number not in numbers and _label(path) in labels]
    under_way = select(RUN.c.id).where(RUN.c.ended_at.is_(None), RUN.c.id != (own_run or 0))
    runs = {f" run{number}" for number in connection.execute(under_way).scalars()}
    busy = {path for path in files.values() if _label(path).endswith(tuple(runs))}
    found = [(number, files[number]) for number in (*sorted(beside), *sorted(numbers))]
    return [one for one in found if one[1] not in busy], sorted({path for _, path in found} & busy)


def doomed(connection: Connection, file_id: int) -> Doomed:
    """Give what has to go from a file."""
    query = _pending_payloads().where(PAYLOAD.c.warc_file_id == file_id)
    payloads = {row.warc_offset: (row.id, row.erasure_id) for row in connection.execute(query)}
    own = select(ATTEMPT.c.warc_offset, URL.c.url).join(URL, URL.c.id == ATTEMPT.c.url_id)
    found = connection.execute(own.where(ATTEMPT.c.warc_file_id == file_id, _is_pending())).all()
    kept = select(PAYLOAD.c.warc_offset).where(PAYLOAD.c.warc_file_id == file_id)
    holding = set(connection.execute(kept).scalars())
    nameless = frozenset(row.warc_offset for row in found if row.url.startswith(ERASED))
    records = frozenset(row.warc_offset for row in found if row.warc_offset not in holding)
    return Doomed(payloads=payloads, records=records, nameless=nameless)


def move(  # noqa: PLR0913, PLR0917 - one file's old and new state
    connection: Connection,
    file_id: int,
    new_path: str,
    gone: Doomed,
    moves: Mapping[int, tuple[int, int]],
    tombstones: Mapping[int, Tombstone],
    at: datetime,
) -> int:
    """Say of all rows where their records lie in the new file; give the rewriting's number.

    ``moves`` says of each old offset the new one and the record's length; ``at`` is aware UTC.
    """
    old_path = connection.execute(select(FILE.c.path).where(FILE.c.id == file_id)).scalar_one()
    erasures = {erasure for _, erasure in gone.payloads.values()} or set(
        connection.execute(select(ERASURE.c.id).limit(1)).scalars()
    )
    connection.execute(insert(PASS).values(erasure_id=min(erasures)))
    connection.execute(update(FILE).where(FILE.c.id == file_id).values(path=new_path))
    of_file = connection.execute(
        select(PAYLOAD.c.id, PAYLOAD.c.warc_offset).where(PAYLOAD.c.warc_file_id == file_id)
    ).all()
    shifted = [
        {"of": row.id, "warc_offset": moves[row.warc_offset][0], "warc_length": moves[row.warc_offset][1]}
        for row in of_file
        if row.id not in tombstones and row.warc_offset in moves
    ]
    rows.alter(connection, PAYLOAD, shifted)
    rows.alter(connection, PAYLOAD, [_stone(number, stone) for number, stone in tombstones.items()])
    ended = update(ATTEMPT).where(ATTEMPT.c.warc_file_id == file_id, _is_pending())
    connection.execute(ended.values(warc_file_id=None, warc_offset=None))
    left = select(ATTEMPT.c.id, ATTEMPT.c.warc_offset).where(ATTEMPT.c.warc_file_id == file_id)
    attempts = [
        {"of": row.id, "warc_offset": moves[row.warc_offset][0]}
        for row in connection.execute(left)
        if row.warc_offset in moves
    ]
    rows.alter(connection, ATTEMPT, attempts)
    for chunk in rows.chunks(tombstones):
        done = update(REDACTION).where(REDACTION.c.payload_id.in_(chunk)).values(done_at=at)
        connection.execute(done)
    connection.execute(delete(PASS))
    # The old digests and places lie in the database's files until these are cleaned again.
    stained = update(ERASURE).where(ERASURE.c.id.in_(erasures), ERASURE.c.cleaned_at.is_not(None))
    connection.execute(stained.values(cleaned_at=None))
    entry = {
        "warc_file_id": file_id,
        "old_path": old_path,
        "records": len(tombstones) + len(gone.records),
        "written_at": at,
    }
    return rows.put_numbered(connection, REWRITE, [entry])[0]


def undropped(connection: Connection) -> list[tuple[int, str]]:
    """Give the old files, by the numbers of their rewritings, that may still lie there."""
    query = select(REWRITE.c.id, REWRITE.c.old_path).where(REWRITE.c.dropped_at.is_(None))
    return [(row.id, row.old_path) for row in connection.execute(query)]


def drop(connection: Connection, rewrite_id: int, at: datetime) -> None:
    """Take note that an old file is gone."""
    connection.execute(update(REWRITE).where(REWRITE.c.id == rewrite_id).values(dropped_at=at))


def end_files(connection: Connection, at: datetime) -> None:
    """Take note that the files are rid of all erasures."""
    connection.execute(update(ERASURE).where(ERASURE.c.files_done_at.is_(None)).values(files_done_at=at))


def end_cleaning(connection: Connection, at: datetime) -> None:
    """Take note that the database is rid of all erasures, until another file is written anew for one."""
    connection.execute(update(ERASURE).where(ERASURE.c.cleaned_at.is_(None)).values(cleaned_at=at))


def unfinished(connection: Connection) -> int:
    """Count the erasures of which files or the database hold something, be it that it came again."""
    left = or_(ERASURE.c.files_done_at.is_(None), ERASURE.c.cleaned_at.is_(None))
    return int(connection.execute(select(func.count()).where(left)).scalar_one())


def uncleaned(connection: Connection) -> set[str]:
    """Give the tables whose blanked rows the database's files may still hold."""
    query = select(ERASURE.c.counts).where(ERASURE.c.cleaned_at.is_(None))
    left = connection.execute(query).scalars().all()
    found = {name for counts in left for name, n in counts.items() if n} - {"suppression"}
    return found | _MOVED if left else set()


def _of_articles(connection: Connection, scope: Scope) -> list[Place]:
    read = rows.among(connection, select(EXTRACTION.c.capture_id), EXTRACTION.c.article_id, scope.articles)
    asked = rows.among(connection, select(CAPTURE.c.id), CAPTURE.c.url_id, scope.urls)
    captures = {row[0] for row in (*read, *asked)}
    places = _places(connection, captures, captures)
    query = select(CAPTURE.c.payload_id, CAPTURE.c.id)
    found = rows.among(connection, query, CAPTURE.c.payload_id, {place.payload_id for place in places})
    # Bytes that other addresses gave too (a page of errors) tell nothing of these: only the address goes.
    shared = {row.payload_id for row in found if row.id not in captures}
    return [place for place in places if place.payload_id not in shared]


def _places(connection: Connection, captures: Collection[int], certain: Collection[int]) -> list[Place]:
    query = (
        select(CAPTURE.c.id, CAPTURE.c.payload_id, FILE.c.path, PAYLOAD.c.warc_offset)
        .join_from(CAPTURE, PAYLOAD, PAYLOAD.c.id == CAPTURE.c.payload_id)
        .join(FILE, FILE.c.id == PAYLOAD.c.warc_file_id)
        .where(~exists().where(REDACTION.c.payload_id == PAYLOAD.c.id))
    )
    found = rows.among(connection, query, CAPTURE.c.id, captures)
    sure = {row.payload_id for row in found if row.id in certain}
    places = {
        row.payload_id: Place(
            payload_id=row.payload_id,
            warc_file=row.path,
            offset=row.warc_offset,
            certain=row.payload_id in sure,
        )
        for row in found
    }
    return sorted(places.values(), key=lambda place: (place.warc_file, place.offset))


def _addresses(connection: Connection, articles: Collection[int]) -> set[int]:
    led = rows.among(connection, select(ARTICLE_URL.c.url_id), ARTICLE_URL.c.article_id, articles)
    own = rows.among(connection, select(ARTICLE.c.canonical_url_id), ARTICLE.c.id, articles)
    return {row[0] for row in (*led, *own)}


def _pending_payloads() -> Any:
    return (
        select(PAYLOAD.c.id, PAYLOAD.c.warc_offset, REDACTION.c.erasure_id)
        .join_from(REDACTION, PAYLOAD, PAYLOAD.c.id == REDACTION.c.payload_id)
        .where(REDACTION.c.done_at.is_(None))
    )


def _is_pending() -> ColumnElement[bool]:
    """Give the condition that an attempt's own record has to go: for its bytes, or for its address."""
    bytes_go = exists().where(
        CAPTURE.c.id == ATTEMPT.c.capture_id, REDACTION.c.payload_id == CAPTURE.c.payload_id
    )
    blanked = select(URL.c.id).where(URL.c.url.startswith(ERASED))
    return ATTEMPT.c.warc_file_id.is_not(None) & or_(bytes_go, ATTEMPT.c.url_id.in_(blanked))


def _label(path: str) -> str:
    """Give what the names of one run's files have in common: the outlet and the run."""
    parts = path.removesuffix(".warc.gz").split("-")
    run = [part for part in parts if part.startswith("run") and part[3:].isdigit()]
    return f"{parts[0]} {run[-1]}" if run else path


def _stone(payload_id: int, stone: Tombstone) -> dict[str, Any]:
    return {
        "of": payload_id,
        "sha256": stone.sha256,
        "sha1_base32": stone.sha1_base32,
        "size": stone.size,
        "content_type": TOMBSTONE,
        "warc_offset": stone.offset,
        "warc_length": stone.length,
        "truncated": False,
    }
