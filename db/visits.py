"""Fetch attempts and the bytes they brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select

from core.records import FetchAttempt, Outcome, StoredPage
from core.text import storable
from db import rows
from db.models import Capture, Payload, Run, Url, WarcFile, table
from db.models import FetchAttempt as FetchAttemptRow
from db.work import Fetched, Work

CAPTURE, PAYLOAD, RUN, URL = table(Capture), table(Payload), table(Run), table(Url)


@dataclass(slots=True)
class _Bytes:
    """A capture, not numbered before it is stored."""

    sha256: str
    id: int | None = None


def record(work: Work, attempts: Sequence[FetchAttempt], url_ids: dict[str, int]) -> dict[str, Fetched]:
    """Store the attempts, in order; give what became of each, by its key.

    A capture is made only for bytes that differ from the last ones the address gave with the same
    outcome: an error page in between does not make an unchanged article new bytes. A 304 stands for
    the last article's bytes.
    """
    pages = [attempt.page for attempt in attempts if attempt.page]
    files = {page.warc_file for page in pages}
    file_ids = rows.numbered(work.connection, table(WarcFile), "path", files, lambda path: {"path": path})
    latest = _latest(work, attempts, url_ids)
    shown: list[tuple[_Bytes | None, bool]] = []
    fresh: list[tuple[_Bytes, FetchAttempt, StoredPage]] = []
    for attempt in attempts:
        chain = (url_ids[attempt.url], _chain(attempt.outcome))
        before = latest.get(chain)
        if attempt.page is None or (before and before.sha256 == attempt.page.sha256):
            shown.append((before if attempt.page or attempt.outcome is Outcome.NOT_MODIFIED else None, False))
            continue
        latest[chain] = _Bytes(attempt.page.sha256)
        shown.append((latest[chain], True))
        fresh.append((latest[chain], attempt, attempt.page))
    payload_ids = _payloads(work, [page for *_, page in fresh], file_ids)
    captures = [
        _capture(work, attempt, url_ids[attempt.url], payload_ids[page.sha256]) for _, attempt, page in fresh
    ]
    numbers = rows.put_numbered(work.connection, CAPTURE, captures)
    for (capture, *_), number in zip(fresh, numbers, strict=True):
        capture.id = number
    fetched = {
        attempt.key: Fetched(
            attempt=attempt,
            url_id=url_ids[attempt.url],
            capture_id=capture.id if capture else None,
            fresh=is_fresh,
        )
        for attempt, (capture, is_fresh) in zip(attempts, shown, strict=True)
    }
    entries = [_attempt(work, fetched[attempt.key], url_ids, file_ids) for attempt in attempts]
    rows.put(work.connection, table(FetchAttemptRow), entries)
    return fetched


def _chain(outcome: Outcome) -> Outcome:
    return Outcome.OK if outcome is Outcome.NOT_MODIFIED else outcome


def _plain(header: str | None) -> str | None:
    """Give a header's text as a database takes it: servers send anything."""
    return storable(header) if header is not None else None


def _payloads(work: Work, pages: Sequence[StoredPage], file_ids: dict[str, int]) -> dict[str, int]:
    """Give the payloads' ids by sha256; a full record is preferred to a revisit of one batch."""
    wanted: dict[str, StoredPage] = {}
    for page in sorted(pages, key=lambda page: page.revisit):
        wanted.setdefault(page.sha256, page)

    def make(sha256: str) -> rows.Values:
        page = wanted[sha256]
        return {
            "sha256": sha256,
            "sha1_base32": page.sha1_base32,
            "size": page.size,
            "content_type": _plain(page.content_type),
            "warc_file_id": file_ids[page.warc_file],
            "warc_offset": page.offset,
            "warc_length": page.length,
            "truncated": page.truncated,
        }

    return rows.numbered(work.connection, PAYLOAD, "sha256", wanted, make)


def _latest(
    work: Work, attempts: Sequence[FetchAttempt], url_ids: dict[str, int]
) -> dict[tuple[int, Outcome], _Bytes]:
    """Give the last capture of each address and outcome of the batch."""
    asked: dict[Outcome, set[int]] = {}
    for attempt in attempts:
        if attempt.page or attempt.outcome is Outcome.NOT_MODIFIED:
            asked.setdefault(_chain(attempt.outcome), set()).add(url_ids[attempt.url])
    found = {}
    for outcome, ids in asked.items():
        query = _last_of(outcome, work.outlet_id)
        for url_id, capture_id, sha256 in rows.among(work.connection, query, URL.c.id, ids):
            found[url_id, outcome] = _Bytes(sha256, capture_id)
    return found


@cache  # making a statement with its aliases costs more than running it
def _last_of(outcome: Outcome, outlet_id: int) -> rows.Query:
    older = CAPTURE.alias()
    last = (
        select(older.c.id)
        .join_from(older, RUN, RUN.c.id == older.c.run_id)
        # Of this outlet: what another one read from its capture of the same address is another article.
        .where(
            older.c.url_id == URL.c.id,
            older.c.outcome == outcome.value,
            RUN.c.outlet_id == outlet_id,
        )
        .order_by(older.c.captured_at.desc(), older.c.id.desc())
        .limit(1)
        .correlate(URL)
        .scalar_subquery()
    )
    return (
        select(URL.c.id, CAPTURE.c.id, PAYLOAD.c.sha256)
        .join_from(URL, CAPTURE, CAPTURE.c.id == last)
        .join(PAYLOAD, PAYLOAD.c.id == CAPTURE.c.payload_id)
    )


def _capture(work: Work, attempt: FetchAttempt, url_id: int, payload_id: int) -> dict[str, Any]:
    return {
        "run_id": work.run_id,
        "url_id": url_id,
        "captured_at": attempt.fetched_at,
        "payload_id": payload_id,
        "outcome": attempt.outcome.value,
        "status": attempt.status,
    }


def _attempt(
    work: Work, fetched: Fetched, url_ids: dict[str, int], file_ids: dict[str, int]
) -> dict[str, Any]:
    attempt = fetched.attempt
    return {
        "run_id": work.run_id,
        "url_id": fetched.url_id,
        "fetched_at": attempt.fetched_at,
        "via": attempt.via.value,
        "outcome": attempt.outcome.value,
        "status": attempt.status,
        "error": _plain(attempt.error),
        "redirect_to_url_id": url_ids.get(attempt.redirect_to) if attempt.redirect_to else None,
        "etag": _plain(attempt.etag),
        "last_modified": _plain(attempt.last_modified),
        "elapsed_ms": attempt.elapsed_ms,
        "capture_id": fetched.capture_id,
        "warc_file_id": file_ids[attempt.page.warc_file] if attempt.page else None,
        "warc_offset": attempt.page.offset if attempt.page else None,
    }
